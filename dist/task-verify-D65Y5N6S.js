import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree}from"./task-verify-YQSDKY5S.js";import"./task-verify-CJYGCTAX.js";import"./task-verify-MZQKPMLM.js";export{combineFailures,concludeFailure,lackingProgram,runChecks,verifyTree};
