import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
var STAGES=["all","claim","agent","verify","land","report"];function readStage({INPUT_STAGE:text}){if(!text)return"all";let stage=STAGES.find(name=>name===text);if(!stage)throw new Error(`input stage is "${text}"; name one of ${STAGES.join(", ")}`);return stage}export{readStage};
