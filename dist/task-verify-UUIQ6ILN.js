import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-LYZCDXOY.js";import"./task-verify-2NQ22CJD.js";import"./task-verify-U6RJ5AXH.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
