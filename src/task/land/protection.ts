import { projectedPaths } from '../../plan/projected-paths.ts';
import { globMatcher } from '../git/path-glob.ts';
import type { Assignment, Rules } from '../protocol/assignment.ts';
import { ALWAYS_PROTECTED } from './always-protected.ts';
import { STEERING_FILES, steeringMatcher } from './steering-files.ts';

/** What a task may change is told by the configuration, and by what the plan says of the task. */
export interface ForbiddenBy {
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
  const always = anyOf([...ALWAYS_PROTECTED, ...projectedPaths(rules), ...rules.protected].map(asWritten));
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
