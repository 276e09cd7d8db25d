import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { it } from 'vitest';
import { type RecordedTest, STRYKER, TESTS } from './recorded.ts';
import { replay } from './replay.ts';
import { OUT, type Tried } from './tried.ts';

/** A change that no test of so long noticed (ms of processor time) is one that was not noticed. */
const MAX_MILLIS = Number(process.env.MUTANTS_MILLIS ?? 1_500);
/** A test that takes no longer (ms). */
const QUICK = 30;
/** How many of the tests that noticed the last changes of a file are asked first. */
const FIRST = 10;

const tell = (line: object) => appendFileSync(OUT.tried, `${JSON.stringify(line)}\n`);

it('each change', { timeout: 2 ** 31 - 1 }, async () => {
  STRYKER.isQuiet = true;
  const covering = testsByChange();
  const lately = new Map<string, readonly RecordedTest[]>();
  for (const { id, file } of leftToTry()) {
    const tests = covering.get(Number(id)) ?? [];
    if (tests.length === 0) {
      tell({ id, status: STRYKER.mutantCoverage.static[id] === undefined ? 'unreached' : 'static' });
      continue;
    }
    // The last line of a process that a change never let end.
    tell({ trying: id });
    const known = lately.get(file) ?? [];
    const found = await tryOne(id, new Set([...known.filter((each) => tests.includes(each)), ...inOrder(tests, file)]));
    tell({ id, ...found.tried });
    if (found.by) lately.set(file, [found.by, ...known.filter((each) => each !== found.by)].slice(0, FIRST));
  }
  tell({ end: true });
});

/** The quickest first. */
function testsByChange(): ReadonlyMap<number, readonly RecordedTest[]> {
  const covering = new Map<number, RecordedTest[]>();
  for (const each of TESTS.toSorted((a, b) => millis(a) - millis(b)))
    for (const id of each.ids) {
      const known = covering.get(id);
      if (known) known.push(each);
      else covering.set(id, [each]);
    }
  return covering;
}

function leftToTry(): readonly { readonly id: string; readonly file: string }[] {
  const lines = existsSync(OUT.tried) ? readFileSync(OUT.tried, 'utf8').split('\n') : [];
  const done = new Set(lines.filter(Boolean).map((line) => JSON.parse(line).id));
  return JSON.parse(readFileSync(OUT.todo, 'utf8')).filter(({ id }: { id: string }) => !done.has(id));
}

async function tryOne(
  id: string,
  tests: Iterable<RecordedTest>,
): Promise<{ readonly tried: Omit<Tried, 'id'>; readonly by?: RecordedTest }> {
  const began = processorMillis();
  // What a change makes go round for ever is stopped by Stryker's own count.
  STRYKER.hitLimit = 1_000 + 20 * (STRYKER.mostHits[Number(id)] ?? 0);
  for (const each of tests) {
    if (processorMillis() - began > MAX_MILLIS || millis(each) > MAX_MILLIS)
      return { tried: { status: 'survived', isCutShort: true } };
    STRYKER.hitCount = 0;
    STRYKER.activeMutant = id;
    const holds = await passes(each);
    STRYKER.activeMutant = undefined;
    if (holds || !(await isSound(each))) continue;
    return { tried: { status: 'killed', by: `${each.test.file.name}: ${each.test.name}` }, by: each };
  }
  return { tried: { status: 'survived' } };
}

const sound = new Map<RecordedTest, boolean>();

/** It passes once more without any change: what it leaves behind, or the time that it takes, says nothing of one. */
async function isSound(test: RecordedTest): Promise<boolean> {
  const known = sound.get(test);
  if (known !== undefined) return known;
  const holds = await passes(test);
  sound.set(test, holds);
  return holds;
}

async function passes(test: RecordedTest): Promise<boolean> {
  try {
    await replay(test);
    return true;
  } catch {
    return false;
  }
}

/**
 * Those in the file of the same name, then those in its folder, then of the quick ones a test of each file, another one of
 * each, since those of one file notice much the same, and so on; then the others.
 */
function inOrder(tests: readonly RecordedTest[], source: string): readonly RecordedTest[] {
  const own = source.replace(/^src(.*)\.ts$/, 'test$1.test.ts');
  const folder = dirname(own);
  const turns = new Map<string, number>();
  const counted = tests.map((each) => {
    const { name } = each.test.file;
    if (name === own) return { each, distance: 0, turn: 0 };
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    if (dirname(name) === folder) return { each, distance: 1, turn };
    return { each, distance: millis(each) > QUICK ? 3 : 2, turn: millis(each) > QUICK ? 0 : turn };
  });
  return counted.sort((a, b) => a.distance - b.distance || a.turn - b.turn).map(({ each }) => each);
}

function millis({ test }: RecordedTest): number {
  return test.result?.duration ?? 0;
}

function processorMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
