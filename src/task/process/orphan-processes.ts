import { readdirSync, readFileSync } from 'node:fs';

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

/** Kills what a child left behind: its group, and whatever left the group (`setsid`, `nohup`) but bears its mark. */
export function killOrphans(group: number, mark: string): void {
  signalGroup(group, 'SIGKILL');
  for (const pid of marked(mark)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

function marked(mark: string): readonly number[] {
  const sought = `${PROCESS_MARK}=${mark}`;
  return processes().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(sought);
    } catch {
      // Gone, or another user's.
      return false;
    }
  });
}

/** Only Linux shows them; elsewhere the group has to do. */
function processes(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}
