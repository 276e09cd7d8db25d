import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import type { Plan, TaskId } from '../../src/plan/plan.ts';
import { projectOf } from '../../src/plan/project.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { LABEL } from '../../src/state/names.ts';
import { findOwnPart } from '../../src/state/own-part.ts';
import { readGroupRecord, readTaskRecord } from '../../src/state/record.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { begin, report } from '../support/adversary.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { type PureWorld, STRANGER, WRITER } from '../support/pure-world.ts';
import { keys } from './scene.ts';
import { FILES, PLAN, states, town } from './town.ts';

describe('another plan with the same ids', () => {
  it('gets issues of its own once the former is finished, whose issues stay as they are', () => {
    const { world, settle, finish } = town();
    finish(PLAN);
    const before = new Map([...world.issues].map(([number, { body }]) => [number, body]));

    const next = settle({ ...PLAN, id: 'next' });

    expect(world.issue(1).open).toBe(false);
    expect([next.planIssue, next.waveIssues.get(1)]).toEqual([6, 7]);
    expect(states(next)).toEqual(['A held #undefined', 'B held #undefined', 'C held #undefined']);
    world.label(6, LABEL.start, WRITER);
    expect(states(settle({ ...PLAN, id: 'next' }))).toEqual(['A running #8', 'B blocked #9', 'C running #10']);
    expect([...before].filter(([number, body]) => world.issue(number).body !== body)).toEqual([]);
  });

  it('waits for a person while the former is unfinished: nothing is created or dispatched, and that is said once', () => {
    const { world, look, settle } = town();
    const runs = world.runs.size;

    const asked = look({ ...PLAN, id: 'next' });
    settle({ ...PLAN, id: 'next' });

    expect(asked.undecided?.[0]?.message).toBe(
      'this is the plan `next`, and `daw` (#1) is not finished; write `"id": "daw"` if it is the same plan, or close #1 to leave the former at that',
    );
    expect(asked.undecided?.[0]?.file).toBe('docs/planning/tasks.json');
    expect(keys(asked, 'comment')).toEqual(['question:1']);
    expect([world.issues.size, world.runs.size]).toEqual([5, runs]);
    expect(world.issue(1).body).toContain('close #');
    expect(look({ ...PLAN, id: 'next' }).effects).toEqual([]);
  });

  it('goes on as the former when its id is put back, with everything that was said meanwhile', () => {
    const { world, settle, run } = town();
    settle({ ...PLAN, id: 'next' });
    world.comment(3, WRITER, '/cancel');
    settle({ ...PLAN, id: 'next' });

    const back = settle(PLAN);

    expect(run(3)?.ended ?? true).toBe(true);
    expect(states(back)).toEqual(['A held #3', 'B blocked #4', 'C running #5']);
  });

  it('finds lost what is taken back meanwhile, and says so once, there and where it was built upon', () => {
    const { world, look, settle, run } = town();
    const [landed] = [run(3)].flatMap((found) => found ?? []);
    if (landed) begin(world, landed);
    for (const working of world.runs.values()) if (working.id === landed?.id) report(world, working, 'completed', true);
    settle(PLAN);
    settle({ ...PLAN, id: 'next' });
    world.revert(world.commit());

    const told = keys(look({ ...PLAN, id: 'next' }), 'comment').map((key) => key.split(':', 2).join(':'));
    const after = settle({ ...PLAN, id: 'next' });

    expect(told).toEqual(['lost:3', 'flag:4']);
    expect(states(after)).toEqual(['A lost #3', 'B running #4', 'C running #5']);
  });

  it('begins when a person closes the plan issue of the former', () => {
    const { world, settle } = town();
    settle({ ...PLAN, id: 'next' });

    world.close(1, 'not_planned');
    settle({ ...PLAN, id: 'next' });
    world.tick(600);
    const next = settle({ ...PLAN, id: 'next' });

    expect([next.undecided, next.planIssue]).toEqual([undefined, 6]);
  });

  it('begins no sooner than the runs of the former have ended, which a closed plan ends', () => {
    const { world, look, settle, run } = town();
    settle({ ...PLAN, id: 'next' });

    world.close(1, 'not_planned');

    const waiting = look({ ...PLAN, id: 'next' });
    expect(waiting.undecided).toHaveLength(1);
    expect(keys(waiting)).not.toContain('issue:plan');
    expect(keys(waiting)).toContain('body:1');
    settle({ ...PLAN, id: 'next' });
    expect([run(3), run(5)]).toEqual([undefined, undefined]);
  });

  it('waits where all issues of the former are closed, one of them as not planned', () => {
    const { world, settle } = town();
    for (const issue of [4, 5]) world.close(issue, 'completed');
    world.close(3, 'not_planned');
    world.tick(600);
    expect(settle(PLAN).tasks.map(({ state }) => state)).toEqual(['skipped', 'completed', 'completed']);

    const next = settle({ ...PLAN, id: 'next' });
    expect([next.undecided?.length, world.issues.size]).toEqual([1, 5]);

    settle(PLAN);
    world.tick();
    world.comment(3, WRITER, '/skip');
    settle(PLAN);
    expect(settle({ ...PLAN, id: 'next' }).planIssue).toBe(6);
  });

  it('waits for no plan issue that a person keeps open after everything is done', () => {
    const { world, settle, finish } = town();
    finish(PLAN);
    world.tick();
    world.reopen(1);
    settle(PLAN);

    const next = settle({ ...PLAN, id: 'next' });

    expect([world.issue(1).open, next.undecided, next.planIssue]).toEqual([true, undefined, 6]);
  });

  it('is the same plan under another name where the file names no id: the recorded one goes on', () => {
    const { look } = town();

    const renamed = look({ ...PLAN, id: 'digital-audio', idFromName: true, name: 'Digital audio' });

    expect(renamed.planIssue).toBe(1);
    expect(states(renamed)).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
  });
});

