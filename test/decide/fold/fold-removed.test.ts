import { describe, expect, it } from 'vitest';
import { readGroupRecord } from '../../../src/state/record.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP, STRANGER, WRITER } from '../../support/pure-world.ts';
import { keys } from '../scene.ts';
import { states, town } from '../town.ts';

const IDS = ['A', 'B', 'C', 'D', 'E'];
const FIVE = planOf(IDS.map((id) => taskOf({ id })));

/** The plan without some of its tasks. */
function without(...ids: readonly string[]) {
  return planOf(FIVE.tasks.filter(({ id }) => !ids.includes(id)));
}

function said(world: ReturnType<typeof town>['world'], issue: number): readonly string[] {
  return world.comments.filter((comment) => comment.issue === issue && comment.author === APP).map(({ body }) => body);
}

describe('a task that the plan no longer has', () => {
  it('is closed as not planned, which is said once, and its run is ended', () => {
    const { world, settle, run } = town(FIVE);
    expect(run(3)).toBeDefined();

    settle(without('A'));

    expect(world.issue(3)).toMatchObject({ open: false, closedAs: 'not_planned', closedBy: APP });
    expect(said(world, 3)).toHaveLength(1);
    expect(run(3)).toBeUndefined();
    world.reopen(3);
    settle(without('A'));
    expect(world.issue(3).open).toBe(true);
    expect(said(world, 3)).toHaveLength(1);
  });

  it('is open again when it is put back, and goes on where it was', () => {
    const { world, settle } = town(FIVE);
    settle(without('A'));
    world.tick(600);

    const back = settle(FIVE);

    expect(world.issue(3).open).toBe(true);
    expect(states(back)[0]).toMatch(/^A (running|ready) #3$/);
  });

  it('stays closed when it is put back where a person had closed it', () => {
    const { world, settle } = town(FIVE);
    world.close(7, 'not_planned');
    settle(FIVE);
    settle(without('E'));

    settle(FIVE);

    expect(world.issue(7).open).toBe(false);
  });

  it('stays completed where its work had landed', () => {
    const { world, settle } = town(FIVE);
    world.close(3, 'completed');
    settle(FIVE);

    settle(without('A'));

    expect(world.issue(3)).toMatchObject({ open: false, closedAs: 'completed' });
    expect(said(world, 3)).toEqual([]);
  });

  it.each(['/retry', '/why'])('has nothing that %s could act on, and that is answered once', (text) => {
    const { world, settle } = town(FIVE);
    settle(without('A'));
    const before = said(world, 3).length;
    world.comment(3, WRITER, text);

    settle(without('A'));
    settle(without('A'));

    expect(said(world, 3).slice(before)).toHaveLength(1);
    expect(world.issue(3).open).toBe(false);
  });
});

describe('a question whether so many tasks are to go', () => {
  const asked = (world: ReturnType<typeof town>['world']) => readGroupRecord(world.issue(1).body)?.gone?.count;

  it('is asked where two of five go at once: nothing is closed, and nothing starts', () => {
    const { world, settle } = town(FIVE);

    const decision = settle(without('D', 'E'));

    expect(asked(world)).toBe(2);
    expect(said(world, 1).at(-1)).toMatch(/^2 unfinished tasks are gone from the plan at once: D, E\./);
    expect([6, 7].map((number) => world.issue(number).open)).toEqual([true, true]);
    expect(keys(decision, 'dispatch')).toEqual([]);
    expect(decision.notice).toBeDefined();
  });

  it('is not asked of one task, of what is done, or of a small part of a large plan', () => {
    const done = town(FIVE);
    for (const number of [3, 4]) done.world.close(number, 'completed');
    done.settle(FIVE);
    done.settle(without('A', 'B'));
    const large = planOf(Array.from({ length: 16 }, (_, nth) => taskOf({ id: `T${nth}` })));
    const small = town(large);
    small.settle(planOf(large.tasks.slice(3)));

    expect([asked(done.world), asked(small.world)]).toEqual([undefined, undefined]);
    expect([3, 4, 5].map((number) => small.world.issue(number).closedAs)).toEqual(Array(3).fill('not_planned'));
  });

  it('is asked where more than five go, however large the plan is', () => {
    const large = planOf(Array.from({ length: 60 }, (_, nth) => taskOf({ id: `T${nth}` })));
    const { world, settle } = town(large);

    settle(planOf(large.tasks.slice(5)));
    expect(asked(world)).toBeUndefined();
    settle(planOf(large.tasks.slice(11)));

    expect(asked(world)).toBe(6);
  });

  it('is answered by /accept of somebody who may write', () => {
    const { world, settle } = town(FIVE);
    settle(without('D', 'E'));
    world.tick(60);
    world.comment(1, STRANGER, '/accept');
    settle(without('D', 'E'));
    expect(world.issue(6).open).toBe(true);

    world.comment(1, WRITER, '/accept');
    const after = settle(without('D', 'E'));

    expect([6, 7].map((number) => world.issue(number).closedAs)).toEqual(['not_planned', 'not_planned']);
    expect(asked(world)).toBeUndefined();
    expect(after.notice).toBeUndefined();
  });

  it('is asked again where more go after that, and not where some of them are put back', () => {
    const { world, settle } = town(FIVE);
    settle(without('D', 'E'));
    world.tick(60);
    settle(without('C', 'D', 'E'));
    expect(asked(world)).toBe(3);
    expect(said(world, 1)).toHaveLength(2);

    settle(without('D', 'E'));
    expect(said(world, 1)).toHaveLength(2);
    settle(FIVE);

    expect(asked(world)).toBeUndefined();
    expect([5, 6, 7].map((number) => world.issue(number).open)).toEqual([true, true, true]);
  });
});
