import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { JobContext } from '../protocol/job.ts';
import { createMemoryGroup, joining, removeMemoryGroup } from './memory-group.ts';
import { asRoot, PRIVILEGES, type Privilege, runSystem, type SystemAnswer } from './privilege.ts';
import { findToolTrees, sealing } from './seal-tools.ts';

/** A user of this machine who is made for one run: nothing runs as it but what this run started. */
export const isolatedUser = z.object({
  name: z.string(),
  uid: z.number(),
  gid: z.number(),
  privilege: z.enum(PRIVILEGES),
  /** Trees of tools that are read-only for it. */
  sealed: z.array(z.string()),
  /** The group that bounds the memory of its processes. */
  group: z.optional(z.string()),
});

export type IsolatedUser = Readonly<z.infer<typeof isolatedUser>>;

/** Others may change the list of users at the same moment: it is locked meanwhile. */
const MAX_TRIES = 20;
const PAUSE_MS = 250;

/** @throws when the machine makes no users. */
export async function createUser(privilege: Privilege, job: JobContext): Promise<IsolatedUser> {
  // Runners of several servers may share a machine: what runs as a user must be of one run alone.
  const name = `aw-${job.run}-${randomBytes(3).toString('hex')}`;
  const uid = await freeUserId();
  const made = await retryWhileLocked(privilege, [
    ...(['useradd', '--system', '--uid', String(uid), '--user-group', '--no-create-home'] as const),
    // Records of logins are files as long as the highest id.
    ...['--no-log-init', name],
  ]);
  if (!made.ok) throw new Error(made.stderr.trim());
  const sealed = [...(await findToolTrees(privilege, job))];
  const group = await createMemoryGroup(privilege, `agent-waves-${uid}`);
  return { name, privilege, sealed, group, uid: await numberOf(name, '-u'), gid: await numberOf(name, '-g') };
}

/**
 * Ids that nothing else gives out, by systemd's list of them: a system's own range is so small that the next user would
 * get the id, and with it the files, of the one before.
 */
const FIRST_ID = 1_879_048_192;
const LAST_ID = 2_147_483_647;

/** @returns An id that no user has now, and that this machine has: a container may know the first 65,536 alone. */
async function freeUserId(): Promise<number> {
  const last = Math.min(LAST_ID, lastMappedId());
  const first = last === LAST_ID ? FIRST_ID : Math.floor(last / 2);
  for (let left = MAX_TRIES; left > 0; left--) {
    const uid = randomInt(first, last);
    if (!(await runSystem(['getent', 'passwd', String(uid)])).ok) return uid;
  }
  throw new Error('no free user id was found');
}

/** @see https://man7.org/linux/man-pages/man7/user_namespaces.7.html */
function lastMappedId(): number {
  const [inside, , length] =
    readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n')[0]?.trim().split(/\s+/) ?? [];
  return Number(inside) + Number(length) - 1;
}

/** Ends what still runs as the user, then forgets it. */
export async function removeUser(user: IsolatedUser): Promise<void> {
  await endProcesses(user);
  await removeMemoryGroup(user.privilege, user.group);
  await retryWhileLocked(user.privilege, ['userdel', user.name]);
}

/**
 * Signals every process of the user, wherever it went: the command is sent as that user, to all that it may signal,
 * which is what it started itself. No other process is looked at.
 */
export async function signalUser(user: IsolatedUser, signal: NodeJS.Signals): Promise<void> {
  const [program, ...args] = switchTo(user, ['kill', `-${signal.replace('SIG', '')}`, '--', '-1']);
  await runSystem(asRoot(user.privilege, sealed(user, [program, ...args])));
}

/**
 * Kills everything that runs as the user until nothing does: one that forks, or that ends the command which is to end
 * it, is met again.
 * @throws when something is left all the same: what belongs to the user must not be touched then.
 */
export async function endProcesses(user: IsolatedUser): Promise<void> {
  const [program, ...args] = switchTo(user, ['kill', '-KILL', '--', '-1']);
  const script = ['sh', '-c', END, 'sh', String(user.uid), program, ...args] as const;
  const { ok, stderr } = await runSystem(asRoot(user.privilege, sealed(user, script)));
  if (!ok) throw new Error(`processes of ${user.name} do not end: ${stderr.trim().split('\n').at(-1)}`);
}

/**
 * Whatever runs as the user, for a millisecond only, sees trees of tools as its other programs do: by way of its folder
 * in `/proc` they see what it sees, and would write there.
 */
function sealed(user: IsolatedUser, argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return [...sealing(user.sealed), ...argv];
}

