import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-5STUUMDN.js";import"./task-verify-ZWU3PURK.js";import"./task-verify-U6RJ5AXH.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
