import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
function failure(what,output=""){return{what:what.replace(/\s+/g," ").slice(0,400),output:output.trimEnd().slice(-4e3)}}export{failure};
