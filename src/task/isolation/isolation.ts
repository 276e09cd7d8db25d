import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIG_PATH } from '../../state/names.ts';
import { prepareAgentsRepository } from '../git/agents-repository.ts';
import type { JobContext } from '../protocol/job.ts';
import { agentFolders } from '../protocol/job-files.ts';
import { say } from '../protocol/workflow-commands.ts';
import { createUser, endProcesses, type IsolatedUser, isolatedUser, removeUser } from './isolated-user.ts';
import { lockToolFolders } from './lock-tool-folders.ts';
import { closeFolders, openFolders } from './open-folders.ts';
import { asRoot, findPrivilege, runSystem } from './privilege.ts';
import { openClosedFolders } from './remove-path.ts';

/**
 * Between us and programs of others stands another user: it can read neither our memory and environment nor what the
 * runner takes commands from, and all of its processes can be found and ended.
 */

function userFile({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'user.json');
}

/**
 * Makes the user that agent and checks of this run are started as.
 * @throws where this machine cannot: the work is not begun then.
 */
export async function createIsolatedUser(job: JobContext): Promise<IsolatedUser> {
  const privilege = await findPrivilege();
  if (privilege === 'none') refuseIsolation('this process is neither root nor may it use sudo without a password');
  for (const program of ['setpriv', 'prlimit', 'choom', 'flock'])
    if (!(await runSystem([program, '--version'])).ok) refuseIsolation(`\`${program}\` of util-linux is not installed`);
  const user = await createUser(privilege, job).catch((problem: Error) => refuseIsolation(problem.message));
  await mkdir(job.folder, { recursive: true });
  await writeFile(userFile(job), JSON.stringify(user));
  await openFolders(user, places(job));
  await lockToolFolders(privilege, job).catch((problem: Error) => refuseIsolation(problem.message));
  say(`agent and checks run as ${user.name} (uid ${user.uid})`);
  return user;
}

/** The user of this run, where an earlier step made one. */
export async function readIsolatedUser(job: JobContext): Promise<IsolatedUser | undefined> {
  const text = await readFile(userFile(job), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : isolatedUser.parse(JSON.parse(text));
}

/** Ends what the user of this run left, forgets it, and closes the folders that were opened for it. The next is another. */
export async function endIsolation(job: JobContext): Promise<void> {
  const user = await readIsolatedUser(job);
  if (!user) return;
  await removeUser(user);
  await closeFolders(user, places(job));
  await rm(userFile(job), { force: true });
}

/**
 * Gives the checkout to the user. Git's objects stay ours, and readable: our own repository has links to the same
 * files.
 */
export async function grantCheckout(user: IsolatedUser, job: JobContext): Promise<void> {
  const owner = `${user.uid}:${user.gid}`;
  const own = agentFolders(job);
  for (const folder of own) await mkdir(folder, { recursive: true });
  await prepareAgentsRepository(job);
  const objects = join(job.workspace, '.git', 'objects');
  await root(user, ['bash', '-c', PART_FILES, 'bash', `${objects}/*`, job.workspace, ...own]);
  await root(user, ['chown', '--recursive', '--no-dereference', owner, ...own]);
  await root(user, [
    ...(['find', job.workspace, '-path', `${objects}/*`, '-type', 'f', '-prune', '-o'] as const),
    ...['-exec', 'chown', '--no-dereference', owner, '{}', '+'],
  ]);
}

/**
 * Makes a file of its own of every file that has another name: who is given a file is given it under all of its names.
 * The other one may be in a store that the runner's user installs from (pnpm, uv), which outlives the run, or, where an
 * agent has moved an object of git to another place, in our own repository.
 */
const PART_FILES = `set -e -o pipefail
objects=$1; shift
list=$(mktemp); trap 'rm -f "$list"' EXIT
find "$@" -path "$objects" -prune -o -type f -links +1 -print0 > "$list"
[ -s "$list" ] || exit 0
tar --create --absolute-names --no-recursion --null --files-from="$list" |
  tar --extract --absolute-names --preserve-permissions --same-owner`;

/** Ends what still runs as the user, and takes the checkout back whatever modes its files were given. */
export async function reclaimCheckout(user: IsolatedUser, job: JobContext): Promise<void> {
  await endProcesses(user);
  const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const own = [job.workspace, ...agentFolders(job)];
  await root(user, ['chown', '--recursive', '--no-dereference', owner, ...own]);
  // A folder that its owner may not enter would stop git.
  const { ok, stderr } = await openClosedFolders(own, user.privilege);
  if (!ok) throw new Error(`chmod failed: ${stderr.trim().split('\n').at(-1)}`);
}

/** Where the user works. */
function places(job: JobContext): readonly string[] {
  return [job.workspace, ...agentFolders(job)];
}

async function root({ privilege }: IsolatedUser, argv: readonly [string, ...string[]]): Promise<void> {
  const { ok, stderr } = await runSystem(asRoot(privilege, argv));
  if (!ok) throw new Error(`${argv[0]} failed: ${stderr.trim().split('\n').at(-1)}`);
}

function refuseIsolation(why: string): never {
  throw new Error(
    `the agent cannot run as another user: ${why}; use a Linux runner with sudo, or set \`isolation: none\` in ${CONFIG_PATH} and trust the agent with everything that this job holds`,
  );
}
