import type { GitObject } from '../model/git-objects.ts';

/** What a repository holds that no git of this machine is to see. */
export interface MemoryGit {
  readonly objects: Map<string, GitObject>;
  /** Ids by full name. */
  readonly refs: Map<string, string>;
  /** Hear where a ref stood that has just moved. */
  readonly listeners: Set<(name: string, before: string | null) => void>;
  /** Full name of the default branch. */
  readonly head: string;
}

const kept = new Map<string, MemoryGit>();

/** From now on nothing of this repository is written to its folder: no git can be asked for it. It has to be empty. */
export function keepInMemory(gitDir: string, defaultBranch: string): void {
  kept.set(gitDir, { objects: new Map(), refs: new Map(), listeners: new Set(), head: `refs/heads/${defaultBranch}` });
}

export function forget(gitDir: string): void {
  kept.delete(gitDir);
}

/** Undefined: it is in files. */
export function memoryOf(gitDir: string): MemoryGit | undefined {
  return kept.get(gitDir);
}

/** Moves refs together or not at all. False when one of them stood elsewhere, or another has the name of its folder. */
export function moveRefsInMemory(
  { refs, listeners }: MemoryGit,
  moves: readonly { readonly name: string; readonly before: string | null; readonly after: string | null }[],
): boolean {
  const names = new Set(moves.map(({ name }) => name));
  if (names.size < moves.length) return false;
  for (const { name, before } of moves) {
    if ((refs.get(name) ?? null) !== before) return false;
    if (before === null && !isFree(refs, name)) return false;
  }
  for (const { name, before, after } of moves) {
    for (const hear of listeners) hear(name, before);
    if (after === null) refs.delete(name);
    else refs.set(name, after);
  }
  return true;
}

/** As files have it: no ref lies below another. */
function isFree(refs: ReadonlyMap<string, string>, name: string): boolean {
  for (const other of refs.keys()) if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) return false;
  return true;
}
