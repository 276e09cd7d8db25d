import { randomUUID } from 'node:crypto';
import { gitText, type Repository } from '../../git/git.ts';
import { SUBMODULE_MODE, SYMLINK_MODE } from '../../git/symlinks.ts';
import { type TreeChange, treeChanges } from '../../git/workspace.ts';
import type { ChangedText } from './check-settings.ts';
import { isTestFile } from './test-census.ts';

/** New files of one change that are read; what goes beyond is mostly generated, and none of it a test. */
const MAX_NEW_FILES = 2_000;
/** Of one file, and of all: tests and settings are smaller. What is larger after a change counts as gone. */
const MAX_BYTES = 1_000_000;
const MAX_BYTES_IN_ALL = 100_000_000;

/**
 * What was there before comes first, and tests before all: however much is laid beside it, it is looked at.
 * @returns The files that a change touches, as text before and after. A link or repository is no file.
 */
export async function changedTexts(
  repository: Repository,
  { from, tree }: { readonly from: string; readonly tree: string },
): Promise<readonly ChangedText[]> {
  const changes = await treeChanges(repository, { from, tree });
  const isFile = (mode: string) => mode !== '000000' && mode !== SYMLINK_MODE && mode !== SUBMODULE_MODE;
  const [old, added] = parted(testsFirst(changes), ({ before }) => isFile(before.mode));
  const wanted = [...old, ...added.slice(0, MAX_NEW_FILES)].map(({ path, mode, object, before }) => ({
    path,
    before: isFile(before.mode) ? before.object : undefined,
    after: isFile(mode) ? object : undefined,
  }));
  const texts = await readObjects(repository, [
    ...new Set(wanted.flatMap(({ before, after }) => [before, after].filter((object) => object !== undefined))),
  ]);
  return wanted.map(({ path, before, after }) => ({
    path,
    before: before && texts.get(before),
    after: after && texts.get(after),
  }));
}

function testsFirst(changes: readonly TreeChange[]): readonly TreeChange[] {
  return parted(changes, ({ path }) => isTestFile(path)).flat();
}

function parted<Value>(values: readonly Value[], isFirst: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}

/** One process for all. What divides them is a word that nobody can have put into a file. */
async function readObjects(repository: Repository, objects: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const small = await smallObjects(repository, objects);
  if (small.length === 0) return new Map();
  const word = randomUUID();
  const all = await gitText(repository, ['cat-file', `--batch=${word} %(objectname)`], {
    input: `${small.join('\n')}\n`,
  });
  const parts = all.split(`${word} `).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1).replace(/\n$/, '')];
    }),
  );
}

async function smallObjects(repository: Repository, objects: readonly string[]): Promise<readonly string[]> {
  if (objects.length === 0) return [];
  const sizes = await gitText(repository, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
    input: `${objects.join('\n')}\n`,
  });
  let left = MAX_BYTES_IN_ALL;
  return sizes.split('\n').flatMap((line) => {
    const [object = '', size] = line.split(' ');
    if (!(Number(size) <= Math.min(MAX_BYTES, left))) return [];
    left -= Number(size);
    return [object];
  });
}
