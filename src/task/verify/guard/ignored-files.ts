import { posix } from 'node:path';
import { globMatcher } from '../../git/path-glob.ts';
import type { ChangedText } from './check-settings.ts';

/** Lines of one file that are looked at: more are none that a person wrote. */
const MAX_LINES = 200;

export function isIgnoreList(path: string): boolean {
  return posix.basename(path) === '.gitignore';
}

/**
 * Linters and formatters pass over what git ignores, and git goes on to keep what it keeps already: a line that names
 * such files takes them out of a check and changes nothing else.
 * @param basePaths Every path of the base.
 * @returns How many files that stay are ignored from now on, for each `.gitignore` that says so.
 */
export function ignoredFiles(
  changes: readonly ChangedText[],
  basePaths: readonly string[],
): readonly { readonly path: string; readonly what: string }[] {
  const gone = new Set(changes.flatMap(({ path, after }) => (after === undefined ? [path] : [])));
  return changes.flatMap(({ path, before, after }) => {
    if (!isIgnoreList(path) || after === undefined) return [];
    const old = new Set(patternsIn(before));
    const folder = posix.dirname(path) === '.' ? '' : `${posix.dirname(path)}/`;
    const matchers = patternsIn(after)
      .filter((pattern) => !old.has(pattern))
      .slice(0, MAX_LINES)
      .map(matcherOf);
    const below = basePaths.filter((each) => each.startsWith(folder) && !gone.has(each));
    const count = below.filter((each) => matchers.some((matches) => matches(each.slice(folder.length)))).length;
    const files = count === 1 ? '1 file of the repository is' : `${count} files of the repository are`;
    return count > 0 ? [{ path, what: `${files} ignored from now on, and linters pass over them` }] : [];
  });
}

function patternsIn(text = ''): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('!'));
}

/** A pattern without a slash, but for one at its end, is a name in any folder. */
function matcherOf(pattern: string): (path: string) => boolean {
  const bare = pattern.replace(/\/+$/, '');
  const glob = bare.includes('/') ? bare.replace(/^\//, '') : `**/${bare}`;
  try {
    const matchers = [glob, `${glob}/**`].map(globMatcher);
    return (path) => matchers.some((matches) => matches(path));
  } catch {
    // It stands for too many.
    return () => true;
  }
}
