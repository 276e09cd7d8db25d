import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-MJ6TU7ZB.js";import"./task-verify-OJX4XYU5.js";import"./task-verify-FURZ44AC.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
