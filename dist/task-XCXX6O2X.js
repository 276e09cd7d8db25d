import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{findSecrets}from"./task-YXRFLK33.js";import"./task-POQOU7EM.js";import"./task-4P34EZJB.js";export{findSecrets};
