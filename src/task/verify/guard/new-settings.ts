import { posix } from 'node:path';
import { MANIFEST_SETTINGS, objectIn } from './check-manifest.ts';
import { CHECKED_SECTIONS, type ChangedText, headingsIn, toolOf, VITE } from './check-settings.ts';
import { testBlock } from './test-block.ts';
import { isTestFile } from './test-census.ts';

/** Settings that were not there before. Beside tests or code that a check looked at they may make it look at less. */
export interface NewSettings {
  readonly path: string;
  readonly tool: string;
  readonly what: string;
}

const CONFTEST_HOOKS = /collect_ignore|\bdef pytest_(?:ignore_collect|collection_|collect_|pycollect_|runtest_)/;

/** @returns The settings that a change brings. Whether they take anything away, the base alone can tell. */
export function newSettings(changes: readonly ChangedText[]): readonly NewSettings[] {
  return changes.flatMap(({ path, before, after }) => {
    if (after === undefined) return [];
    const name = posix.basename(path);
    const tool = toolOf(name);
    if (tool) return before === undefined ? [{ path, tool, what: `the configuration of ${tool} is new` }] : [];
    if (name === 'conftest.py')
      return before === undefined && CONFTEST_HOOKS.test(after)
        ? [{ path, tool: TESTS, what: 'a new hook chooses among the tests' }]
        : [];
    if (VITE.test(name)) {
      const isNew = testBlock(before ?? '') === undefined && testBlock(after) !== undefined;
      return isNew ? [{ path, tool: TESTS, what: 'the settings under `test` are new' }] : [];
    }
    return sharedSettings(name, { before: before ?? '', after }).map(([by, what]) => ({ path, tool: by, what }));
  });
}

const TESTS = 'the test runner';

function sharedSettings(
  name: string,
  { before, after }: { readonly before: string; readonly after: string },
): readonly (readonly [tool: string, what: string])[] {
  if (name === 'package.json') {
    const [old, now] = [objectIn(before), objectIn(after)];
    const added = MANIFEST_SETTINGS.filter((key) => key !== 'eslintIgnore' && old[key] === undefined && now[key]);
    return added.map((key) => [LINTERS.test(key) ? 'the linter' : TESTS, `the settings under \`${key}\` are new`]);
  }
  const pattern = CHECKED_SECTIONS.get(name);
  if (!pattern) return [];
  const old = new Set(headingsIn(before, pattern));
  const added = headingsIn(after, pattern).filter((heading) => !old.has(heading));
  return added.map((heading) => [LINTERS.test(heading) ? 'the linter' : TESTS, `the section \`${heading}\` is new`]);
}

const LINTERS = /xo|eslint|ruff|mypy|pyright|pylint|flake8|isort|lints/;

/**
 * @param base Every path of the base.
 * @returns Those beside which the base has something to lose: tests for a test runner; for the others their own settings
 *   already, and files below the folder.
 */
export function takingAway(settings: readonly NewSettings[], base: readonly string[]): readonly NewSettings[] {
  return settings.filter(({ path, tool }) => {
    const folder = posix.dirname(path);
    const below = folder === '.' ? base : base.filter((each) => each.startsWith(`${folder}/`));
    if (tool === TESTS) return below.some(isTestFile);
    return below.length > 0 && base.some((each) => each !== path && holdsSettings(posix.basename(each), tool));
  });
}

function holdsSettings(name: string, tool: string): boolean {
  return toolOf(name) === tool || name === 'pyproject.toml' || name === 'setup.cfg';
}
