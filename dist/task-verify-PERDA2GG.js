import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-KGRKJZJA.js";import"./task-verify-OC4YY3QF.js";import"./task-verify-FURZ44AC.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
