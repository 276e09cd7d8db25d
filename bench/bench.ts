import { decide } from '../src/decide/decide.ts';
import { loadConfig } from '../src/plan/config.ts';
import { buildGraph } from '../src/plan/graph.ts';
import { type LoadedPlan, loadPlan } from '../src/plan/load.ts';
import { writeStatus } from '../src/progress/status.ts';
import { LABEL } from '../src/state/names.ts';
import type { Snapshot } from '../src/state/snapshot.ts';
import { TIMINGS } from '../src/state/timings.ts';

/**
 * Prints how long the pure parts take, each as a multiple of a peer that does the unavoidable part of the same work
 * in the same run. Nothing is judged here: figures belong into notes, not into tests.
 */

const TASKS = 10_000;
const ROUNDS = 9;

const text = JSON.stringify({
  name: 'Bench',
  tasks: Array.from({ length: TASKS }, (_, n) => ({
    id: `T-${n}`,
    title: `Task ${n}`,
    estimate: 30 + (n % 7) * 30,
    dependencies: [...new Set([(n * 7919) % Math.max(n, 1), (n * 31) % Math.max(n, 1)])]
      .filter((of) => of < n && (of + n) % 4)
      .map((of) => `T-${of}`),
  })),
});
const { plan } = loaded(loadPlan({ file: 'tasks.json', text }));
const config = loadConfig(undefined);
if (!config.ok) throw new Error('the default configuration does not load');
const decideInput = { snapshot: beginning(), plan, config: config.config, timings: TIMINGS };
const views = decide(decideInput).tasks;

const parse = median(() => JSON.parse(text));
const rewrite = median(() => JSON.stringify(JSON.parse(text)));
const graph = median(() => buildGraph(plan));

console.log(
  `${TASKS} tasks, ${plan.tasks.reduce((sum, { dependencies }) => sum + dependencies.length, 0)} dependencies; median of ${ROUNDS}`,
);
line(
  'loadPlan',
  median(() => loadPlan({ file: 'tasks.json', text })),
  ['JSON.parse', parse],
);
line(
  'writeStatus',
  median(() => writeStatus(text, views)),
  ['JSON.parse and stringify', rewrite],
);
line(
  'decide',
  median(() => decide(decideInput)),
  ['buildGraph', graph],
);

function beginning(): Snapshot {
  const issue = {
    id: 'I1',
    number: 1,
    title: 'Plan: Bench',
    body: '',
    open: true,
    closedAs: undefined,
    closedAt: undefined,
  } as const;
  const at = '2026-01-01T00:00:00Z';
  return {
    now: Date.parse(at),
    repository: {
      owner: 'acme',
      name: 'bench',
      id: 'R1',
      defaultBranch: 'main',
      url: 'https://github.com/acme/bench',
      head: '0'.repeat(40),
    },
    app: 'agent-waves[bot]',
    files: { plan: undefined, config: undefined, progress: undefined },
    labels: new Map(),
    issues: [
      {
        ...issue,
        reopenedAt: undefined,
        author: 'agent-waves[bot]',
        writer: 'agent-waves[bot]',
        createdAt: at,
        labels: [LABEL.plan, LABEL.start],
        labelled: new Map([[LABEL.start, { by: 'lead', at }]]),
        parent: undefined,
        blockedBy: [],
        updatedAt: at,
      },
    ],
    runs: [],
    comments: [],
    writers: new Set(['lead']),
    dispatched: new Map(),
    refused: new Map(),
  };
}

function loaded(result: LoadedPlan): Extract<LoadedPlan, { ok: true }> {
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result;
}

function median(work: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  }).sort((a, b) => a - b);
  return times[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

function line(name: string, took: number, [peer, peerTook]: readonly [string, number]): void {
  console.log(
    `${name.padEnd(14)}${took.toFixed(1).padStart(8)} ms = ${(took / peerTook).toFixed(1)} × ${peer} (${peerTook.toFixed(1)} ms)`,
  );
}
