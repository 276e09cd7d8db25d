import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Seconds after the machine's start. */
  readonly started: number;
}

/** proc(5): field 22 of stat, counted from the fourth; the kernel shows it in hundredths on every machine. */
const startTimeField = 18;
const ticksPerSecond = 100;

/** The living processes of this machine; empty where there is no /proc, and zombies are not alive. */
export function readProcessTable(): readonly ProcessRow[] {
  return numericEntries('/proc').flatMap((pid) => {
    const stat = readText(`/proc/${pid}/stat`);
    // The name in brackets may itself hold spaces and brackets: what follows the last one is regular.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [parent = 0, group = 0, session = 0] = rest.slice(0, 3).map(Number);
    const started = Number(rest[startTimeField]) / ticksPerSecond;
    if (state === undefined || state === 'Z' || state === 'X' || state === '') return [];
    return [{ pid, parent, group, session, started }];
  });
}

/** Whether the process was started with this entry (`NAME=value`) in its environment. */
export function hasEnvironmentEntry(pid: number, entry: string): boolean {
  return readText(`/proc/${pid}/environ`).split('\0').includes(entry);
}

function numericEntries(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return []; // Not Linux: process groups have to do.
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It ended since the listing, or belongs to somebody else.
  }
}
