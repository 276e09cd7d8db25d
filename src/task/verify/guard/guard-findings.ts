import type { Finding } from '../../../state/result.ts';
import { globMatcher } from '../../git/path-glob.ts';
import type { Assignment } from '../../protocol/assignment.ts';
import { calledWords, namedScripts } from './check-scripts.ts';
import { type ChangedText, changedSettings } from './check-settings.ts';
import { ignoredFiles } from './ignored-files.ts';
import { newSettings, takingAway } from './new-settings.ts';
import { censusOf, isFoundByName, isTestFile } from './test-census.ts';

interface Guarded extends Pick<Assignment, 'task' | 'rules'> {
  /** The package.json at the root of the base. */
  readonly manifest?: string | undefined;
  /** Every path of the base; where nothing new is among the settings, nobody asks for them. */
  readonly basePaths?: readonly string[];
}

/** What a change takes away from the checks, but for files that the task names. */
export function guardFindings(
  changes: readonly ChangedText[],
  { task, rules, manifest = '', basePaths = [] }: Guarded,
): readonly Finding[] {
  const matchers = [...task.touches, ...task.outputs].map(globMatcher);
  const isNamed = ({ path }: ChangedText) => matchers.some((matches) => matches(path));
  const unnamed = changes.filter((change) => !isNamed(change));
  const called = calledWords(rules);
  const scripts = namedScripts({ rules, manifest });
  const settings = unnamed.flatMap((change) => {
    const isScript = change.before !== undefined && scripts.has(change.path) && change.before !== change.after;
    const script = isScript
      ? [`a check or its installation runs it, and it ${change.after === undefined ? 'is gone' : 'is another'}`]
      : [];
    return [...script, ...changedSettings(change, called)].map((message) => finding(change.path, message));
  });
  const added = [...takingAway(newSettings(unnamed), basePaths), ...ignoredFiles(unnamed, basePaths)].map(
    ({ path, what }) => finding(path, what),
  );
  return [...lostTests(changes, isNamed), ...moreSkips(unnamed), ...settings, ...added];
}

function finding(file: string, message: string): Finding {
  return { check: 'guard', ...(file.length <= 300 ? { file } : {}), message };
}

/**
 * Over the whole change: tests that moved, or a file that is called otherwise, are no loss. Where runners do not find them
 * by their file's name, they are none of theirs.
 */
function lostTests(changes: readonly ChangedText[], isNamed: (change: ChangedText) => boolean): readonly Finding[] {
  const differences = changes
    .filter(({ path }) => isTestFile(path))
    .map((change) => {
      const [before, after] = [censusOf(change.path, change.before).tests, censusOf(change.path, change.after).tests];
      const isFree = isNamed(change) && after < before;
      return { path: change.path, before, after, change: isFree ? 0 : after - before };
    });
  const found = differences.filter(({ path }) => isFoundByName(path));
  const [inAll, amongFound] = [fewer(differences), fewer(found)];
  const lost = Math.max(inAll, amongFound);
  if (lost <= 0) return [];
  const losers = (inAll < amongFound ? found : differences).filter(({ change }) => change < 0);
  const together = losers.length === 1 ? '' : `; in all changed files ${tests(lost)} fewer`;
  return losers.map(({ path, before, after }) =>
    finding(path, `${tests(before - after)} fewer than before: ${before}, now ${after}${together}`),
  );
}

function fewer(differences: readonly { readonly change: number }[]): number {
  return -differences.reduce((sum, { change }) => sum + change, 0);
}

function tests(count: number): string {
  return `${count} ${count === 1 ? 'test' : 'tests'}`;
}

/** In files that were there before: a new test may be skipped, and takes nothing away. */
function moreSkips(changes: readonly ChangedText[]): readonly Finding[] {
  return changes.flatMap(({ path, before, after }) => {
    if (before === undefined || after === undefined || !isTestFile(path)) return [];
    const more = censusOf(path, after).skips - censusOf(path, before).skips;
    return more > 0
      ? [finding(path, `${more} more ${more === 1 ? 'place' : 'places'} where tests are skipped or left out`)]
      : [];
  });
}
