import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{failedBecause}from"./task-VDIUZMST.js";var MAX_WHAT=180;function lacking({what,...setup},output){let cause={kind:"setup",what:what.slice(0,MAX_WHAT),...setup};return{outcome:"infrastructure",needs:"person",...failedBecause(cause,output)}}export{lacking};
