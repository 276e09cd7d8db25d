import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import type { Blocker, IssueView } from '../../../src/state/snapshot.ts';
import { APP, STRANGER, TRIAGER, WRITER } from '../../support/pure-world.ts';
import { at, keys } from '../scene.ts';
import { PLAN, town } from '../town.ts';

/** #1 the plan, #2 its wave, #3 to #5 its tasks A, B (after A) and C; #6 is an issue of people. */
function here() {
  const of = town();
  const { world } = of;
  const other = world.open({ title: 'Ours', body: '', labels: [], parent: undefined, by: WRITER });
  world.tick(60);
  const said = (issue: number) =>
    world.comments.filter((each) => each.issue === issue && each.author === APP).map(({ body }) => body);
  const blocker = (number: number, given: Partial<Blocker> = {}): Blocker => {
    return { number, open: true, id: world.issue(number).id, ...given };
  };
  /** Somebody sets a blocker, or takes it off. */
  const block = (issue: number, { by, ...change }: { blocker: Blocker; added: boolean; by: string }) => {
    const { blockedBy, blockerChanges }: IssueView = world.issue(issue);
    const others = blockedBy.filter(({ number }) => number !== change.blocker.number);
    world.issues.set(issue, {
      ...world.issue(issue),
      blockedBy: change.added ? [...others, change.blocker] : others,
      blockerChanges: [...blockerChanges, { ...change, by, at: at((world.now - Date.parse(at(0))) / 1_000) }],
    });
  };
  return { ...of, other, said, block, blocker, pass: () => of.settle(PLAN) };
}

describe('what somebody does who may not write', () => {
  it('to a relation is put back, and said once: one that they set', () => {
    const { world, block, blocker, other, look, pass, said } = here();
    block(5, { blocker: blocker(other), added: true, by: TRIAGER });

    const decision = look(PLAN);
    expect(keys(decision)).toEqual([
      `undone:unblock:5:${world.issue(other).id}`,
      `unblock:5:${world.issue(other).id}`,
      'body:5',
    ]);
    pass();

    expect(world.issue(5).blockedBy).toEqual([]);
    expect(said(5)).toHaveLength(1);
    expect(said(5)[0]).toContain(`#${other}`);
  });

  it('to a relation is put back: one that a person had set, and they took off', () => {
    const { world, block, blocker, other, pass, said } = here();
    block(5, { blocker: blocker(other), added: true, by: WRITER });
    pass();
    world.tick(60);
    block(5, { blocker: blocker(other), added: false, by: TRIAGER });

    pass();

    expect(world.issue(5).blockedBy.map(({ number }) => number)).toEqual([other]);
    expect(said(5)).toHaveLength(1);
  });

  it.each<[string, Partial<Blocker>]>([
    ['is closed', { open: false }],
    ['is of another repository', { repository: 'acme/other' }],
  ])('to a relation is not put back where they took one off that %s', (_, given) => {
    const { world, block, blocker, other, pass } = here();
    block(5, { blocker: blocker(other, given), added: true, by: WRITER });
    pass();
    world.tick(60);
    block(5, { blocker: blocker(other, given), added: false, by: TRIAGER });

    pass();

    expect(world.issue(5).blockedBy).toEqual([]);
  });

  it('to the place of an issue is put back', () => {
    const { world, other, pass, said } = here();
    world.place(5, other, STRANGER);

    pass();

    expect(world.issue(5).parent).toBe(2);
    expect(said(5)).toHaveLength(1);
  });

  it('to the place of a closed issue, or of the plan, moves nothing', () => {
    const { world, other, look } = here();
    world.close(5, 'completed');
    world.place(5, other, STRANGER);
    world.place(1, other, STRANGER);

    expect(look(PLAN).effects.filter(({ kind }) => kind === 'set-parent')).toEqual([]);
  });

  it('to labels and the state of an issue is put back, and each is said once', () => {
    const { world, pass, said } = here();
    world.label(5, LABEL.pause, WRITER);
    pass();
    world.tick(60);
    world.unlabel(5, LABEL.pause, TRIAGER);
    world.close(4, 'not_planned', TRIAGER);

    pass();
    pass();

    expect(world.issue(5).labels).toContain(LABEL.pause);
    expect(world.issue(4).open).toBe(true);
    expect([said(4).length, said(5).length]).toEqual([1, 1]);
  });
});

describe('what a person does who may write', () => {
  it('stays: relation, place, label and state', () => {
    const { world, block, blocker, other, pass, said } = here();
    block(5, { blocker: blocker(other), added: true, by: WRITER });
    world.place(4, other, WRITER);
    world.label(5, LABEL.pause, WRITER);
    world.close(3, 'not_planned', WRITER);

    pass();

    expect(world.issue(5).blockedBy.map(({ number }) => number)).toEqual([other]);
    expect(world.issue(4).parent).toBe(other);
    expect(world.issue(5).labels).toContain(LABEL.pause);
    expect(world.issue(3).open).toBe(false);
    expect([3, 4, 5].flatMap(said)).toEqual([]);
  });
});