describe('other titles', () => {
  const retitled = (...ids: readonly string[]): Plan => ({
    ...PLAN,
    tasks: PLAN.tasks.map((task) => (ids.includes(task.id) ? { ...task, title: `Another ${task.id}` } : task)),
  });

  function twoDone() {
    const of = town();
    of.world.close(3, 'completed');
    of.world.close(5, 'completed');
    of.settle(PLAN);
    return of;
  }

  it('of more than half of what is done are asked about, and nothing starts until somebody accepts them', () => {
    const { world, look, settle } = twoDone();
    const plan = retitled('A', 'C');

    const asked = settle(plan);
    expect(asked.undecided?.[0]?.message).toMatch(
      /^2 of 2 completed tasks have other titles now; comment `\/accept` on #1/,
    );
    expect(world.issue(3).title).toBe('A: Work on A');
    world.tick();
    world.comment(1, WRITER, '/accept');
    const accepted = settle(plan);

    expect(accepted.undecided).toBeUndefined();
    expect(world.issue(3).title).toBe('A: Another A');
    expect(accepted.tasks[0]?.state).toBe('completed');
    expect(accepted.tasks[0]?.reason).toContain('changed since it was done: `/retry` runs it again');
    expect(look(plan).effects).toEqual([]);
  });

  it('that were accepted once are asked about again when they are changed again', () => {
    const { world, settle } = twoDone();
    settle(retitled('A', 'C'));
    world.tick();
    world.comment(1, WRITER, '/accept');
    settle(retitled('A', 'C'));

    expect(settle(PLAN).undecided).toHaveLength(1);
  });

  it('are no question by the word of somebody who may not write', () => {
    const { world, settle } = twoDone();
    settle(retitled('A', 'C'));
    world.tick();
    world.comment(1, STRANGER, '/accept');

    expect(settle(retitled('A', 'C')).undecided).toHaveLength(1);
  });

  it('of half of it, or of what is to be done, are followed', () => {
    const { world, settle } = twoDone();

    const decision = settle(retitled('A', 'B'));

    expect(decision.undecided).toBeUndefined();
    expect([3, 4, 5].map((number) => world.issue(number).title)).toEqual([
      'A: Another A',
      'B: Another B',
      'C: Work on C',
    ]);
  });

  it('that people gave an issue stay, whatever becomes of the plan', () => {
    const { world, settle } = town();
    world.issues.set(4, { ...world.issue(4), title: 'B: my own words' });

    settle(retitled('B'));

    expect(world.issue(4).title).toBe('B: my own words');
  });
});

