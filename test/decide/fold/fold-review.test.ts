import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { describeCause } from '../../../src/state/describe-cause.ts';
import type { PullView } from '../../../src/state/pull-view.ts';
import { instant } from '../../../src/state/snapshot.ts';
import { begin, report, resultText } from '../../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, STRANGER, TRIAGER, WRITER } from '../../support/pure-world.ts';
import { begun } from '../laws.ts';

/** Task A (#3) is in review; B comes after it. */
function inReview() {
  const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })]);
  const course = begun(new Course(plan, configOf('landing: review\n')));
  const { world } = course;
  course.settle();
  const [run] = [...world.runs.values()];
  if (!run) throw new Error('A does not run');
  begin(world, run);
  report(world, run, 'in-review', true);
  course.settle();
  const [pull] = [...world.pulls.values()];
  if (!pull) throw new Error('A has no pull request');
  world.tick(60);
  const { number } = pull;
  return {
    course,
    world,
    run,
    number,
    change: (patch: Partial<PullView>) => world.changePull(number, patch),
    close: (by: string) =>
      world.changePull(number, { state: 'closed', closedBy: by, closedAt: instant(world.now), mergedAt: undefined }),
    state: () => world.pulls.get(number)?.state,
    said: () => world.comments.filter(({ author }) => author === APP).map(({ body }) => body),
    task: () => {
      const view = course.settle().tasks.find(({ task }) => task.id === ('A' as TaskId));
      if (!view) throw new Error('no task A');
      return view;
    },
  };
}

describe('a pull request of a task that somebody closed who may not write', () => {
  it('is open again, and its task still in review', () => {
    const { close, state, task, said } = inReview();
    const before = said().length;
    close(TRIAGER);

    expect(task().state).toBe('in-review');
    expect(state()).toBe('open');
    expect(said().slice(before)).toHaveLength(1);
  });

  it('is closed in the end where it is closed again and again', () => {
    const { close, state, task, world } = inReview();
    for (let times = 0; times < 10; times++) {
      close(TRIAGER);
      expect(task().state).toBe('in-review');
      world.tick(120);
    }
    close(TRIAGER);

    expect(task().state).toBe('needs-human');
    expect(state()).toBe('closed');
  });

  it('is closed where it cannot be opened again, once GitHub would have shown it open', () => {
    const { close, change, task, world, number } = inReview();
    close(TRIAGER);
    const { state, closedAt, closedBy } = world.pulls.get(number) as PullView;
    const cannot = { state, closedAt, closedBy };
    expect(task().state).toBe('in-review');

    change(cannot);
    world.tick(59);
    expect(task().state).toBe('in-review');
    change(cannot);
    world.tick(1);
    expect(task().state).toBe('needs-human');
  });
});

describe('a pull request of a task that a person closed who may write', () => {
  it('asks what becomes of the task', () => {
    const { close, state, task, number } = inReview();
    close(WRITER);

    expect(task()).toMatchObject({ state: 'needs-human', reason: expect.stringContaining(`#${number}`) });
    expect(state()).toBe('closed');
  });

  it('stays closed for us when somebody opens it who may not write, and is in review when one does who may', () => {
    const { close, change, state, task } = inReview();
    const open = { state: 'open', closedAt: undefined, closedBy: undefined } as const;
    const at = instant(Date.UTC(2026, 2, 2, 12));
    close(WRITER);
    task();

    change({ ...open, reopened: { by: STRANGER, at } });
    expect(task().state).toBe('needs-human');
    expect(state()).toBe('closed');
    change({ ...open, reopened: { by: WRITER, at } });
    expect(task().state).toBe('in-review');
  });
});

describe('what a run names as its pull request', () => {
  it.each([
    ['of a fork', { isFromFork: true }],
    ['of another branch', { branch: 'agent-waves/task/B' }],
    ['onto another branch', { base: 'release' }],
  ])('is none of its task where it is one %s: the run left nothing to review', (_, patch) => {
    const { change, task, number } = inReview();
    change(patch);

    const { state, record } = task();

    expect(state).not.toBe('in-review');
    expect(record.review).toBeUndefined();
    expect(record.history.at(-1)).toMatchObject({ outcome: 'infrastructure' });
    expect(record.history.at(-1)?.cause).toEqual({ kind: 'foreign-pull-request', pull: number });
  });

  it('is waited for, and none where it never shows up', () => {
    const { world, course } = inReviewOf(4_711);

    expect(course.settle().tasks[0]?.state).toBe('in-review');
    world.tick(10 * 60);
    const [task] = course.settle().tasks;

    expect(task?.state).not.toBe('in-review');
    const cause = task?.record.history.at(-1)?.cause;
    expect(cause && describeCause(cause)).toContain('#4711');
  });
});

/** A run names a pull request that nobody has seen. */
function inReviewOf(number: number) {
  const course = begun(new Course(planOf([taskOf({ id: 'A' })]), configOf('landing: review\n')));
  const { world } = course;
  course.settle();
  const [run] = [...world.runs.values()];
  if (!run) throw new Error('A does not run');
  begin(world, run);
  world.comment(run.inputs.issue, APP, resultText(run, 'in-review', { pull: { number, head: 'd'.repeat(40) } }));
  world.end(run, 'success');
  return { course, world };
}

describe('a pull request that cannot be merged as it is', () => {
  it('goes on in a next slice where it conflicts with its base, once for each head', () => {
    const { change, task, world, number } = inReview();
    change({ mergeState: 'DIRTY' });

    const { record } = task();

    expect(record).toMatchObject({ attempt: 1, slice: 2, failure: { what: `#${number} conflicts with its base` } });
    expect(record.answered).toEqual([`conflict:${world.pulls.get(number)?.head}`]);
  });

  it('goes on with all that is wrong with it at once', () => {
    const { change, task, number } = inReview();
    const check = (name: string, summary: string) => ({ name, summary, url: `https://ci/${name}` });
    const review = (id: string, author: string, body: string, given: object = {}) => {
      return { id, author, body, writes: true, changesRequested: true, ...given };
    };
    change({
      mergeState: 'DIRTY',
      failedChecks: [check('unit', '2 failed'), check('lint', '')],
      reviews: [
        review('R1', 'lead', ''),
        review('R2', 'ada', 'Too long.'),
        review('R3', 'eve', 'No.', { writes: false }),
        review('R4', 'bob', 'Fine.', { changesRequested: false }),
      ],
    });

    expect(task().record.failure).toEqual({
      what: [
        `lead asked for changes: see the review of #${number}`,
        'ada asked for changes: Too long.',
        `required checks of #${number} failed: unit, lint`,
        `#${number} conflicts with its base`,
      ].join('; '),
      output: '\n\nada wrote:\nToo long.\n\nunit (https://ci/unit)\n2 failed\n\nlint (https://ci/lint)\n\n'.trim(),
    });
  });
});
