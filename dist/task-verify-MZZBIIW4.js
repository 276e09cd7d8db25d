import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-QHGB5UTU.js";import"./task-verify-GEQCGB6V.js";import"./task-verify-U6RJ5AXH.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
