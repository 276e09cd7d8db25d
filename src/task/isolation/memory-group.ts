import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { asRoot, type Privilege, runSystem } from './privilege.ts';

/**
 * What runs as the user of a run is a group of processes with a bound on its memory as a whole: beyond it the kernel ends
 * one of them, and nothing else of the machine.
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 */

/** What stays for the runner and for us, at least, and as a part of what there is. */
const MIN_SPARED_BYTES = 1024 ** 3;
const SPARED = 1 / 8;

/** @returns The folder of the group; undefined where this machine lets nobody make one, as most containers do. */
export async function createMemoryGroup(privilege: Privilege, name: string): Promise<string | undefined> {
  const place = findPlace();
  if (!place) return undefined;
  const folder = join(place.folder, name);
  const total = totalmem();
  const most = Math.floor(total - Math.max(MIN_SPARED_BYTES, total * SPARED));
  if (most <= 0) return undefined;
  const { ok } = await runSystem(asRoot(privilege, ['sh', '-c', CREATE, 'sh', folder, place.limit, String(most)]));
  return ok ? folder : undefined;
}

const CREATE = 'mkdir "$1" && { echo "$3" > "$1/$2" || { rmdir "$1"; exit 1; }; }';

/** @returns What is put before a command that runs as root, for it and all that it starts. */
export function joining(group: string | undefined): readonly [string, ...string[]] | readonly [] {
  return group === undefined ? [] : ['sh', '-c', JOIN, 'sh', join(group, 'cgroup.procs')];
}

const JOIN = 'echo $$ > "$1" || exit 1; shift; exec "$@"';

/** Nothing of the group runs any more. */
export async function removeMemoryGroup(privilege: Privilege, group: string | undefined): Promise<void> {
  if (group !== undefined) await runSystem(asRoot(privilege, ['sh', '-c', REMOVE, 'sh', group]));
}

/** What has just ended is still there for a moment. */
const REMOVE = 'for try in 1 2 3 4 5 6 7 8 9 10; do rmdir "$1" 2>/dev/null && exit 0; sleep 0.05; done';

interface Place {
  /** Where the group is made. */
  readonly folder: string;
  /** The file of a group that bounds its memory. */
  readonly limit: string;
}

/**
 * By the first version, below the group that we are in. By the second, where a group holds processes or groups, beside it:
 * what bounds the groups above bounds it, too.
 */
function findPlace(): Place | undefined {
  const lines = read('/proc/self/cgroup').split('\n');
  const of = (controller: string) =>
    lines.find((line) => line.split(':')[1] === controller)?.replace(/^\d+:[^:]*:/, '');
  const first = of('memory');
  if (first !== undefined) return { folder: join('/sys/fs/cgroup/memory', first), limit: 'memory.limit_in_bytes' };
  const second = of('');
  return second === undefined
    ? undefined
    : { folder: join('/sys/fs/cgroup', second === '/' ? second : dirname(second)), limit: 'memory.max' };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not a Linux that has groups.
    return '';
  }
}
