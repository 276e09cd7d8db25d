import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const TASKS = 8;
/** How the workflow calls the action as a step of its own. */
const WHOLE = 'Run agent-waves/';
/** The first run of a rehearsal finds nothing warm, on this machine as on any other. */
const WARM_UP = 2;

/**
 * What the action itself costs: tasks in which the agent writes one line and every check is `true`, one after the other,
 * in the real workflow on the embedded GitHub. Beside each step, how often Node would have started in that time.
 */
export async function showActionTime(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-bench-'));
  try {
    const runs = (await rehearse(folder)).slice(WARM_UP);
    const start = nodeStart();
    console.log(
      `\nthe action on an empty task, mean of ${runs.length} runs         ms   × node -e 0 (${start.toFixed(0)} ms)`,
    );
    const names = [...new Set(runs.flatMap((steps) => [...steps.keys()]))];
    const ours = names.filter((name) => !name.startsWith('Run actions/') && !name.startsWith(WHOLE));
    for (const name of ours)
      line(name === 'Report' ? 'Report, waiting for the progress commit' : name, mean(runs, name), start);
    line(
      'the whole action',
      sum(names.filter((name) => name.startsWith(WHOLE)).map((name) => mean(runs, name))),
      start,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function line(name: string, took: number, start: number): void {
  console.log(`  ${name.padEnd(44)}${took.toFixed(0).padStart(6)}${(took / start).toFixed(1).padStart(10)} ×`);
}

function mean(runs: readonly ReadonlyMap<string, number>[], name: string): number {
  return sum(runs.map((steps) => steps.get(name) ?? 0)) / runs.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function nodeStart(): number {
  const times = Array.from({ length: 9 }, () => {
    const begin = performance.now();
    spawnSync(process.execPath, ['-e', '0'], { env: { PATH: process.env.PATH } });
    return performance.now() - begin;
  });
  return times.sort((a, b) => a - b)[4] ?? Number.NaN;
}

/** @returns For each run, in order, how long each of its steps took, in milliseconds. */
async function rehearse(folder: string): Promise<readonly ReadonlyMap<string, number>[]> {
  const source = join(folder, 'source');
  const out = join(folder, 'out');
  const tasks = Array.from({ length: TASKS }, (_, n) => ({ id: `T-${n + 1}`, title: `Task ${n + 1}`, estimate: 1 }));
  const files = {
    'docs/planning/tasks.json': JSON.stringify({ name: 'Empty tasks', tasks }, null, 2),
    '.github/agent-waves.yml': [
      'landing: push',
      'isolation: none',
      'install: []',
      'checks: { compile: "true", test: "true", lint: "true" }',
    ].join('\n'),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(source, path, '..'), { recursive: true });
    await writeFile(join(source, path), `${text}\n`);
  }
  await promisify(execFile)(
    process.execPath,
    [MAIN, 'rehearse', source, '--out', out, '--max-parallel', '1', '--agent', 'echo done > "$AGENT_WAVES_TASK.txt"'],
    { env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' } },
  );
  return stepsOf(join(out, 'runs'));
}

async function stepsOf(folder: string): Promise<readonly ReadonlyMap<string, number>[]> {
  const timed: { readonly began: number; readonly steps: ReadonlyMap<string, number> }[] = [];
  for (const run of await readdir(folder)) {
    for (const job of await readdir(join(folder, run))) {
      const text = await readFile(join(folder, run, job, 'steps.json'), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const steps = JSON.parse(text) as readonly { name: string; started: number; ended: number; outcome: string }[];
      timed.push({
        began: steps[0]?.started ?? 0,
        steps: new Map(
          steps
            .filter(({ outcome }) => outcome !== 'skipped')
            .map(({ name, started, ended }) => [name, ended - started]),
        ),
      });
    }
  }
  return timed.sort((a, b) => a.began - b.began).map(({ steps }) => steps);
}
