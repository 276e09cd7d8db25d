import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { excuse, readExcuses } from './excused.ts';
import { instrument } from './instrument.ts';
import { LEFT_OUT, PARTS, SCENES, TESTS, TESTS_OF_SEARCH } from './parts.ts';
import { refusedByTypes } from './refused-by-types.ts';
import { isLeft, type Judged, report } from './report.ts';
import { type ToldChange, teller } from './tell-change.ts';
import { OUT, type Tried } from './tried.ts';

const USAGE = `npm run mutants:quick -- [--part NAME] [--files PATTERN] [--survivors] [--every N] [--again]

Stryker's changes of src/decide and src/state, each tried in one process that has loaded everything; then what no test
noticed, by the compiler. What text for people says is no change here, nor what is made while modules are loaded. What
nobody has to notice stands in test/mutants/excused.json with its reason; it ends with 1 where one of these is noticed
after all.

  --part NAME       files, by a name or its beginning (default: all of them):
                    ${Object.keys(PARTS).join(' ')}
  --files PATTERN   a regular expression over paths: of these files alone
  --scenes          scenes on the embedded GitHub have to notice as well, after all other tests
  --tests GLOBS     the tests that have to notice, between blanks, in place of the usual ones
  --left-out GLOBS  and those of them that do not count
  --millis N        processor time of tests for each change (default: 1500)
  --no-types        leave out the compiler
  --again           only what the last command left
  --every N         only each N-th change: an estimate of the rest
  --from K          and of each N the K-th (default: 0)
  --survivors       print each change that is left`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Laws are drawn a few times, and the same for each change. */
const DRAWS = { DRAW_SEED: '20261128', DRAW_TIMES: '0.03' };
/** A process that tells of nothing for so long is at a change that never ends (ms). */
const HUNG = 90_000;

const { values: given } = parseArgs({
  options: {
    part: { type: 'string', default: '' },
    files: { type: 'string', default: '' },
    scenes: { type: 'boolean', default: false },
    tests: { type: 'string' },
    'left-out': { type: 'string', default: LEFT_OUT.join(' ') },
    millis: { type: 'string', default: '1500' },
    'no-types': { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    survivors: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (given.help) {
    console.log(USAGE);
    return;
  }
  mkdirSync(OUT.folder, { recursive: true });
  const before = given.again ? readLeft() : undefined;
  const chosen = Object.keys(PARTS).filter((name) => name.startsWith(given.part));
  const [search, others] = [chosen.filter((name) => name === 'search'), chosen.filter((name) => name !== 'search')];
  const judged = [
    ...(await tryParts(others, { tests: TESTS, before })),
    ...(await tryParts(search, { tests: TESTS_OF_SEARCH, before })),
  ];
  if (judged.length === 0) throw new Error('nothing to try: npm run mutants:quick -- --help');
  const left = judged.filter(isLeft).map(({ told }) => told);
  writeFileSync(OUT.left, JSON.stringify(left, undefined, 1));
  const files = new Set(judged.map(({ change: { file } }) => file));
  const { excused, problems } = excuse(left, files, readExcuses());
  console.log(report(judged, excused, given.survivors));
  // Where only some were tried, nothing is known of the others.
  if (given.again || given.every !== '1' || problems.length === 0) return;
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

interface Trying {
  readonly tests: readonly string[];
  /** Absent: every change is tried. */
  readonly before: ReadonlySet<string> | undefined;
}

/** In one process, whatever their number. */
async function tryParts(parts: readonly string[], { tests, before }: Trying): Promise<readonly Judged[]> {
  rmSync(OUT.tried, { force: true });
  const patterns = parts.map((name) => new RegExp(PARTS[name] ?? ''));
  const isMeant = (file: string) => patterns.some((each) => each.test(file)) && new RegExp(given.files).test(file);
  const { sources, changes } = await instrument(ROOT, isMeant);
  const tell = teller(ROOT);
  const chosen = changes
    .filter((each) => each.kind !== 'StringLiteral' && (before?.has(keyOf(tell(each))) ?? true))
    .filter((_, nth) => nth % Number(given.every) === Number(given.from));
  if (chosen.length === 0) return [];
  writeFileSync(OUT.sources, JSON.stringify(sources));
  writeFileSync(OUT.todo, JSON.stringify(chosen.map(({ id, file }) => ({ id, file }))));
  for (;;) {
    const hung = await tryAll(given.tests ?? [...tests, ...(given.scenes ? SCENES : [])].join(' '));
    if (hung === undefined) break;
    appendFileSync(OUT.tried, `${JSON.stringify({ id: hung, status: 'hung' } satisfies Tried)}\n`);
  }
  const tried = new Map(readTried().map((each) => [each.id, each]));
  const judged = chosen.flatMap((change): readonly Judged[] => {
    const { status, isCutShort = false } = tried.get(change.id) ?? {};
    return status === 'static' ? [] : [{ change, told: tell(change), status, isCutShort }];
  });
  if (given['no-types']) return judged;
  const refused = await refusedByTypes(
    judged.filter(isLeft).map(({ change }) => change),
    ROOT,
  );
  return judged.map((each) => (refused.has(each.change.id) ? { ...each, status: 'refused' } : each));
}

function keyOf({ file, line, change }: ToldChange): string {
  return JSON.stringify([file, line, change]);
}

function readLeft(): ReadonlySet<string> {
  const left: readonly ToldChange[] = JSON.parse(readFileSync(OUT.left, 'utf8'));
  return new Set(left.map(keyOf));
}

/** @returns The change at which the process hung; undefined where it came to its end. */
function tryAll(tests: string): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const program = `${ROOT}node_modules/vitest/vitest.mjs`;
  const child = spawn(process.execPath, [program, 'run', '--config', 'test/mutants/vitest.config.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...DRAWS,
      MUTANTS_TESTS: tests,
      MUTANTS_LEFT_OUT: given['left-out'],
      MUTANTS_MILLIS: given.millis,
    },
    stdio: ['ignore', 'ignore', 'ignore'],
    detached: true,
  });
  const watch = setInterval(() => {
    // Before the first change, every test has to run once, however long that takes.
    const isTrying = lines().at(-1)?.trying !== undefined;
    if (isTrying && Date.now() - statSync(OUT.tried).mtimeMs > HUNG && child.pid) process.kill(-child.pid);
  }, 5_000);
  child.on('error', reject);
  child.on('close', () => {
    clearInterval(watch);
    const last = lines().at(-1);
    if (last?.end) resolve(undefined);
    else if (last?.trying !== undefined) resolve(last.trying);
    else reject(new Error('the tests did not run: vitest run --config test/mutants/vitest.config.ts says why'));
  });
  return promise;
}

interface Line extends Partial<Tried> {
  readonly trying?: string;
  readonly end?: boolean;
}

function lines(): readonly Line[] {
  if (!existsSync(OUT.tried)) return [];
  return readFileSync(OUT.tried, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function readTried(): readonly Tried[] {
  return lines().filter((line): line is Tried => line.id !== undefined);
}

await main();
