import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{check}from"./task-W463CUL3.js";function landingMessage({dispatch,run,title,summary,checks}){let subject=defuse(`${dispatch.task}: ${title}`).replace(/\s+/g," ").trim(),trailers=[`Task: ${dispatch.task}`,`Issue: #${dispatch.issue}`,`Attempt: ${dispatch.attempt}`,`Dispatch: ${dispatch.dispatch}`,`Run: ${run}`,`Checks: ${checks.map(({name,status})=>`${name}=${status}`).join(" ")}`],body=defuse(withoutTrailers(summary));return`${[subject,...body?[body]:[],trailers.join(`
`)].join(`

`)}
`}function defuse(text){return text.replace(/(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}])/gu,"@\u200B").replace(/#(?=\d)/g,"#\u200B").replace(/\bGH-(?=\d)/gi,"GH-\u200B").replace(/\b(clos|fix|resolv)((?:e|es|ed|)\W{1,10}https?:)/gi,"$1\u200B$2")}function withoutTrailers(text){return text.split(`
`).filter(line=>!/^(?:task|issue|attempt|dispatch|run|checks|[\w-]+-by)\s*:/i.test(line.trim())).join(`
`).replace(/\n{3,}/g,`

`).trim()}function readLanding(entry){let[commit="",subject="",...rest]=entry.trim().split(`
`),trailers=new Map,text=[...rest];for(let line=text.pop();line;line=text.pop()){let[,name,value]=/^([A-Za-z-]+): (.*)$/.exec(line)??[];name&&value!==void 0&&trailers.set(name,value)}let issue=Number(/^#(\d+)$/.exec(trailers.get("Issue")??"")?.[1]),task=trailers.get("Task");if(!(!task||!issue))return{commit,task,issue,attempt:Number(trailers.get("Attempt")??1),dispatch:optionalNumber(trailers.get("Dispatch")),run:optionalNumber(trailers.get("Run")),checks:readChecks(trailers.get("Checks")??""),subject,summary:text.join(`
`).trim()}}function optionalNumber(text){return text&&/^\d+$/.test(text)?Number(text):void 0}function readChecks(text){return text.split(" ").flatMap(pair=>{let[name,status]=pair.split("="),parsed=check.safeParse({name,status});return parsed.success?[parsed.data]:[]})}export{landingMessage,readLanding};
