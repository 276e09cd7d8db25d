import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, moveRefsInMemory } from './in-memory.ts';
import { isRefName } from './ref-name.ts';

/** Refs as git keeps them, one file each. Where somebody has packed them, git itself is asked. */

interface RefMove {
  readonly name: string;
  /** Where it has to stand, null where it must not exist. */
  readonly before: string | null;
  /** Where it is to stand, null where it goes away. */
  readonly after: string | null;
}

export function arePacked(gitDir: string): boolean {
  return !memoryOf(gitDir) && existsSync(join(gitDir, 'packed-refs'));
}

/** The id that a ref stands at, null where there is none; undefined where only git can tell. */
export function readRefFile(gitDir: string, name: string): string | null | undefined {
  const memory = memoryOf(gitDir);
  if (memory) return memory.refs.get(name) ?? null;
  if (!isRefName(name)) return undefined;
  try {
    const text = readFileSync(join(gitDir, name), 'latin1').trim();
    return /^[0-9a-f]{40}$/.test(text) ? text : undefined;
  } catch {
    // No file, or a folder of others.
    return arePacked(gitDir) ? undefined : null;
  }
}

/** The id that the default branch stands at, as `readRefFile` says it. */
export function readHead(gitDir: string): string | null | undefined {
  const memory = memoryOf(gitDir);
  if (memory) return memory.refs.get(memory.head) ?? null;
  const name = /^ref: (\S+)\n$/.exec(readFileSync(join(gitDir, 'HEAD'), 'latin1'))?.[1];
  return name === undefined ? undefined : readRefFile(gitDir, name);
}

/** Every ref below a folder such as `refs`, in order of name. */
export function listRefFiles(gitDir: string, folder = 'refs'): { readonly name: string; readonly oid: string }[] {
  const memory = memoryOf(gitDir);
  if (memory) {
    const refs = [...memory.refs].filter(([name]) => name.startsWith(`${folder}/`));
    return refs.map(([name, oid]) => ({ name, oid })).sort((one, other) => (one.name < other.name ? -1 : 1));
  }
  const found = readdirSync(join(gitDir, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listRefFiles(gitDir, name);
    const oid = readRefFile(gitDir, name);
    return oid ? [{ name, oid }] : [];
  });
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Milliseconds that git waits for who holds a ref (`core.filesRefLockTimeout`), and between two looks. */
const PATIENCE = 100;
const LOOK_EVERY = 5;

/** Moves refs together or not at all, under the locks that git takes. False when one of them stood elsewhere. */
export async function moveRefFiles(gitDir: string, moves: readonly RefMove[]): Promise<boolean> {
  const memory = memoryOf(gitDir);
  if (memory) return moveRefsInMemory(memory, moves);
  const locks: string[] = [];
  try {
    for (const { name, before, after } of moves) {
      const lock = await lockRef(join(gitDir, name), after);
      if (lock === null) return false;
      locks.push(lock);
      if (readRefFile(gitDir, name) !== before || !isFree(join(gitDir, name))) return false;
    }
    for (const { name, after } of moves) {
      const file = join(gitDir, name);
      if (after === null) rmSync(file, { force: true });
      else renameSync(`${file}.lock`, file);
    }
    return true;
  } finally {
    for (const lock of locks) rmSync(lock, { force: true });
    for (const { name, after } of moves) if (after === null) removeEmpty(gitDir, dirname(name));
  }
}

/** Takes the lock of a ref, with what it is to become. @returns Its file, or null where the ref cannot be. */
async function lockRef(file: string, after: string | null): Promise<string | null> {
  const lock = `${file}.lock`;
  for (let waited = 0; waited <= PATIENCE; waited += LOOK_EVERY) {
    try {
      mkdirSync(dirname(file), { recursive: true });
    } catch {
      // Another ref has the name of its folder.
      return null;
    }
    try {
      writeFileSync(lock, after === null ? '' : `${after}\n`, { flag: 'wx' });
      return lock;
    } catch {
      // Somebody moves it just now, or has taken away the folder, which was empty.
      await sleep(LOOK_EVERY);
    }
  }
  return null;
}

/** Whether a ref can have this file: no other ref lies below it. */
function isFree(file: string): boolean {
  try {
    for (const entry of readdirSync(file, { withFileTypes: true })) {
      if (!entry.isDirectory() || !isFree(join(file, entry.name))) return false;
    }
    rmdirSync(file);
  } catch {
    // There is no folder of that name, as nearly always.
  }
  return true;
}

/** Folders that held the last of their refs, up to `refs/heads` and its like. */
function removeEmpty(gitDir: string, folder: string): void {
  if (folder.split('/').length < 3) return;
  try {
    rmdirSync(join(gitDir, folder));
  } catch {
    // Others are in it.
    return;
  }
  removeEmpty(gitDir, dirname(folder));
}
