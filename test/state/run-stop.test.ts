import { describe, expect, it } from 'vitest';
import { TASK_WORKFLOW_PATH } from '../../src/state/names.ts';
import { type EndedJob, limitsIn, stopOf } from '../../src/state/run-stop.ts';
import { instant, type RunView } from '../../src/state/snapshot.ts';

const BEGIN = Date.UTC(2026, 2, 2, 9);
const at = (minutes: number) => instant(BEGIN + minutes * 60_000);

const WORKFLOW = { path: TASK_WORKFLOW_PATH, event: 'workflow_dispatch', branch: 'main' };

function run(id: number, { created = 0, ended = 0 }: { created?: number; ended?: number } = {}): RunView {
  const title = `A #3 · attempt 1 · slice 1 · d${id}`;
  const times = { createdAt: at(created), updatedAt: at(ended) };
  return { id, title, ended: true, conclusion: 'cancelled', actor: 'waves[bot]', ...WORKFLOW, ...times };
}

function job({ name = 'A', from = 0, to }: { name?: string; from?: number; to: number }): EndedJob {
  return { name, cancelled: true, startedAt: at(from), endedAt: at(to) };
}

const TEMPLATE = `jobs:\n  task:\n    name: \${{ inputs.task }}\n    timeout-minutes: 350\n`;
const HARDENED = 'jobs:\n  claim:\n    timeout-minutes: 15\n  agent:\n    name: agent\n    timeout-minutes: 350\n';

function stop(workflow: string | undefined, { jobs, ended }: { jobs: readonly EndedJob[]; ended: number }) {
  return stopOf({ run: run(7, { ended }), jobs, limits: limitsIn(workflow), runs: [] });
}

describe('a run that GitHub tells as cancelled met its time limit', () => {
  const cases: readonly (readonly [string, string | undefined, EndedJob, number | undefined])[] = [
    ['when its job ended at its limit', TEMPLATE, job({ to: 350 }), 350],
    ['when its job ended within a minute before it', TEMPLATE, job({ to: 349.1 }), 350],
    ['when always() steps took a few minutes more', TEMPLATE, job({ to: 354 }), 350],
    ['counted from when a runner took it', TEMPLATE, job({ from: 100, to: 450 }), 350],
    ['by the limit of the very job', HARDENED, job({ name: 'claim', to: 15 }), 15],
    ["by GitHub's own limit where the workflow sets none", 'jobs:\n  task: {}\n', job({ name: 'task', to: 360 }), 360],
    ["by GitHub's own limit where the workflow cannot be read", undefined, job({ to: 360 }), 360],
    ['not when its job ended earlier: a person cancelled it', TEMPLATE, job({ to: 348 }), undefined],
    ['not by the limit of another job', HARDENED, job({ name: 'agent', to: 15 }), undefined],
  ];
  it.each(cases)('%s', (_, workflow, ended, minutes) => {
    const found = stop(workflow, { jobs: [ended], ended: 460 });

    expect(found).toEqual(minutes === undefined ? undefined : { kind: 'time-limit', minutes });
  });
});

describe('a run that waited for a runner', () => {
  it('was given up by GitHub after a day', () => {
    expect(stop(TEMPLATE, { jobs: [], ended: 24 * 60 })).toEqual({ kind: 'not-taken' });
  });

  it('was cancelled by a person before that', () => {
    expect(stop(TEMPLATE, { jobs: [], ended: 23 * 60 })).toBeUndefined();
  });
});

describe('a newer run', () => {
  const grouped = `concurrency: agents\n${TEMPLATE}`;
  const newer = run(8, { created: 10, ended: 30 });
  const asked = { run: run(7, { ended: 10 }), jobs: [], runs: [newer] };

  it('displaces one that waits in its concurrency group', () => {
    expect(stopOf({ ...asked, limits: limitsIn(grouped) })).toEqual({ kind: 'displaced' });
  });

  it('displaces one at work, which takes minutes to end', () => {
    const working = { ...asked, run: run(7, { ended: 14 }), jobs: [job({ to: 14 })] };
    expect(stopOf({ ...working, limits: limitsIn(grouped) })).toEqual({ kind: 'displaced' });
  });

  it('displaces nothing where the workflow has no concurrency group', () => {
    expect(stopOf({ ...asked, limits: limitsIn(TEMPLATE) })).toBeUndefined();
  });

  it('displaces nothing that ended before it was there', () => {
    expect(stopOf({ ...asked, run: run(7, { ended: 9 }), limits: limitsIn(grouped) })).toBeUndefined();
  });
});
