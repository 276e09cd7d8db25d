import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Change, instrument } from './instrument.ts';
import { report } from './report.ts';
import { OUT, type Tried } from './tried.ts';

const USAGE = `npm run mutants:quick -- [--files PATTERN] [--tests GLOBS] [--survivors]

Stryker's changes of src/decide and src/state, each tried in one process that has loaded everything. What text for
people says is no change here, nor what is made while modules are loaded.

  --files PATTERN   a regular expression over paths (default: ^src/state/)
  --most N          files with so many changes at most
  --tests GLOBS     the tests that have to notice, between blanks
  --left-out GLOBS  and those of them that do not count
  --survivors       print each change that nobody noticed`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A process that tells of nothing for so long is at a change that never ends (ms). */
const HUNG = 180_000;

const { values: given } = parseArgs({
  options: {
    files: { type: 'string', default: '^src/state/' },
    most: { type: 'string', default: 'Infinity' },
    tests: { type: 'string', default: 'test/state/**/*.test.ts test/text/**/*.test.ts' },
    'left-out': { type: 'string', default: 'test/**/*seen*.test.ts test/**/large*.test.ts' },
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
  rmSync(OUT.tried, { force: true });
  const { sources, changes } = await instrument(ROOT);
  const chosen = choose(changes);
  writeFileSync(OUT.sources, JSON.stringify(sources));
  writeFileSync(OUT.todo, JSON.stringify(chosen.map(({ id, file }) => ({ id, file }))));
  for (;;) {
    const hung = await tryAll();
    if (hung === undefined) break;
    appendFileSync(OUT.tried, `${JSON.stringify({ id: hung, status: 'hung' } satisfies Tried)}\n`);
  }
  console.log(report({ changes: chosen, tried: readTried(), root: ROOT, survivors: given.survivors }));
}

/** Files with few changes first. */
function choose(all: readonly Change[]): readonly Change[] {
  const changes = all.filter(({ file, kind }) => new RegExp(given.files).test(file) && kind !== 'StringLiteral');
  const counts = new Map<string, number>();
  for (const { file } of changes) counts.set(file, (counts.get(file) ?? 0) + 1);
  const count = ({ file }: Change) => counts.get(file) ?? 0;
  return changes
    .filter((each) => count(each) <= Number(given.most))
    .sort((a, b) => count(a) - count(b) || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

/** @returns The change at which the process hung; undefined where it came to its end. */
function tryAll(): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const program = `${ROOT}node_modules/vitest/vitest.mjs`;
  const child = spawn(process.execPath, [program, 'run', '--config', 'test/mutants/vitest.config.ts'], {
    cwd: ROOT,
    env: { ...process.env, MUTANTS_TESTS: given.tests, MUTANTS_LEFT_OUT: given['left-out'] },
    stdio: ['ignore', 'ignore', 'ignore'],
    detached: true,
  });
  const watch = setInterval(() => {
    if (existsSync(OUT.tried) && Date.now() - statSync(OUT.tried).mtimeMs > HUNG && child.pid) process.kill(-child.pid);
  }, 1_000);
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
