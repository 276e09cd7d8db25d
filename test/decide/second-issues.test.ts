import { describe, expect, it } from 'vitest';
import { ACTIONS_LOGIN, LABEL } from '../../src/state/names.ts';
import { readTaskRecord } from '../../src/state/record.ts';
import { findPlanIssue } from '../../src/state/tracked-issues.ts';
import { begin, report } from '../support/adversary.ts';
import { planOf } from '../support/course.ts';
import { APP, PureWorld, STRANGER, WRITER } from '../support/pure-world.ts';
import { keys } from './scene.ts';
import { FILES, PLAN, states, town } from './town.ts';

function unnumbered(body: string): string {
  return body.replace(/^ "issue": \d+,\n/m, '');
}

describe('a second issue for the same', () => {
  const copyOf = (world: PureWorld, issue: number, given: { readonly by: string; readonly body?: string }) => {
    const { title, body, labels, parent } = world.issue(issue);
    return world.open({ title, body, labels, parent, ...given });
  };
  /** As another process of the app writes it that does not see the first one. */
  const madeAgain = (world: PureWorld, issue: number, body = world.issue(issue).body) =>
    copyOf(world, issue, { by: APP, body: unnumbered(body) });
  const closedAs = (world: PureWorld, ...issues: readonly number[]) =>
    issues.map((issue) => world.issue(issue).closedAs ?? 'open');

  it('is closed where the app opened it, whatever its body says, and not where its record is of another plan', () => {
    const { world, settle } = town();
    const intact = madeAgain(world, 3);
    const copied = copyOf(world, 3, { by: APP });
    const broken = copyOf(world, 3, { by: APP, body: 'nothing' });
    const other = madeAgain(world, 3, world.issue(3).body.replace('"plan": "daw"', '"plan": "other"'));

    const decision = settle(PLAN);

    expect(closedAs(world, 3, intact, copied, broken)).toEqual(['open', 'duplicate', 'duplicate', 'duplicate']);
    expect(closedAs(world, other)).toEqual(['open']);
    expect(states(decision)[0]).toBe('A running #3');
  });

  it('answers a command once with the issue where commands count, and does nothing', () => {
    const { world, settle } = town();
    const seconds = [1, 2, 3].map((issue) => [issue, madeAgain(world, issue)] as const);
    settle(PLAN);
    const said = (issue: number) =>
      world.comments.flatMap((one) => (one.issue === issue && one.author === APP ? [one.body.split('\n')[0]] : []));
    const runs = world.runs.size;

    for (const [, second] of seconds) world.comment(second, WRITER, '/cancel');
    for (const [, second] of seconds) world.comment(second, STRANGER, '/cancel');
    settle(PLAN);
    const decision = settle(PLAN);

    for (const [issue, second] of seconds)
      expect(said(second)).toEqual([
        `Nothing came of this: #${issue} stands for the same. Labels and commands count there.`,
      ]);
    expect([states(decision)[0], world.runs.size]).toEqual(['A running #3', runs]);
  });

  it('ends no run of the first by the record that was copied from it', () => {
    const { world, settle, run } = town();
    const runs = world.runs.size;
    // The id of the run enters the record with the next write.
    world.comment(3, WRITER, '/tell mind the tests');
    settle(PLAN);
    const copy = madeAgain(world, 3);
    world.label(copy, LABEL.running, APP);

    settle(PLAN);

    expect(closedAs(world, copy)).toEqual(['duplicate']);
    expect(world.issue(copy).labels).not.toContain(LABEL.running);
    expect([run(3)?.ended, world.runs.size, world.claims.get(3)]).toEqual([false, runs, undefined]);
  });

  it('comes after a first one that a person broke, which the record of its wave or a run still names', () => {
    const { world, settle } = town();
    const copies = [3, 4].map((issue) => madeAgain(world, issue));
    for (const issue of [3, 4]) world.editBody(issue, 'gone', WRITER);

    const decision = settle(PLAN);

    expect(states(decision)).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
    expect(closedAs(world, ...copies)).toEqual(['duplicate', 'duplicate']);
  });

  it('stands for the task where the first one is broken and no record and no run names it: that one is closed', () => {
    const { world, settle } = town();
    const copy = madeAgain(world, 4);
    for (const issue of [2, 4]) world.editBody(issue, 'gone', WRITER);

    const decision = settle(PLAN);

    expect(states(decision)[1]).toBe(`B blocked #${copy}`);
    expect(closedAs(world, 4, copy)).toEqual(['duplicate', 'open']);
  });

  it('stays and is told of once where a person opened it: of a task, a wave or the plan', () => {
    const { world, settle } = town();
    const copies = [1, 2, 3].map((issue) => copyOf(world, issue, { by: WRITER, body: 'My own.' }));
    const whole = [1, 2, 3].map((issue) => copyOf(world, issue, { by: WRITER }));

    settle(PLAN);
    settle(PLAN);

    expect(closedAs(world, ...copies, ...whole)).toEqual(Array(6).fill('open'));
    expect(world.comments).toHaveLength(6);
    expect(copies.map((copy) => world.comments.filter(({ issue }) => issue === copy).map(({ body }) => body))).toEqual([
      [expect.stringContaining('#1 stands for the same already.')],
      [expect.stringContaining('#2 stands for the same already.')],
      [expect.stringContaining('A has an issue already: #3.')],
    ]);
  });

  it('is told of no more often where there are very many', () => {
    const { world, settle } = town();
    for (let nth = 0; nth < 25; nth++) copyOf(world, 3, { by: WRITER, body: 'My own.' });

    settle(PLAN);

    expect(world.comments).toHaveLength(20);
  });

  it('stays where a person put it below an issue of theirs, or a newer version wrote its record', () => {
    const { world, settle } = town();
    const epic = world.open({ title: 'Epic', body: '', labels: [], parent: undefined, by: WRITER });
    const moved = copyOf(world, 3, { by: APP, body: 'nothing' });
    world.place(moved, epic, WRITER);
    const newer = copyOf(world, 3, { by: APP, body: world.issue(3).body.replace(/"v": \d+/, '"v": 99') });

    settle(PLAN);

    expect(closedAs(world, moved, newer)).toEqual(['open', 'open']);
    expect(world.comments.map(({ issue }) => issue)).toEqual([moved, newer]);
  });

  it('is none because another workflow calls its run so: an older issue of anybody does not become the task', () => {
    const world = new PureWorld();
    const older = world.open({ title: 'A question', body: '', labels: [], parent: undefined, by: STRANGER });
    const { settle } = town(PLAN, world);
    const run = [...world.runs.values()][0];
    if (!run) throw new Error('nothing runs');
    world.runs.set(9_999, { ...run, id: 9_999, title: `A #${older} · attempt 1 · slice 1 · d1`, actor: ACTIONS_LOGIN });

    const decision = settle(PLAN);

    expect(states(decision)[0]).toBe('A running #4');
    expect(world.issue(older)).toMatchObject({ body: '', open: true });
  });

  it('of a wave or the plan is closed, and the first one stays although a person broke it', () => {
    const { world, settle } = town();
    const intact = [1, 2].map((issue) => madeAgain(world, issue));
    const broken = [1, 2].map((issue) => copyOf(world, issue, { by: APP, body: 'nothing' }));
    for (const issue of [1, 2]) world.editBody(issue, 'gone', WRITER);

    const decision = settle(PLAN);

    expect([decision.planIssue, decision.waveIssues.get(1)]).toEqual([1, 2]);
    expect(closedAs(world, 1, 2, ...intact, ...broken)).toEqual([
      'open',
      'open',
      'duplicate',
      'duplicate',
      'duplicate',
      'duplicate',
    ]);
  });
});

