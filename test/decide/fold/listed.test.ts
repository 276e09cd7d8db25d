import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { WRITER } from '../../support/pure-world.ts';
import { keys } from '../scene.ts';

/** `A` and, after it, `B`; which of them the plan file lists as completed changes as people edit it. */
function begun(...listed: readonly string[]) {
  const course = new Course(planWith(listed), configOf());
  course.settle();
  course.world.label(1, LABEL.start, WRITER);
  course.settle();
  return course;
}

function planWith(listed: readonly string[]) {
  const status = (id: string) => (listed.includes(id) ? ('completed' as const) : ('pending' as const));
  return planOf([
    taskOf({ id: 'A', status: status('A') }),
    taskOf({ id: 'B', dependencies: ['A'], status: status('B'), wave: 2 }),
  ]);
}

const issueOf = (course: Course, id: string) =>
  [...course.world.issues.values()].find(({ title }) => title.startsWith(`${id}:`));
const states = (course: Course) => course.decide().tasks.map(({ state }) => state);

describe('a task that the plan file lists as completed', () => {
  it('gets no issue, nor does a wave of such tasks, and its dependents start', () => {
    const course = begun('A');

    expect(states(course)).toEqual(['completed', 'running']);
    expect(course.decide().tasks[0]?.reason).toBe('listed as completed in the plan, not verified');
    expect([...course.world.issues.values()].map(({ title }) => title)).toEqual([
      'Plan: DAW',
      'Wave 2',
      'B: Work on B',
    ]);
  });

  it('stands on the plan issue before anything is started', () => {
    const course = new Course(planWith(['A']), configOf());

    course.settle();

    expect(course.world.issue(1).body).toContain('**1 task is listed as completed in the plan**, 1h of work.');
  });

  it('is done after all once the file says so again', () => {
    const course = begun('A');
    course.plan = planWith([]);

    course.settle();

    expect(issueOf(course, 'A')?.open).toBe(true);
    expect(states(course)).toEqual(['running', 'running']);
  });

  it('is closed where it has an issue by then, and what ran for it is ended', () => {
    const course = begun();
    course.plan = planWith(['A']);

    const decision = course.pass();

    expect(keys(decision, 'cancel-run')).toHaveLength(1);
    expect(keys(decision, 'close-issue')).toEqual(['close:4']);
    expect(decision.tasks.map(({ state }) => state)).toEqual(['completed', 'blocked']);
    course.settle();
    expect(states(course)).toEqual(['completed', 'running']);
    expect(readTaskRecord(issueOf(course, 'A')?.body ?? '')?.history.at(-1)).toMatchObject({
      outcome: 'cancelled',
      cause: { kind: 'listed' },
    });
  });

  it('counts although its issue was closed as not planned before', () => {
    const course = begun();
    course.world.close(4, 'not_planned');
    course.settle();
    course.plan = planWith(['A']);

    course.settle();

    expect(states(course)).toEqual(['completed', 'running']);
  });
});

describe('a `completed` that the app wrote into the plan file', () => {
  it('counts no more once a person opens the issue again, until the file has said something else', () => {
    const course = begun();
    course.world.close(4, 'completed');
    course.settle();
    course.plan = planWith(['A']);
    course.settle();
    course.world.tick(60);
    course.world.reopen(4);

    course.settle();

    expect(states(course)[0]).toBe('running');
    course.plan = planWith([]);
    course.settle();
    course.plan = planWith(['A']);
    course.settle();
    expect(states(course)[0]).toBe('completed');
  });

  it('counts no more once a person changes the closing by hand to not planned', () => {
    const course = begun();
    course.world.close(4, 'completed');
    course.settle();
    course.plan = planWith(['A']);
    course.settle();
    course.world.close(4, 'not_planned');

    course.settle();

    expect(states(course)[0]).toBe('skipped');
  });
});
