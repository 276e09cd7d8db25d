import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../src/plan/plan.ts';
import { backoffAfter } from '../../src/state/backoff.ts';
import { LABEL } from '../../src/state/names.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { STRANGER, WRITER } from '../support/pure-world.ts';
import { at, DONE, failed, LIVE, past, scene } from './scene.ts';

type Scene = ReturnType<typeof scene>;

/** Situation of task A (or B, which depends on it), then its state and the reason that people read. */
const TABLE: readonly [string, () => { of: Scene; task?: string }, string, string][] = [
  ['nothing stands in its way', () => ({ of: scene() }), 'running', 'running on A1 since 09:00, attempt 1'],
  [
    'closed as completed with proof',
    () => {
      const of = scene({ records: { A: { done: DONE } } });
      of.world.close(of.number('A'), 'completed');
      return { of };
    },
    'completed',
    'verified and closed',
  ],
  [
    'closed by hand',
    () => {
      const of = scene();
      of.world.close(of.number('A'), 'completed');
      return { of };
    },
    'completed',
    'closed by hand, not verified',
  ],
  [
    'proven and still open',
    () => ({ of: scene({ records: { A: { done: DONE } } }) }),
    'completed',
    'verified; its issue is about to be closed',
  ],
  [
    'listed as completed in the plan',
    () => ({ of: scene({ plan: planOf([taskOf({ id: 'A', status: 'completed' })]) }) }),
    'completed',
    'listed as completed in the plan, not verified',
  ],
  [
    'closed as not planned',
    () => {
      const of = scene();
      of.world.close(of.number('A'), 'not_planned');
      return { of };
    },
    'skipped',
    'closed as not planned; comment `/skip` to let dependents go on',
  ],
  [
    'left out by /skip',
    () => ({ of: scene({ records: { A: { skipped: true } } }) }),
    'skipped',
    'left out by `/skip`; dependents go on without it',
  ],
  [
    'dispatched',
    () => ({ of: scene({ records: { A: { attempt: 2, slice: 1, dispatch: 3, live: { ...LIVE, agent: 'A3' } } } }) }),
    'running',
    'running on A3 since 09:00, attempt 2',
  ],
  [
    'running although its issue is paused: what runs finishes',
    () => {
      const of = scene({ records: { A: { attempt: 1, slice: 1, dispatch: 1, live: LIVE } } });
      of.world.label(of.number('A'), LABEL.pause, WRITER);
      return { of };
    },
    'running',
    'running on A1 since 09:00, attempt 1',
  ],
  [
    'out of attempts',
    () => ({ of: scene({ records: { A: failed(3) } }) }),
    'needs-human',
    'attempt 3 of 3 failed: test failed; comment `/retry`',
  ],
  [
    'out of attempts and paused: the person is needed first',
    () => {
      const of = scene({ records: { A: failed(3) } });
      of.world.label(1, LABEL.pause, WRITER);
      return { of };
    },
    'needs-human',
    'attempt 3 of 3 failed: test failed; comment `/retry`',
  ],
  [
    'silent three times in a row',
    () => ({
      of: scene({
        records: {
          A: { ...failed(3, 'infrastructure'), attempt: 1, history: failed(3, 'infrastructure').history ?? [] },
        },
      }),
    }),
    'needs-human',
    '3 runs in a row could not work: test failed; comment `/retry`',
  ],
  [
    'at a limit of the model for the twentieth time in one attempt',
    () => ({
      of: scene({
        records: {
          A: {
            ...{ attempt: 1, slice: 1, dispatch: 20 },
            history: Array.from({ length: 20 }, (_, nth) =>
              past({ dispatch: nth + 1, outcome: 'quota', ended: at(-300) }),
            ),
          },
        },
      }),
    }),
    'needs-human',
    '20 runs of attempt 1 ended in the same way: test failed; comment `/retry`',
  ],
  [
    'silent twice after a failure',
    () => ({
      of: scene({
        records: {
          A: {
            ...failed(3, 'infrastructure'),
            attempt: 2,
            history: [past({ ended: at(-300) }), ...(failed(2, 'infrastructure').history ?? [])],
          },
        },
      }),
    }),
    'retrying',
    'attempt 2 ended: test failed; tried again after 09:04',
  ],
  [
    'cancelled by a person',
    () => ({
      of: scene({ records: { A: { hold: { by: WRITER, at: at(0), cause: { kind: 'cancelled', by: 'lead' } } } } }),
    }),
    'held',
    'cancelled by lead; comment `/start` or `/retry`',
  ],
  [
    'GitHub takes no dispatch',
    () => ({
      of: scene({
        planRecord: { refusal: { at: at(0), cause: { kind: 'dispatch-refused', message: 'no workflow' } } },
      }),
    }),
    'held',
    'GitHub refused to start the run: no workflow; fix it, then comment `/resume` on #1',
  ],
  [
    'paused by a label on itself',
    () => {
      const of = scene();
      of.world.label(of.number('A'), LABEL.pause, WRITER);
      return { of };
    },
    'held',
    'it is paused; remove `agent:pause` or comment `/resume` on #3',
  ],
  [
    'paused by a label on its wave',
    () => {
      const of = scene();
      of.world.label(2, LABEL.pause, WRITER);
      return { of };
    },
    'held',
    'wave 1 is paused; remove `agent:pause` or comment `/resume` on #2',
  ],
  [
    'paused by a command on the plan',
    () => ({ of: scene({ planRecord: { pause: { by: WRITER, at: at(0) } } }) }),
    'held',
    'the plan is paused; remove `agent:pause` or comment `/resume` on #1',
  ],
  [
    'paused by a stranger',
    () => {
      const of = scene();
      of.world.label(1, LABEL.pause, STRANGER);
      return { of };
    },
    'running',
    'running on A1 since 09:00, attempt 1',
  ],
  [
    'paused by a label so old that GitHub shows nobody',
    () => {
      const of = scene();
      of.set(of.number('A'), { labels: [LABEL.task, LABEL.pause], labelled: new Map() });
      return { of };
    },
    'held',
    'it is paused; remove `agent:pause` or comment `/resume` on #3',
  ],
  [
    'resumed after the label was set',
    () => {
      const of = scene({ planRecord: { resumed: at(5) } });
      of.world.label(1, LABEL.pause, WRITER);
      return { of };
    },
    'running',
    'running on A1 since 09:00, attempt 1',
  ],
  [
    'paused by a label that was set again after /resume',
    () => {
      const of = scene({ planRecord: { resumed: at(5) } });
      of.world.tick(6);
      of.world.label(1, LABEL.pause, WRITER);
      return { of };
    },
    'held',
    'the plan is paused; remove `agent:pause` or comment `/resume` on #1',
  ],
  [
    'the plan issue is closed',
    () => {
      const of = scene();
      of.world.close(1, 'not_planned');
      return { of };
    },
    'held',
    'the plan issue #1 is closed; open it again to go on',
  ],
  ['not started', () => ({ of: scene({ started: false }) }), 'held', 'wave 1 is not started; label #2 `agent:start`'],
  [
    'started by a stranger',
    () => {
      const of = scene({ started: false });
      of.world.label(1, LABEL.start, STRANGER);
      return { of };
    },
    'held',
    'wave 1 is not started; label #2 `agent:start`',
  ],
  [
    'started alone, by a label on its issue',
    () => {
      const of = scene({ started: false });
      of.world.label(of.number('A'), LABEL.start, WRITER);
      return { of };
    },
    'running',
    'running on A1 since 09:00, attempt 1',
  ],
  [
    'after a task that runs',
    () => ({ of: scene({ records: { A: { attempt: 1, slice: 1, dispatch: 1, live: LIVE } } }), task: 'B' }),
    'blocked',
    'waits for A (#3), running on A1 since 09:00, attempt 1',
  ],
  [
    'after a task whose issue is not closed yet',
    () => ({ of: scene({ records: { A: { done: DONE } } }), task: 'B' }),
    'blocked',
    'waits for A (#3), about to be closed',
  ],
  [
    'after a task that is not planned',
    () => {
      const of = scene();
      of.world.close(of.number('A'), 'not_planned');
      return { of, task: 'B' };
    },
    'blocked',
    'waits for A (#3), skipped',
  ],
  [
    'after a task that /skip left out',
    () => ({ of: scene({ records: { A: { skipped: true } } }), task: 'B' }),
    'running',
    'running on A1 since 09:00, attempt 1',
  ],
  [
    'behind an open issue that somebody set as a blocker',
    () => {
      const of = scene();
      const other = of.world.open({ title: 'Buy it', body: '', labels: [], parent: undefined, by: WRITER });
      of.set(of.number('A'), { blockedBy: [{ number: other, open: true }] });
      return { of };
    },
    'blocked',
    'waits for #5, which somebody set as a blocker',
  ],
  [
    'failed a moment ago',
    () => ({ of: scene({ records: { A: failed(1) } }) }),
    'retrying',
    'attempt 1 ended: test failed; tried again after 09:01',
  ],
  [
    'failed for the second time: the pause has doubled',
    () => ({ of: scene({ records: { A: failed(2) } }) }),
    'retrying',
    'attempt 2 ended: test failed; tried again after 09:02',
  ],
  [
    'failed, and its pause is over',
    () => {
      const of = scene({ records: { A: failed(1) } });
      of.world.tick(75);
      return { of };
    },
    'running',
    'running on A1 since 09:01, attempt 2',
  ],
  [
    'opened again after it was done',
    () => {
      const of = scene({ records: { A: { attempt: 1, slice: 1, dispatch: 1, history: [past()], done: DONE } } });
      of.world.close(of.number('A'), 'completed');
      of.world.tick(60);
      of.world.reopen(of.number('A'));
      return { of };
    },
    'running',
    'running on A1 since 09:01, attempt 2',
  ],
];

