import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunTimings } from '../src/cli/rehearse/run-timings.ts';
import { quantile, showRatio, showRatioHead } from './measure.ts';
import { rehearseLines } from './rehearse.ts';

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
    const before = nodeStarts();
    await rehearseLines(folder, { tasks: TASKS, slots: 1, checks: '{ compile: "true", test: "true", lint: "true" }' });
    const timed = await readRunTimings(join(folder, 'out', 'runs'));
    const inOrder = timed.toSorted((one, other) => one.began - other.began);
    const runs = inOrder.slice(WARM_UP).map(({ steps }) => steps);
    // Before and behind: a machine is not as fast at all times.
    const start = quantile([...before, ...nodeStarts()], 0.5);
    const title = `the action on an empty task, mean of ${runs.length} runs`;
    showRatioHead(title, { unit: 'ms', bound: `node -e 0 (${start.toFixed(0)} ms)` });
    const line = (name: string, took: number) => showRatio(name, { took, bound: start, digits: 0 });
    const names = [...new Set(runs.flatMap((steps) => [...steps.keys()]))];
    const ours = names.filter((name) => !name.startsWith('Run actions/') && !name.startsWith(WHOLE));
    for (const name of ours)
      line(name === 'Report' ? 'Report, waiting for the progress commit' : name, mean(runs, name));
    line('the whole action', sum(names.filter((name) => name.startsWith(WHOLE)).map((name) => mean(runs, name))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function mean(runs: readonly ReadonlyMap<string, number>[], name: string): number {
  return sum(runs.map((steps) => steps.get(name) ?? 0)) / runs.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Milliseconds that Node takes to do nothing. */
function nodeStarts(): readonly number[] {
  return Array.from({ length: 15 }, () => {
    const begin = performance.now();
    spawnSync(process.execPath, ['-e', '0'], { env: { PATH: process.env.PATH } });
    return performance.now() - begin;
  });
}
