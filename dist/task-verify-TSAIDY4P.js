import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-LWQ7RGH3.js";import"./task-verify-JKUPB55B.js";import"./task-verify-FURZ44AC.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
