import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
import{prepareAgentsRepository}from"./task-ZZBUCBJ2.js";import{CONFIG_PATH,openClosedFolders}from"./task-ZN6RU7LT.js";import{agentFolders,say}from"./task-7SUWR6NS.js";import{asRoot,createUser,endProcesses,findPrivilege,isolatedUser,lockToolFolders,removeUser,runSystem}from"./task-C7QRKWSI.js";import{mkdir,readFile,rm,writeFile}from"node:fs/promises";import{join}from"node:path";import{dirname}from"node:path";var LIST=".agent-waves-users";async function openFolders(user,places2){await run(OPEN,{user,places:places2})}async function closeFolders(user,places2){await run(CLOSE,{user,places:places2})}var IS_OURS='is_ours() { [ -f "$1" ] && [ -O "$1" ] && [ ! -L "$1" ]; }',OPEN=`set -e
${IS_OURS}
uid=$1; shift
for folder; do
  exec 9< "$folder"; flock 9
  list=$folder/${LIST}
  if is_ours "$list" || [ -z "$(find "$folder" -maxdepth 0 -perm -o=x)" ]; then
    echo "$uid" >> "$list"
    chmod o+x "$folder"
  fi
  exec 9<&-
done`,CLOSE=`set -e
${IS_OURS}
uid=$1; shift
for folder; do
  list=$folder/${LIST}
  is_ours "$list" || continue
  exec 9< "$folder"; flock 9
  is_ours "$list" || continue
  left=
  while read -r id; do
    if [ "$id" != "$uid" ] && getent passwd "$id" > /dev/null; then left="$left $id"; fi
  done < "$list"
  if [ -n "$left" ]; then
    printf '%s\\n' $left > "$list"
  else
    chmod o-x "$folder"
    rm "$list"
  fi
  exec 9<&-
done`;async function run(script,{user,places:places2}){let folders=[...new Set(places2.flatMap(above))],{ok,stderr}=await runSystem(asRoot(user.privilege,["sh","-c",script,"sh",String(user.uid),...folders]));if(!ok)throw new Error(`the folders above the checkout: ${stderr.trim().split(`
`).at(-1)}`)}function above(path){let parent=dirname(path);return parent===path?[]:[...above(parent),parent]}function userFile({folder}){return join(folder,"user.json")}async function createIsolatedUser(job){let privilege=await findPrivilege();privilege==="none"&&refuseIsolation("this process is neither root nor may it use sudo without a password");for(let program of["setpriv","prlimit","choom","flock"])(await runSystem([program,"--version"])).ok||refuseIsolation(`\`${program}\` of util-linux is not installed`);let user=await createUser(privilege,job).catch(problem=>refuseIsolation(problem.message));return await mkdir(job.folder,{recursive:!0}),await writeFile(userFile(job),JSON.stringify(user)),await openFolders(user,places(job)),await lockToolFolders(privilege,job).catch(problem=>refuseIsolation(problem.message)),say(`agent and checks run as ${user.name} (uid ${user.uid})`),user}async function readIsolatedUser(job){let text=await readFile(userFile(job),"utf8").catch(()=>{});return text===void 0?void 0:isolatedUser.parse(JSON.parse(text))}async function endIsolation(job){let user=await readIsolatedUser(job);user&&(await removeUser(user),await closeFolders(user,places(job)),await rm(userFile(job),{force:!0}))}async function grantCheckout(user,job){let owner=`${user.uid}:${user.gid}`,own=agentFolders(job);for(let folder of own)await mkdir(folder,{recursive:!0});await prepareAgentsRepository(job);let objects=join(job.workspace,".git","objects");await root(user,["bash","-c",PART_FILES,"bash",`${objects}/*`,job.workspace,...own]),await root(user,["chown","--recursive","--no-dereference",owner,...own]),await root(user,["find",job.workspace,"-path",`${objects}/*`,"-type","f","-prune","-o","-exec","chown","--no-dereference",owner,"{}","+"])}var PART_FILES=`set -e -o pipefail
objects=$1; shift
list=$(mktemp); trap 'rm -f "$list"' EXIT
find "$@" -path "$objects" -prune -o -type f -links +1 -print0 > "$list"
[ -s "$list" ] || exit 0
tar --create --absolute-names --no-recursion --null --files-from="$list" |
  tar --extract --absolute-names --preserve-permissions --same-owner`;async function reclaimCheckout(user,job){await endProcesses(user);let owner=`${process.getuid?.()??0}:${process.getgid?.()??0}`,own=[job.workspace,...agentFolders(job)];await root(user,["chown","--recursive","--no-dereference",owner,...own]);let{ok,stderr}=await openClosedFolders(own,user.privilege);if(!ok)throw new Error(`chmod failed: ${stderr.trim().split(`
`).at(-1)}`)}function places(job){return[job.workspace,...agentFolders(job)]}async function root({privilege},argv){let{ok,stderr}=await runSystem(asRoot(privilege,argv));if(!ok)throw new Error(`${argv[0]} failed: ${stderr.trim().split(`
`).at(-1)}`)}function refuseIsolation(why){throw new Error(`the agent cannot run as another user: ${why}; use a Linux runner with sudo, or set \`isolation: none\` in ${CONFIG_PATH} and trust the agent with everything that this job holds`)}export{createIsolatedUser,readIsolatedUser,endIsolation,grantCheckout,reclaimCheckout};
