import { describe, expect, it } from 'vitest';
import { describeCause } from '../../../src/state/describe-cause.ts';
import { dispatchTitle } from '../../../src/state/names.ts';
import type { RunStop, RunView } from '../../../src/state/snapshot.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP } from '../../support/pure-world.ts';
import { at, keys, LIVE, scene, TASK_RUN } from '../scene.ts';

/** Task A (#3) was sent as d2 at 09:00; it is 09:10, and its run ended a minute after it began. */
function ended(given: Partial<RunView>) {
  const of = scene({
    plan: planOf([taskOf({ id: 'A' })]),
    records: { A: { attempt: 1, slice: 1, dispatch: 2, live: LIVE } },
  });
  const inputs = { task: of.plan.tasks[0]?.id ?? ('A' as never), issue: 3, attempt: 1, slice: 1, dispatch: 2 };
  const run: RunView = {
    ...{ id: 900, title: dispatchTitle(inputs), ended: true, conclusion: 'cancelled', actor: APP },
    ...TASK_RUN,
    ...{ createdAt: at(1), updatedAt: at(60) },
    ...given,
  };
  of.world.tick(600);
  return { ...of, run, decision: of.look({ runs: [run] }) };
}

describe('a run that ended as cancelled without a result', () => {
  it.each<[string, RunStop, string]>([
    ['at the limit of its job', { kind: 'time-limit', minutes: 45 }, '45 minutes'],
    ['for a newer run of its group', { kind: 'displaced' }, 'concurrency'],
    ['since no runner took it', { kind: 'not-taken' }, 'no runner took its run within a day'],
  ])('%s, is no word of a person: the task goes on', (_, stopped, words) => {
    const { view, decision } = ended({ stopped });

    const { state, record } = view('A', decision);

    const last = record.history.at(-1);
    expect(last).toMatchObject({ outcome: 'infrastructure', run: 900, ended: at(60) });
    expect(last?.cause && describeCause(last.cause)).toContain(words);
    expect(record.hold).toBeUndefined();
    expect(state).not.toBe('held');
  });

  it('by a person holds its task', () => {
    const { view, decision } = ended({});

    const { state, record } = view('A', decision);

    expect(state).toBe('held');
    expect(record.hold).toMatchObject({ at: at(60), cause: { kind: 'run-cancelled' } });
    expect(record.history.at(-1)?.outcome).toBe('cancelled');
    expect(keys(decision, 'dispatch')).toEqual([]);
  });
});

it('the newest of two runs of one dispatch says when it ended', () => {
  const { look, run, view, world } = ended({ conclusion: 'failure' });
  const again = { ...run, id: 901, updatedAt: at(120) };
  world.tick(600);

  const { record } = view('A', look({ runs: [run, again] }));

  expect(record.history.at(-1)).toMatchObject({
    ended: at(120),
    cause: { kind: 'no-result', run: 901, conclusion: 'failure' },
  });
});

it('a run that is over is waited for until its result must have shown up', () => {
  const { look, run, view, world, decision } = ended({ updatedAt: at(599) });

  expect(view('A', decision).state).toBe('running');
  const due = decision.wakeAt ?? 0;
  world.tick((due - world.now) / 1_000 - 1);
  expect(view('A', look({ runs: [run] })).state).toBe('running');
  world.tick(1);
  expect(view('A', look({ runs: [run] })).state).not.toBe('running');
});
