import type { ProjectDir } from '../project-dir.ts';

export type DetectableCheck = 'compile' | 'test' | 'lint';

/** A command that a repository's files suggest, and which of them, in words. */
export interface SuggestedCommand {
  readonly run: string;
  readonly why: string;
  /** Of an installation that no run can mend where it fails: what is missing then, and the step that brings it. */
  readonly brings?: { readonly what: string; readonly fix: string };
}

export type SuggestedChecks = Readonly<Partial<Record<DetectableCheck, readonly SuggestedCommand[]>>>;

/** What one family of tools leaves in a repository, and how its work is installed and checked. */
export interface Ecosystem {
  /** The language, as people call it. */
  readonly name: string;
  /** A folder with one of these is a project. */
  readonly manifests: readonly string[];
  /** Files that say exactly what is installed. */
  readonly locks: readonly string[];
  readonly checks: (dir: ProjectDir) => SuggestedChecks;
  /** How dependencies come in; nothing where the tools fetch them themselves. */
  readonly install: (dir: ProjectDir) => readonly SuggestedCommand[];
}

/** Leaves out what was not found. */
export function withoutEmpty(
  found: Readonly<Partial<Record<DetectableCheck, readonly (SuggestedCommand | undefined)[]>>>,
): SuggestedChecks {
  const entries = Object.entries(found).map(([name, list]) => [name, list.filter((entry) => entry !== undefined)]);
  return Object.fromEntries(entries.filter(([, list]) => list && list.length > 0));
}

/** @returns The first file of the list that the folder has. */
export function firstFile(dir: ProjectDir, files: readonly string[]): string | undefined {
  return files.find((file) => dir.has(file));
}