/** Looks at the four user ids of every process that is not dead yet; root sees them all. */
const END = `uid=$1; shift; tries=0
while :; do
  "$@" 2>/dev/null
  found=
  for file in /proc/[0-9]*/status; do
    state=
    while read -r key one two three four _; do
      case $key in
        State:) state=$one ;;
        Uid:)
          case $state in Z|X) break ;; esac
          case " $one $two $three $four " in *" $uid "*) pid=\${file#/proc/}; found="$found \${pid%/status}" ;; esac
          break ;;
      esac
    done 2>/dev/null < "$file"
  done 2>/dev/null
  [ -n "$found" ] || exit 0
  kill -KILL $found 2>/dev/null
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo "still there:$found" >&2; exit 1; }
  sleep 0.05
done`;

/**
 * The command that starts a program as the user, with exactly this environment and no way back: no groups, no
 * capabilities, and `sudo` has no effect.
 */
export function commandAs(
  user: IsolatedUser,
  { argv, environment }: { readonly argv: readonly [string, ...string[]]; readonly environment: NodeJS.ProcessEnv },
): { readonly argv: readonly [string, ...string[]]; readonly environment: NodeJS.ProcessEnv } {
  const switched = [...joining(user.group), ...sealed(user, switchTo(user, argv))] as const;
  const named: NodeJS.ProcessEnv = { ...environment, USER: user.name, LOGNAME: user.name };
  if (user.privilege !== 'sudo') return { argv: switched, environment: named };
  // Values travel in the environment, names alone on the command line, which everybody can read. What sudo sets by
  // itself, and is no secret, is set back.
  const names = Object.keys(environment);
  const set = (['PATH', 'HOME', 'USER', 'LOGNAME'] as const).flatMap((name) =>
    named[name] ? [`${name}=${named[name]}`] : [],
  );
  const unset = ['SUDO_COMMAND', 'SUDO_USER', 'SUDO_UID', 'SUDO_GID', 'MAIL'].flatMap((name) => ['-u', name]);
  return {
    argv: ['sudo', '-n', `--preserve-env=${names.join(',')}`, '--', 'env', ...unset, ...set, ...switched],
    environment: named,
  };
}

/** Runs a short command as the user: what it finds, and what it may read, is what that user may. */
export function runAs(user: IsolatedUser, argv: readonly [string, ...string[]]): Promise<SystemAnswer> {
  return runSystem(commandAs(user, { argv, environment: { PATH: process.env.PATH } }).argv);
}

function switchTo({ uid, gid }: IsolatedUser, argv: readonly string[]): readonly [string, ...string[]] {
  return [
    ...bounds(),
    'setpriv',
    ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'],
    '--',
    ...argv,
  ];
}

/** Most that an agent, an install or a check may have: far above what work needs, below what brings a machine down. */
const MAX_PROCESSES = 4_096;
const MAX_OPEN_FILES = 65_536;
const MAX_FILE_BYTES = 16 * 1024 ** 3;

/**
 * What starts a program within bounds: processes of the user in all, open files of each process, bytes of each file.
 * Where the memory of the machine runs short, the kernel ends these programs first, and not the runner.
 */
function bounds(): readonly [string, ...string[]] {
  const limit = (name: string, { most, there }: { readonly most: number; readonly there: string }) => {
    const value = Math.min(most, hardLimit(there));
    return `--${name}=${value}:${value}`;
  };
  return [
    'prlimit',
    limit('nproc', { most: MAX_PROCESSES, there: 'Max processes' }),
    limit('nofile', { most: MAX_OPEN_FILES, there: 'Max open files' }),
    limit('fsize', { most: MAX_FILE_BYTES, there: 'Max file size' }),
    ...['--core=0:0', '--', 'choom', '--adjust', '1000', '--'],
  ];
}

/** @returns What this process may have: not every root may raise that. */
function hardLimit(name: string): number {
  const found = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/limits', 'utf8'));
  return found ? Number(found[1]) : Number.POSITIVE_INFINITY;
}

async function retryWhileLocked(privilege: Privilege, argv: readonly [string, ...string[]]) {
  for (let left = MAX_TRIES; ; left--) {
    const answer = await runSystem(asRoot(privilege, argv));
    if (answer.ok || left === 0 || !/cannot lock|try again/.test(answer.stderr)) return answer;
    await delay(PAUSE_MS);
  }
}

async function numberOf(name: string, flag: '-u' | '-g'): Promise<number> {
  const { ok, stdout, stderr } = await runSystem(['id', flag, name]);
  if (!ok) throw new Error(stderr.trim());
  return Number(stdout.trim());
}