describe('an issue whose title and body a person broke', () => {
  const breakIt = (world: PureWorld, issue: number) => {
    world.editBody(issue, 'gone', WRITER);
    world.issues.set(issue, { ...world.issue(issue), title: 'gone' });
  };

  it('is found again by the number that its wave keeps, while its run works: no second issue and no second run', () => {
    const { world, settle } = town();
    const runs = world.runs.size;
    breakIt(world, 3);

    const decision = settle(PLAN);

    expect(states(decision)[0]).toBe('A running #3');
    expect([world.issues.size, world.runs.size]).toEqual([5, runs]);
    expect(readTaskRecord(world.issue(3).body)).toMatchObject({ task: 'A', plan: 'daw', dispatch: 1 });
    expect(world.issue(3).body).toMatch(/^gone\n\n<!-- agent-waves:begin -->/);
  });

  it('is found again by the number that its wave keeps, although nothing of it runs', () => {
    const { world, settle } = town();
    breakIt(world, 4);

    expect(states(settle(PLAN))[1]).toBe('B blocked #4');
    expect(world.issues.size).toBe(5);
  });

  it('is found by the title that it was made with where the wave was broken too and nothing of it runs', () => {
    const { world, settle } = town();
    for (const issue of [2, 4]) breakIt(world, issue);

    const decision = settle(PLAN);

    expect(states(decision)).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
    expect(world.issues.size).toBe(5);
  });

  it('is found so before the number of it was written anywhere, and no other title takes its place', () => {
    const { world, settle } = town();
    for (const issue of [2, 4, 5]) breakIt(world, issue);
    world.issues.set(4, { ...world.issue(4), title: 'C: as I say' });

    expect(states(settle(PLAN))).toEqual(['A running #3', 'B blocked #4', 'C running #5']);
  });

  it('is found by the title of its run where the wave was broken too', () => {
    const { world, settle } = town();
    breakIt(world, 3);
    breakIt(world, 2);

    const decision = settle(PLAN);

    expect(states(decision)[0]).toBe('A running #3');
    expect(decision.waveIssues.get(1)).toBe(2);
    expect(world.issues.size).toBe(5);
  });

  it('is found without its labels, which are put back', () => {
    const { world, settle } = town();
    for (const [issue, label] of [
      [1, LABEL.plan],
      [2, LABEL.wave],
      [3, LABEL.task],
      [3, 'wave:1'],
    ] as const)
      world.unlabel(issue, label);
    world.issues.set(3, { ...world.issue(3), parent: undefined });

    settle(PLAN);

    expect(world.issues.size).toBe(5);
    expect([world.issue(1).labels, world.issue(2).labels, world.issue(3).labels]).toEqual([
      expect.arrayContaining([LABEL.plan]),
      expect.arrayContaining([LABEL.wave]),
      expect.arrayContaining([LABEL.task, 'wave:1']),
    ]);
    expect(world.issue(3).parent).toBe(2);
  });

  it('of plan or wave is found again: nothing is made anew', () => {
    const { world, settle } = town();
    breakIt(world, 2);
    breakIt(world, 1);

    const decision = settle(PLAN);

    expect([decision.planIssue, decision.waveIssues.get(1), world.issues.size]).toEqual([1, 2, 5]);
    expect(readGroupRecord(world.issue(2).body)?.issues).toEqual({ A: 3, B: 4, C: 5 });
  });

  it('that is not in view is not made anew, and one that is gone is', () => {
    const { world, look } = town();
    world.issues.delete(4);
    const snapshot = world.snapshot(FILES);
    const seen = (gone: ReadonlySet<number>) =>
      decide({
        snapshot: { ...snapshot, gone },
        project: projectOf(PLAN, configOf()),
        timings: TIMINGS,
        derivations: newDerivations(),
      });

    expect(keys(look(PLAN), 'create-issue')).toEqual([]);
    expect(keys(seen(new Set([4])), 'create-issue')).toEqual(['issue:task:B']);
  });

  it('is numbered above what its body told of', () => {
    const { world, settle } = town();
    const { body } = world.issue(4);
    world.editBody(4, `${body}\n${body.replace('"dispatch": 0', '"dispatch": 7')}`, WRITER);

    settle(PLAN);

    expect(readTaskRecord(world.issue(4).body)?.dispatch).toBe(7);
    expect(findOwnPart(world.issue(4).body)).toBeDefined();
  });
});