describe.each([
  ['', (body: string) => body],
  [', from before issues were numbered in their records', unnumbered],
])('a body that was copied from another issue%s', (_, as) => {
  const paste = (world: PureWorld, from: number, to: number) => world.editBody(to, as(world.issue(from).body), WRITER);

  it.each([
    ['a task that runs', 3],
    ['one that waits', 4],
  ])('makes %s no second issue of the other task, and is replaced', (_, issue) => {
    const { world, settle } = town();
    const runs = world.runs.size;
    paste(world, issue === 3 ? 5 : 3, issue);

    const decision = settle(PLAN);

    expect(states(decision)).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
    expect([world.issues.size, world.runs.size]).toEqual([5, runs]);
    expect([...world.runs.values()].filter(({ ended }) => ended)).toEqual([]);
    expect(readTaskRecord(world.issue(issue).body)).toMatchObject({
      task: issue === 3 ? 'A' : 'B',
      dispatch: issue === 3 ? 1 : 0,
    });
  });

  it('is replaced where the record of the wave is broken, too', () => {
    const { world, settle } = town();
    paste(world, 3, 4);
    world.editBody(2, 'gone', WRITER);

    expect(states(settle(PLAN))).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
    expect(world.issues.size).toBe(5);
  });

  it('is replaced on both where two were swapped', () => {
    const { world, settle } = town();
    const { body } = world.issue(3);
    paste(world, 4, 3);
    world.editBody(4, body, WRITER);

    expect(states(settle(PLAN))).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
    expect([world.issues.size, world.runs.size]).toEqual([5, 2]);
  });

  it('is replaced where it is of another plan', () => {
    const { world, settle } = town();
    world.editBody(4, world.issue(4).body.replace('"plan": "daw"', '"plan": "other"'), WRITER);

    expect(states(settle(PLAN))[1]).toBe('B blocked #4');
    expect(world.issues.size).toBe(5);
  });

  it.each([
    ['the plan', 'a wave', 1, 2],
    ['a wave', 'the plan', 2, 1],
    ['a task', 'a wave', 3, 2],
    ['a wave', 'a task', 2, 3],
    ['the plan', 'a task', 1, 3],
  ])('of %s on %s is replaced', (_from, _to, from, to) => {
    const { world, settle } = town();
    paste(world, from, to);

    const decision = settle(PLAN);

    expect([decision.planIssue, decision.waveIssues.get(1)]).toEqual([1, 2]);
    expect(states(decision)).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
    expect(world.issues.size).toBe(5);
    expect([...world.issues.values()].every(({ open }) => open)).toBe(true);
  });
});

