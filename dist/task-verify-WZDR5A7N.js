import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-JKVYN6VU.js";import"./task-verify-4FO7WD3S.js";import"./task-verify-FURZ44AC.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