describe('a body', () => {
  const planted = (body: string) => body.replace('"plan": "daw"', '"plan": "daw",\n "skipped": true');

  it.each([
    ['above ours', (body: string) => `${planted(body).replace(/<!-- agent-waves:(begin|end) -->\n?/g, '')}\n\n${body}`],
    ['below ours', (body: string) => `${body}\n\n${planted(body).replace(/<!-- agent-waves:(begin|end) -->\n?/g, '')}`],
    ['as a quote', (body: string) => `${planted(body).replace(/^/gm, '> ')}\n\n${body}`],
    ['as code, markers and all', (body: string) => `${body}\n\n\`\`\`\n${planted(body)}\n\`\`\``],
    ['twice', (body: string) => `${body}\n\n${planted(body)}`],
  ])('does not count where a block is pasted %s', (_, paste) => {
    const { world, settle } = town();
    world.editBody(4, paste(world.issue(4).body), WRITER);

    const decision = settle(PLAN);

    expect(states(decision)[1]).toBe('B blocked #4');
  });

  it('keeps an old body that a person shows as code, and its own record beside it', () => {
    const { world, settle } = town();
    const { body } = world.issue(4);
    const shown = `\`\`\`\n${planted(body)}\n\`\`\``;
    world.editBody(4, `${body}\n\n${shown}`, WRITER);

    settle({ ...PLAN, tasks: PLAN.tasks.map((task) => (task.id === 'B' ? { ...task, title: 'Anew' } : task)) });

    expect(world.issue(4).title).toBe('B: Anew');
    expect(world.issue(4).body.endsWith(shown)).toBe(true);
  });

  it('keeps what people write around our part, on tasks, waves and the plan', () => {
    const { world, settle } = town();
    for (const issue of [1, 2, 3])
      world.editBody(issue, `Before.\r\n\r\n${world.issue(issue).body.replaceAll('\n', '\r\n')}\r\n\r\nAfter.`, WRITER);

    settle({ ...PLAN, name: 'Renamed', tasks: [...PLAN.tasks, taskOf({ id: 'D' })] });
    world.comment(3, WRITER, '/pause');
    settle({ ...PLAN, name: 'Renamed', tasks: [...PLAN.tasks, taskOf({ id: 'D' })] });

    for (const issue of [1, 2, 3]) {
      const { body } = world.issue(issue);
      expect(body.startsWith('Before.\r\n\r\n<!-- agent-waves:begin -->')).toBe(true);
      expect(body.endsWith('<!-- agent-waves:end -->\r\n\r\nAfter.')).toBe(true);
    }
    expect(readTaskRecord(world.issue(3).body)?.pause).toBeDefined();
  });
});

