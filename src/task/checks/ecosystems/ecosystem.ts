import type { Look } from '../project-dir.ts';

export type DetectedName = 'compile' | 'test' | 'lint';

/** A command that a repository's files suggest, and which of them, in words. */
export interface Suggestion {
  readonly run: string;
  readonly why: string;
}

export type Suggested = Readonly<Partial<Record<DetectedName, readonly Suggestion[]>>>;

/** What one family of tools leaves in a repository, and how its work is installed and checked. */
export interface Ecosystem {
  /** A folder with one of these is a project. */
  readonly manifests: readonly string[];
  /** Files that say exactly what is installed. */
  readonly locks: readonly string[];
  readonly checks: (look: Look) => Suggested;
  /** How dependencies come in; nothing where the tools fetch them themselves. */
  readonly install: (look: Look) => readonly Suggestion[];
}

/** Leaves out what was not found. */
export function suggested(
  found: Readonly<Partial<Record<DetectedName, readonly (Suggestion | undefined)[]>>>,
): Suggested {
  const entries = Object.entries(found).map(([name, list]) => [name, list.filter((entry) => entry !== undefined)]);
  return Object.fromEntries(entries.filter(([, list]) => list && list.length > 0));
}

/** @returns The first file of the list that the folder has. */
export function firstFile(look: Look, files: readonly string[]): string | undefined {
  return files.find((file) => look.has(file));
}
