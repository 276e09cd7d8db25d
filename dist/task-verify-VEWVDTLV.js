import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-U6RL2EFD.js";import"./task-verify-3Q56N5UA.js";import"./task-verify-U6RJ5AXH.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
