import type { Repository } from '../git/git.ts';
import { globMatcher } from '../git/path-glob.ts';
import { SUBMODULE_MODE, SYMLINK_MODE, symlinkEscapes } from '../git/symlinks.ts';
import { treeChanges } from '../git/workspace.ts';
import { type Assignment, type Conclusion, failure, type Rules } from '../protocol/assignment.ts';
import { ALWAYS_PROTECTED } from './always-protected.ts';
import { STEERING_FILES, steeringMatcher } from './steering-files.ts';

/** Follows the refused changes where somebody could allow one. */
const HOW_TO_ALLOW =
  'A task that is meant to change such a file names it in its `outputs`, and `protected_except` in .github/agent-waves.yml allows it.';

/** What may not land: @returns how the run ends then, or undefined where every change is one that a task may make. */
export async function refuseForbidden(
  repository: Repository,
  work: { readonly from: string; readonly tree: string; readonly assignment: ForbiddenBy },
): Promise<Conclusion | undefined> {
  const refused = await forbiddenChanges(repository, work);
  if (refused.length === 0) return undefined;
  const what = `changes that a task may not make: ${refused.slice(0, 10).join('; ')}`;
  return { outcome: 'verification', failure: failure(what, refused.join('\n')) };
}

/** @returns For each change that may not land: the path, and why; after them, how to allow what can be allowed. */
async function forbiddenChanges(
  repository: Repository,
  { from, tree, assignment }: { readonly from: string; readonly tree: string; readonly assignment: ForbiddenBy },
): Promise<readonly string[]> {
  const protection = protectionBy(assignment);
  const refused: string[] = [];
  let canBeAllowed = false;
  for (const change of await treeChanges(repository, { from, tree })) {
    const { path, mode } = change;
    const protectedBy = protection(path);
    if (protectedBy) {
      refused.push(`${path} is protected${protectedBy.does ? `: ${protectedBy.does}` : ''}`);
      canBeAllowed ||= protectedBy.does !== undefined;
    } else if (mode === SUBMODULE_MODE) refused.push(`${path} is a repository of its own`);
    else if (mode === SYMLINK_MODE && (await symlinkEscapes(repository, change)))
      refused.push(`${path} links out of the repository`);
  }
  return canBeAllowed ? [...refused, HOW_TO_ALLOW] : refused;
}

/** What a task may change is told by the configuration, and by what the plan says of the task. */
interface ForbiddenBy {
  readonly rules: Pick<Rules, 'plan' | 'progress' | 'protected' | 'protectedExcept'>;
  readonly task: Pick<Assignment['task'], 'outputs'>;
}

/** Why a path may not be changed. */
interface Protection {
  /** What the file does; absent where nothing allows a change of it. */
  readonly does?: string | undefined;
}

/** @returns What protects a path against the task, if anything does. */
export function protectionBy({ rules, task }: ForbiddenBy): (path: string) => Protection | undefined {
  const always = anyOf([...ALWAYS_PROTECTED, rules.plan, rules.progress, ...rules.protected].map(asWritten));
  const steering = STEERING_FILES.map(({ does, names }) => ({ does, matches: steeringMatcher(names) }));
  // Who allows one spelling has not allowed the others.
  const [named, excepted] = [anyOf(task.outputs), anyOf(rules.protectedExcept)];
  return (path) => {
    const written = asWritten(path);
    if (always(written)) return {};
    const does = steering.find(({ matches }) => matches(written))?.does;
    if (does === undefined || (named(path) && excepted(path))) return undefined;
    return { does };
  };
}

/**
 * A path as the file systems see it that see least: they know no case (there `claude.md` steers as `CLAUDE.md` does), pass
 * over signs that nobody sees, take one form of a letter for another, or drop dots and spaces at the end of a name.
 */
function asWritten(path: string): string {
  return path
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .replace(/(?<=[^/.])[. ]+(?=\/|$)/g, '');
}

function anyOf(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.map(globMatcher);
  return (path) => matchers.some((matches) => matches(path));
}
