import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{SUBMODULE_MODE}from"./task-YYSXCZCH.js";import{emptyFolder,openClosedFolders}from"./task-L4OY6GYV.js";import{linkFolder,treeFiles}from"./task-2IS45DNI.js";import{git,gitText}from"./task-RYQ6MEAW.js";import{existsSync}from"node:fs";import{lstat,mkdir,rm,writeFile}from"node:fs/promises";import{join}from"node:path";async function writeCheckout(repository,request){let{folder,commit}=request,gitDir=join(folder,".git"),submodules=await laidSubmodules(repository,request);await removeGitFolder(gitDir,submodules.length>0?[MODULES]:[]),await writeGitFolder(repository,{...request,gitDir,submodules});let files={workTree:folder,index:join(gitDir,"index")};await gitText(repository,["read-tree","--reset","-u",commit],{files}),await clean(repository,files)}var MODULES="modules";async function removeGitFolder(gitDir,keep){(await lstat(gitDir).catch(()=>{}))?.isDirectory()?await emptyFolder(gitDir,keep):await rm(gitDir,{force:!0})}async function clean(repository,files){let args=["clean","--quiet","-ffd"];(await git(repository,args,{files})).ok||(await openClosedFolders(files.workTree),await gitText(repository,args,{files}))}async function laidSubmodules(repository,{folder,commit}){for(let path of[join(folder,".git"),join(folder,".git",MODULES)])if(!(await lstat(path).catch(()=>{}))?.isDirectory())return[];return(await treeFiles(repository,commit)).flatMap(({mode,path})=>mode===SUBMODULE_MODE?[path]:[])}async function writeGitFolder(repository,{gitDir,commit,base:{branch,head},submodules}){for(let name of["refs/heads","refs/tags","info"])await mkdir(join(gitDir,name),{recursive:!0});await linkFolder(join(repository.gitDir,"objects"),join(gitDir,"objects"));let refs=[`${head} refs/heads/${branch}`,`${head} refs/remotes/origin/${branch}`,...await tags(repository)];await writeFile(join(gitDir,"packed-refs"),`${refs.join(`
`)}
`),await writeFile(join(gitDir,"HEAD"),`${commit}
`),await writeFile(join(gitDir,"config"),configuration(repository.remote,submodules.length>0))}async function tags(repository){return["refs/tags","packed-refs"].some(path=>existsSync(join(repository.gitDir,path)))?(await gitText(repository,["for-each-ref","--format=%(objectname) %(refname)","refs/tags"])).split(`
`).filter(Boolean):[]}function configuration(remote,hasSubmodules){let core=`[core]
	repositoryformatversion = 0
	filemode = true
	bare = false
	logallrefupdates = true
`,origin=`[remote "origin"]
	url = ${JSON.stringify(remote)}
	fetch = +refs/heads/*:refs/remotes/origin/*
`;return`${core}${origin}[gc]
	auto = 0
${hasSubmodules?`[submodule]
	active = .
`:""}`}export{writeCheckout};
