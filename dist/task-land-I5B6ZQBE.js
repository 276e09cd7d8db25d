import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-land-IPF7UOWY.js";import"./task-land-LAK2PFPT.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
