import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Set in a child's environment, inherited by everything it starts: by it they are found wherever they went. */
export const PROCESS_MARK = 'AGENT_WAVES_PROCESS';

/** Ends a process group at once or gently; one that is gone already is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: nobody is left.
  }
}

/** Rounds of killing, and looks that found nothing but could not tell of every process. */
const MAX_ROUNDS = 1_000;
const MAX_UNCLEAR_LOOKS = 50;
/** Looks at one process whose environment is empty: in the middle of `exec` it is, for some microseconds. */
const MAX_EMPTY_LOOKS = 5;
const PAUSE_MS = 1;

/**
 * Kills what a child left behind: its group, and whatever left the group (`setsid`, `nohup`) but bears its mark. What
 * forks meanwhile is met again: it looks until it finds nothing.
 */
export async function endOrphans(group: number, mark: string): Promise<void> {
  const looks = new Map<number, number>();
  for (let round = 0, unclear = 0; round < MAX_ROUNDS && unclear < MAX_UNCLEAR_LOOKS; round++) {
    signalGroup(group, 'SIGKILL');
    const seen = killMarked(mark, looks);
    if (seen.killed === 0) {
      if (!seen.unclear) return;
      unclear++;
    }
    await delay(PAUSE_MS);
  }
}

interface Look {
  readonly killed: number;
  /** A process may have forked before it ended unread, or bears no mark because it is starting. */
  readonly unclear: boolean;
}

/** @param looks How often each process was met that told nothing of itself; counts on. */
function killMarked(mark: string, looks: Map<number, number>): Look {
  const sought = `${PROCESS_MARK}=${mark}`;
  let [killed, unclear] = [0, false];
  for (const pid of processes()) {
    const environment = environmentOf(pid);
    if (environment?.split('\0').includes(sought)) {
      kill(pid);
      killed++;
    }
    if (environment) continue;
    const before = looks.get(pid) ?? 0;
    looks.set(pid, before + 1);
    // What was dead before has forked nothing since, and the kernel's own threads never do.
    if (before < (environment === '' ? MAX_EMPTY_LOOKS : 1)) unclear = true;
  }
  return { killed, unclear };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** @returns Undefined for one that is dead, or the kernel's; another user's is none that this child started. */
function environmentOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES' ? ANOTHER_USERS : undefined;
  }
}

const ANOTHER_USERS = "another user's";

/** The newest first: they are the likeliest to be gone soon. Only Linux shows them; elsewhere the group has to do. */
function processes(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
      .sort((a, b) => b - a);
  } catch {
    return [];
  }
}
