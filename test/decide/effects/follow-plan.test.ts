import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { keys } from '../scene.ts';
import { town } from '../town.ts';

const TASKS = [taskOf({ id: 'A' }), taskOf({ id: 'B' }), taskOf({ id: 'C', wave: 2 })];
const PLAN = planOf(TASKS);
/** B in the second wave. */
const MOVED = planOf(TASKS.map((task) => (task.id === 'B' ? { ...task, wave: 2 } : task)));

/** #1 the plan, #2 and #3 its waves, #4 to #6 its tasks A, B and C. */
function here() {
  const of = town(PLAN);
  const { world } = of;
  return {
    ...of,
    /** An issue of people, below which they may put others. */
    other: () => world.open({ title: 'Ours', body: '', labels: [], parent: undefined, by: WRITER }),
    placed: (issue: number) => {
      const { labels, parent } = world.issue(issue);
      return { wave: labels.filter((name) => name.startsWith('wave:')), parent };
    },
  };
}

describe('a task that goes to another wave', () => {
  it('is put below that one, with its label', () => {
    const { settle, placed } = here();
    expect(placed(5)).toEqual({ wave: ['wave:1'], parent: 2 });

    settle(MOVED);

    expect(placed(5)).toEqual({ wave: ['wave:2'], parent: 3 });
  });

  it('stays where a person had put it', () => {
    const { world, settle, placed, other } = here();
    const own = other();
    world.place(5, own, WRITER);
    settle(PLAN);

    settle(MOVED);

    expect(placed(5)).toEqual({ wave: ['wave:2'], parent: own });
  });

  it('stays as it is where it is closed', () => {
    const { world, settle, placed } = here();
    world.close(5, 'completed');
    settle(PLAN);

    settle(MOVED);

    expect(placed(5)).toEqual({ wave: ['wave:1'], parent: 2 });
  });
});

describe('what people took off an issue', () => {
  it.each([
    ['the plan', 1, LABEL.plan],
    ['a wave', 2, LABEL.wave],
    ['a wave by its number', 2, 'wave:1'],
    ['a task', 4, LABEL.task],
    ['a task of its wave', 4, 'wave:1'],
  ])('is put back where it marks %s', (_, issue, label) => {
    const { world, settle } = here();
    world.unlabel(issue, label, WRITER);

    settle(PLAN);

    expect(world.issue(issue).labels).toContain(label);
  });

  it('is its place below plan or wave: it is put back once there is none', () => {
    const { world, settle, placed } = here();
    for (const issue of [2, 4]) world.issues.set(issue, { ...world.issue(issue), parent: undefined });

    settle(PLAN);

    expect([placed(2).parent, placed(4).parent]).toEqual([1, 2]);
  });
});

describe('a wave', () => {
  it('that the plan no longer has is closed, and opened when it has it again', () => {
    const { world, settle } = here();
    const one = planOf(TASKS.map((task) => ({ ...task, wave: 1 })));
    settle(one);
    expect(world.issue(3)).toMatchObject({ open: false, closedAs: 'not_planned', closedBy: APP });

    settle(PLAN);

    expect(world.issue(3).open).toBe(true);
  });

  it('and its tasks are opened again when there is something to do again', () => {
    const { world, settle } = here();
    for (const issue of [4, 5, 6]) world.close(issue, 'completed');
    settle(PLAN);
    expect([1, 2, 3].map((issue) => world.issue(issue).open)).toEqual([false, false, false]);
    world.tick(60);
    world.reopen(6);

    settle(PLAN);

    expect([1, 2, 3].map((issue) => world.issue(issue).open)).toEqual([true, false, true]);
  });

  it('that a person closed stays closed', () => {
    const { world, settle } = here();
    world.close(3, 'not_planned', WRITER);

    settle(PLAN);

    expect(world.issue(3).open).toBe(false);
  });
});

describe('the title of an issue', () => {
  it.each(['A:', 'A', '…', '  :'])('that says nothing is that of the plan again: %s', (title) => {
    const { world, look } = here();
    world.issues.set(4, { ...world.issue(4), title });
    world.apply(look(PLAN), { answer: 'named' });

    expect(world.issue(4).title).toBe('A: Work on A');
  });

  it('that a person wrote stays', () => {
    const { world, look } = here();
    world.issues.set(4, { ...world.issue(4), title: 'A: as I say' });

    expect(keys(look(PLAN))).toEqual([]);
  });
});