describe('a record that was copied from another issue', () => {
  const paste = (world: PureWorld, from: number, to: number) => world.editBody(to, world.issue(from).body, WRITER);

  it('lends its state to no other issue: what a person closed there is open here', () => {
    const { world, look, settle } = town();
    world.close(5, 'completed');
    settle(PLAN);
    world.tick();
    paste(world, 5, 3);

    const decision = look(PLAN);

    expect(states(decision)).toEqual(['A running #3', 'B blocked #4', 'C completed #5']);
    expect(decision.tasks[0]?.record.unlisted).toBeUndefined();
    settle(PLAN);
    expect(readTaskRecord(world.issue(3).body)).toMatchObject({ task: 'A', issue: 3 });
  });

  it('keeps the work that landed here from being done once more', () => {
    const { world, settle, run } = town();
    const first = run(3);
    if (!first) throw new Error('A runs');
    begin(world, first);
    report(world, world.runs.get(first.id) ?? first, 'completed', false);
    settle(PLAN);
    world.tick(600);
    settle(PLAN);
    paste(world, 5, 3);

    const decision = settle(PLAN);

    expect(states(decision)[0]).toBe('A completed #3');
    expect([...world.runs.values()].filter(({ inputs }) => inputs.issue === 3)).toHaveLength(1);
  });
});

describe('a record that is made anew', () => {
  it('takes no command for news that was read before the app closed the issue', () => {
    const { world, settle, run } = town();
    const first = run(3);
    if (!first) throw new Error('A runs');
    begin(world, first);
    report(world, world.runs.get(first.id) ?? first, 'completed', false);
    world.tick();
    world.comment(3, WRITER, '/retry');
    settle(PLAN);
    expect(world.issue(3).closedAs).toBe('completed');
    world.tick();
    world.revert(world.commit());
    world.editBody(3, 'gone', WRITER);

    const decision = settle(PLAN);

    expect(states(decision)[0]).toBe('A lost #3');
    expect([...world.runs.values()].filter(({ inputs }) => inputs.issue === 3)).toHaveLength(1);
  });
});

describe('a plan issue that is closed', () => {
  it('stays the plan beside an open one that a person copied from it: a pass comes to rest', () => {
    const { world, look, settle, finish } = town();
    finish(PLAN);
    const copy = world.open({ ...world.issue(1), body: 'My own.', by: WRITER });

    settle(PLAN);

    expect(look(PLAN).planIssue).toBe(1);
    expect(findPlanIssue(world.snapshot(FILES))?.number).toBe(1);
    expect(world.issue(copy)).toMatchObject({ open: true, body: 'My own.' });
  });
});

describe('a pass that closes an issue', () => {
  it('is followed by another at once: what GitHub shows as blocked by it may start', () => {
    const { world, look } = town();
    const without = planOf(PLAN.tasks.filter(({ id }) => id !== 'A').map((task) => ({ ...task, dependencies: [] })));
    // Nobody knows any more whose the relation is.
    world.editBody(4, '', WRITER);

    const removing = look(without);
    world.apply(removing, { answer: 'named' });

    expect(keys(removing, 'close-issue')).toEqual(['close:3']);
    expect(removing.wakeAt).toBe(world.now);
    expect(keys(look(without), 'dispatch')).toEqual(['dispatch:4:1:1']);
  });
});