describe('an issue that a person opened', () => {
  const open = (world: PureWorld, given: { readonly title: string; readonly by: string; readonly body?: string }) =>
    world.open({ body: 'Please do it like this.', labels: [], parent: undefined, ...given });

  it.each(['D: by hand', 'D - by hand', 'd by hand', 'D — by hand', 'D'])(
    'and that somebody who may write labelled becomes its task: %s',
    (title) => {
      const { world, settle } = town();
      const issue = open(world, { title, by: STRANGER });
      world.label(issue, LABEL.task, WRITER);

      const decision = settle({ ...PLAN, tasks: [...PLAN.tasks, taskOf({ id: 'D' })] });

      expect(states(decision)[3]).toBe('D running #6');
      expect(world.issue(issue)).toMatchObject({
        title: title === 'D' ? 'D: Work on D' : title,
        parent: 2,
        labels: expect.arrayContaining(['wave:1']),
      });
      expect(world.issue(issue).body).toMatch(/^Please do it like this\.\n\n<!-- agent-waves:begin -->/);
    },
  );

  it('is none of ours by the label of somebody who may not write, or by another id', () => {
    const { world, settle } = town();
    const plan = { ...PLAN, tasks: [...PLAN.tasks, taskOf({ id: 'D' })] };
    world.label(open(world, { title: 'D: by hand', by: STRANGER }), LABEL.task, STRANGER);
    world.label(open(world, { title: 'DX: by hand', by: WRITER }), LABEL.task, WRITER);

    expect(states(settle(plan))[3]).toBe('D running #8');
  });

  it('is not believed what stands in it', () => {
    const { world, settle } = town();
    const body = world.issue(3).body.replace('"task": "A"', '"task": "D",\n "skipped": true');
    world.label(open(world, { title: 'D: by hand', by: WRITER, body }), LABEL.task, WRITER);

    const decision = settle({ ...PLAN, tasks: [...PLAN.tasks, taskOf({ id: 'D' })] });

    expect(states(decision)[3]).toBe('D running #6');
  });

  it('for a task that has one is told so once, and stays open', () => {
    const { world, look, settle } = town();
    const issue = open(world, { title: 'B: by hand', by: WRITER });
    world.label(issue, LABEL.task, WRITER);

    expect(keys(look(PLAN), 'comment')).toEqual([`spare:${issue}`]);
    settle(PLAN);

    expect(world.comments.filter((comment) => comment.issue === issue)).toHaveLength(1);
    expect(world.issue(issue)).toMatchObject({ open: true, body: 'Please do it like this.' });
  });
});

describe('issues follow the plan', () => {
  it('to another wave, with label and parent', () => {
    const { world, settle } = town();
    const moved = planOf(PLAN.tasks.map((task) => (task.id === 'B' ? { ...task, wave: 2 } : task)));

    const decision = settle(moved);

    const wave = decision.waveIssues.get(2);
    expect(world.issue(4)).toMatchObject({ parent: wave, labels: expect.arrayContaining(['wave:2']) });
    expect(world.issue(4).labels).not.toContain('wave:1');
    expect(readGroupRecord(world.issue(wave ?? 0).body)?.issues).toEqual({ B: 4 });
  });

  it('out of a wave that is no more, whose issue is closed, and opened again when the wave is back', () => {
    const { world, settle } = town(planOf(PLAN.tasks.map((task) => (task.id === 'C' ? { ...task, wave: 2 } : task))));
    const wave = [...world.issues.values()].find(({ title }) => title === 'Wave 2')?.number ?? 0;

    settle(PLAN);
    expect(world.issue(wave)).toMatchObject({ open: false, closedAs: 'not_planned' });
    settle(planOf(PLAN.tasks.map((task) => (task.id === 'C' ? { ...task, wave: 2 } : task))));

    expect(world.issue(wave).open).toBe(true);
  });

  it('not below an issue that a person put it under', () => {
    const { world, settle } = town();
    const epic = world.open({ title: 'Epic', body: '', labels: [], parent: undefined, by: WRITER });
    world.issues.set(4, { ...world.issue(4), parent: epic });

    settle(PLAN);

    expect(world.issue(4).parent).toBe(epic);
  });

  it('to another id, once nobody works on it any more', () => {
    const { world, settle } = town();
    const plan = planOf(
      PLAN.tasks
        .map((task) =>
          task.id === 'B'
            ? { ...task, id: 'B2' as TaskId, was: 'B' as TaskId }
            : task.id === 'A'
              ? { ...task, id: 'A2' as TaskId, was: 'A' as TaskId }
              : task,
        )
        .map((task) => ({
          ...task,
          dependencies: task.dependencies.map((id) => (id === 'A' ? ('A2' as TaskId) : id)),
        })),
    );

    const decision = settle(plan);

    expect(states(decision)).toEqual(['A2 running #3', 'B2 blocked #4', 'C running #5']);
    expect([3, 4].map((issue) => readTaskRecord(world.issue(issue).body)?.task)).toEqual(['A', 'B2']);
    expect(world.issues.size).toBe(5);
  });
});