describe('the state of a task', () => {
  it.each(TABLE)('%s', (_, make, state, reason) => {
    const { of, task = 'A' } = make();

    const view = of.view(task);

    expect([view.state, view.reason]).toEqual([state, reason]);
  });

  it('waits for a free slot when others are more urgent', () => {
    const plan = planOf([taskOf({ id: 'A', minutes: 10 }), taskOf({ id: 'B', minutes: 20 })]);
    const of = scene({ plan, config: configOf('max_parallel: 1\n') });

    expect([of.view('A').reason, of.view('B').state]).toEqual(['waits for a free slot', 'running']);
  });

  it('waits for the task that changes the same files', () => {
    const plan = planOf([
      taskOf({ id: 'A', minutes: 10, touches: ['src/core/**'] }),
      taskOf({ id: 'B', minutes: 20, touches: ['src/core/api.ts'] }),
    ]);

    expect(scene({ plan }).view('A').reason).toBe('waits for B, which changes the same files');
  });

  it('shows three of many dependencies', () => {
    const ids = ['A', 'B', 'C', 'D', 'E'];
    const plan = planOf([...ids.map((id) => taskOf({ id })), taskOf({ id: 'Z', dependencies: ids })]);

    expect(scene({ plan, started: false }).view('Z').state).toBe('held');
    expect(scene({ plan }).view('Z').reason).toMatch(/^waits for A \(#3\), running.*; C \(#5\), running.* and 2 more$/);
  });

  it('is stuck behind a task that needs a person, directly or through others', () => {
    const plan = planOf([
      taskOf({ id: 'A' }),
      taskOf({ id: 'B', dependencies: ['A'] }),
      taskOf({ id: 'C', dependencies: ['B'] }),
      taskOf({ id: 'D' }),
    ]);
    const { tasks } = scene({ plan, records: { A: failed(3) } }).look();

    expect(tasks.map(({ stuck }) => stuck)).toEqual([false, true, true, false]);
  });

  it('wakes when the back-off ends', () => {
    const due = Date.parse(at(0)) + backoffAfter({ task: 'A' as TaskId, failures: 2 }, TIMINGS);

    expect(scene({ records: { A: failed(2) } }).look().wakeAt).toBe(due);
    expect(due).toBeGreaterThanOrEqual(Date.parse(at(120)));
  });

  it('starts the next wave by itself where the configuration says so', () => {
    const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', wave: 2 })]);
    const of = scene({ plan, config: configOf('advance: auto\n'), started: false });
    of.world.label(2, LABEL.start, WRITER);
    expect(of.view('B').state).toBe('held');

    of.world.close(of.number('A'), 'completed');

    expect(of.view('B').state).toBe('running');
  });
});
