import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{checklist}from"./task-WWN5I3OQ.js";import{briefFile,summaryFile}from"./task-HML24CT2.js";import{visible}from"./task-AYOCLNKK.js";import{existsSync}from"node:fs";import{mkdir,rm,writeFile}from"node:fs/promises";import{dirname,join}from"node:path";function section(title,content){return content?`## ${title}

${content}`:""}function list(items){return items.map(item=>`- ${item}`).join(`
`)}function fenced(text,language="text"){let longest=Math.max(2,...[...text.matchAll(/`+/g)].map(([ticks])=>ticks.length)),fence="`".repeat(longest+1);return`${fence}${language}
${text}
${fence}`}function line(text){return visible(text).replace(/\s+/g," ").trim()}function paragraphs(text){return visible(text).trim()}function renderBrief(input){let{completedWaves,characters}=input.source,details=[...completedWaves.map((_,folded)=>({waves:completedWaves.length-folded,dependencies:"summary"})),{waves:0,dependencies:"summary"},{waves:0,dependencies:"title"},{waves:0,dependencies:"id"}],text="";for(let detail of details)if(text=render(input,detail),text.length<=characters)return text;let note=`

(The brief was longer than \`brief_tokens\` allows and ends here.)
`;return text.slice(0,Math.max(0,characters-note.length)).toWellFormed()+note}function render(input,detail){let{source}=input,{task}=source;return`${[`# ${line(task.id)}: ${line(task.title)}`,`You work on one task of the plan ${line(source.plan)}, in a checkout of the repository's newest state. This is attempt ${source.attempt}.`,paragraphs(task.description),section("Done when",list(task.acceptance.map(line))),section("These must exist",list(task.outputs.map(output=>`\`${line(output)}\``))),section("Checks",checks(input)),section("How to work",rules(input.summaryFile)),section("Where it stands",source.resumed?resumedSection(source.resumed):""),section("Objections of the reviewer",objectionSection(source)),section("Guidance from the team",paragraphs(source.guidance??"")),section("New from the team",told(source)),section(failureTitle(source),lastFailure(source)),section("Read first",list(input.files.map(file=>`\`${line(file)}\``))),section("What this builds on",source.dependencies.map(dependency=>describe(dependency,detail)).join(`
`)),section("Finished before",waves(source.completedWaves,detail.waves))].filter(Boolean).join(`

`)}
`}function checks({commands}){return commands.length===0?"":`These run when you are finished, and all must pass. Run them yourself first.

${commands.map(({name,command})=>`- ${name}: \`${line(command)}\``).join(`
`)}`}var MAX_FILES=30;function resumedSection(resumed){let{conflicts}=resumed,clash=conflicts.length===0?"":`Others changed the same lines meanwhile. These files hold both sides between conflict markers; resolve them first, and leave no marker:

${files(conflicts)}`;if(resumed.kind==="review")return[`The work is in review as pull request #${resumed.pull}. Do what was asked for; keep the rest.`,clash].filter(Boolean).join(`

`);let{changed}=resumed;return[changed.length===0?"An earlier run of this task stopped before it changed anything.":`An earlier run of this task had to stop. What it did is in the checkout, uncommitted: go on from there. It changed:

${files(changed)}`,clash].filter(Boolean).join(`

`)}function files(paths){let more=paths.length-MAX_FILES,shown=paths.slice(0,MAX_FILES).map(path=>`\`${line(path)}\``);return list(more>0?[...shown,`and ${more} more`]:shown)}function objectionSection({objections}){if(!objections)return"";let{by,round,rounds,list:raised}=objections,rows=raised.map(({file,line:at,what})=>`${file===void 0?"":`\`${line(at===void 0?file:`${file}:${at}`)}\`: `}${line(what)}`);return`Another agent (${line(by)}) has reviewed your work, which is in the checkout and has passed its checks, and objects; this is round ${round} of ${rounds}. Fix what it is right about. Where it is wrong, leave the work as it is and say why in what you say at the end: the reviewer reads that.

${list(rows)}`}function told({told:said=[]}){return said.map(({by,at,text})=>`${line(by)}, ${line(at)}:

${paragraphs(text)}`).join(`

`)}function failureTitle({attempt,resumed}){return resumed?.kind==="review"?"What is asked for":attempt>1?`Why attempt ${attempt-1} failed`:"Why the last run stopped"}function lastFailure({attempt,lastFailure:lastFailure2,resumed}){if(!lastFailure2)return"";let advice=attempt>1&&resumed?.kind!=="review"?" Find the cause before you write code; do not repeat what failed.":"",output=visible(lastFailure2.output).trimEnd(),what=`${line(lastFailure2.what)}.${advice}`;return output?`${what}

${fenced(output)}`:what}function describe({id,title,commit,summary},{dependencies}){if(dependencies==="id")return`- ${id}`;let where=commit?`, commit ${commit.slice(0,10)}`:"",head=`- ${id}: ${line(title)}${where}`,text=dependencies==="summary"?paragraphs(summary):"";return text?`${head}

${text.replace(/^(?=.)/gm,"  ")}
`:head}function waves(completed,shown){let folded=completed.slice(0,completed.length-shown),lines=completed.slice(completed.length-shown).map(({number,title,tasks,summary})=>{let name=`- Wave ${number}: ${line(title)}`;return summary===void 0?`${name} (${tasks.join(", ")})`:`${name}. ${line(summary)}`});return folded.length>0&&lines.unshift(`- Waves ${folded.map(({number})=>number).join(", ")}`),lines.join(`
`)}function rules(summaryFile2){return list(["Change only what this task needs. Leave the plan, the progress file, `.github/` and the files that steer agents and tools as they are: work that touches them is refused.","Do not push, and do not open issues or pull requests; your changes are taken from the checkout and landed as one commit.",`When you are finished, say in a few sentences what you did and what the next tasks should know; if you can write files, put it into \`${summaryFile2}\`.`])}async function writeBrief(job,{assignment,source}){let text=renderBrief({source,commands:checklist(job.workspace,{assignment}).flatMap(({name,commands})=>commands.map(({run})=>({name,command:run}))),files:source.context.filter(file=>existsSync(join(job.workspace,file))),summaryFile:summaryFile(job)});return await writeForAgent(briefFile(job),text),text}async function writeForAgent(file,text){await mkdir(dirname(file),{recursive:!0}),await rm(file,{recursive:!0,force:!0}),await writeFile(file,text,{flag:"wx"})}export{section,list,fenced,line,writeBrief,writeForAgent};
