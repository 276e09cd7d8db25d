import { describe, expect, it } from 'vitest';
import { jobsLeft } from '../../../src/decide/schedule/jobs-left.ts';
import { paceOf } from '../../../src/decide/schedule/pace.ts';
import type { Task } from '../../../src/plan/plan.ts';
import { projectOf } from '../../../src/plan/project.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { finishedAmong } from '../../../src/state/wave-past.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { WRITER } from '../../support/pure-world.ts';
import { at, DONE, failed, past, scene, TASK_RUN } from '../scene.ts';

const HOLD = { by: WRITER, at: at(0), cause: { kind: 'other', message: 'cancelled' } } as const;

function liveSince(seconds: number, run: number) {
  return { agent: `A${run - 899}`, sent: at(seconds), sends: 1, run };
}

function runOf(id: number) {
  const moments = { createdAt: at(-6_000), updatedAt: at(-6_000) };
  return { id, title: '', ended: false, conclusion: undefined, actor: '', ...TASK_RUN, ...moments };
}

/** What is left after a pass that has no free slot: `A ready 60`, with what it waits for and what it needs behind that. */
function left(tasks: readonly Task[], records: NonNullable<Parameters<typeof scene>[0]>['records'], soon?: string) {
  const plan = planOf([...tasks, taskOf({ id: 'RUNS', minutes: 30 })]);
  const live = { attempt: 1, slice: 1, dispatch: 1, live: liveSince(-600, 900) };
  const of = scene({ plan, config: configOf('max_parallel: 1\n'), records: { RUNS: live, ...records } });
  const views = of.look({ runs: [900, 901].map(runOf) }).tasks;
  const jobs = jobsLeft({
    plan,
    graph: projectOf(plan, of.config).graph,
    tasks: views,
    ranks: new Map(),
    now: of.world.now,
    timings: TIMINGS,
    soon: new Set(plan.tasks.flatMap(({ id }) => (id === soon ? [id] : []))),
    pace: paceOf([finishedAmong(views)]),
  });
  return jobs.map(({ id, state, minutes, wait, needs }) => {
    return [id, state, Math.round(minutes * 100) / 100, ...(wait ? [`in ${wait}`] : []), ...needs].join(' ');
  });
}

const CONTINUED = past({ outcome: 'continued', sent: at(-1_200), ended: at(-600) });
const RUNS = 'RUNS running 20';

describe('what is left of a plan', () => {
  it('is what runs, what may start, and what waits for these', () => {
    expect(left([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })], {})).toEqual([
      'A ready 60',
      'B later 60 A',
      RUNS,
    ]);
  });

  it('takes what may start soon as if it could now', () => {
    const done = { attempt: 1, slice: 1, dispatch: 1, done: DONE };
    const tasks = [taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })];

    expect(left(tasks, { A: done })).toEqual(['B later 60 A', RUNS]);
    expect(left(tasks, { A: done }, 'B')).toEqual(['B ready 60', RUNS]);
  });

  it('is not what waits for a person, nor what waits for that', () => {
    const tasks = [
      taskOf({ id: 'ASKS' }),
      taskOf({ id: 'STUCK', dependencies: ['ASKS'] }),
      taskOf({ id: 'HELD' }),
      taskOf({ id: 'AFTER', dependencies: ['HELD'] }),
    ];

    expect(left(tasks, { ASKS: failed(3), HELD: { hold: HOLD } })).toEqual([RUNS]);
  });

  it('is not work in review, and what waits for that goes on after it', () => {
    const review = { pull: 40, head: 'c'.repeat(40), run: 900, at: at(0), checks: {}, summary: '' };
    const shown = { attempt: 1, slice: 1, dispatch: 1, history: [past({ outcome: 'in-review' })], review };

    expect(left([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })], { A: shown })).toEqual([
      'B later 60 A',
      RUNS,
    ]);
  });

  it('waits for a back-off, and for the limit of a provider', () => {
    const until = { ...failed(1, 'quota'), history: [past({ outcome: 'quota', until: at(1_800) })] };

    const [again, ...others] = left([taskOf({ id: 'A' })], { A: failed(1) });
    expect(again).toMatch(/^A later 60 in [12]\b/);
    expect(others).toEqual([RUNS]);
    const [blocked] = left([taskOf({ id: 'A', dependencies: ['RUNS'] })], { A: failed(1) });
    expect(blocked).toMatch(/^A later 60 in [12]\b.* RUNS$/);
    expect(left([taskOf({ id: 'A' })], { A: until })).toEqual(['A later 60 in 30', RUNS]);
  });

  it('is less by what earlier slices of the same attempt have done', () => {
    const record = { attempt: 2, slice: 1, dispatch: 2, history: [{ ...CONTINUED, attempt: 2, dispatch: 2 }] };
    const before = { ...record, history: [CONTINUED, ...record.history] };
    const running = { ...record, slice: 2, dispatch: 3, live: liveSince(-300, 901) };

    expect(left([taskOf({ id: 'A' })], { A: record })).toEqual(['A ready 50', RUNS]);
    expect(left([taskOf({ id: 'A' })], { A: before })).toEqual(['A ready 50', RUNS]);
    expect(left([taskOf({ id: 'A' })], { A: running })).toEqual(['A running 45', RUNS]);
  });

  it('takes a minute at least, of a run that should have ended, too', () => {
    const late = { attempt: 1, slice: 1, dispatch: 1, live: liveSince(-6_000, 901) };

    expect(left([taskOf({ id: 'A' })], { A: late })).toEqual(['A running 1', RUNS]);
  });

  it('takes as much longer as finished tasks took', () => {
    const took = { attempt: 1, slice: 1, dispatch: 1, done: DONE };
    const record = { ...took, history: [past({ outcome: 'completed', sent: at(-7_200), ended: at(0) })] };
    const tasks = [taskOf({ id: 'D' }), taskOf({ id: 'A' })];

    expect(left(tasks, { D: record })).toEqual(['A ready 120', 'RUNS running 50']);
  });
});
