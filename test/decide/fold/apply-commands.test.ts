import { describe, expect, it } from 'vitest';
import { readGroupRecord } from '../../../src/state/record.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP, STRANGER, WRITER } from '../../support/pure-world.ts';
import { at, DONE, failed, keys, LIVE, past, scene } from '../scene.ts';
import { PLAN, town } from '../town.ts';

const RUNNING = { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, run: 900 } };

/** Task A is issue #3, B after it #4; both have failed for good unless records say otherwise. */
function world(records: Parameters<typeof scene>[0] = {}) {
  const of = scene(records);
  const say = (issue: number, body: string, by = WRITER, edited = false) => {
    of.world.tick();
    return of.world.comment(issue, by, body, edited);
  };
  const pass = () => {
    const decision = of.look();
    of.world.apply(decision, { answer: 'named' });
    return decision;
  };
  return { ...of, say, pass };
}

describe('a command', () => {
  it('acts once, whatever is said and passed later', () => {
    const { say, pass, view } = world({ records: { A: failed(3) } });
    const id = say(3, '/retry');
    expect(keys(pass(), 'react')).toEqual([`ack:${id}`]);
    const ceiling = view('A').record.ceiling;

    say(3, 'Thank you!');
    const later = [pass(), pass()];

    expect(later.flatMap((decision) => keys(decision, 'react'))).toEqual([]);
    expect([ceiling, view('A').record.ceiling]).toEqual([6, 6]);
  });

  it('does not act when it was edited, or when the app itself said it', () => {
    const { say, look } = world({ records: { A: RUNNING } });
    say(3, '/cancel', WRITER, true);
    say(3, '/cancel', APP);

    expect([keys(look(), 'react'), look().tasks[0]?.state]).toEqual([[], 'running']);
  });

  it('of somebody who may not write is refused once, politely, and never acts', () => {
    const { say, pass } = world({ records: { A: RUNNING } });
    const id = say(3, '/cancel', STRANGER);
    say(3, '/skip', STRANGER);

    const first = pass();
    say(3, '/cancel', STRANGER);
    const second = pass();

    expect(keys(first, 'comment')).toEqual([`refusal:${id}`]);
    expect(keys(second, 'comment')).toEqual([]);
    expect(second.tasks[0]?.state).toBe('running');
  });

  it('moves the watermark in the batch that holds its effect', () => {
    const { say, pass, world: github } = world();
    say(3, '/pause');

    pass();

    expect(readGroupRecord(github.issue(1).body)?.watermark).toBe(at(1));
  });
});

describe('/retry', () => {
  it('raises the ceiling once where the issue was closed by hand and opened again after the comment', () => {
    const { world: github, say, pass, view } = world({ records: { A: failed(3) } });
    github.close(3, 'completed');
    say(3, '/retry');
    github.tick();
    github.reopen(3);

    pass();
    const ceiling = view('A').record.ceiling;
    const second = pass();

    expect(ceiling).toBe(6);
    expect([keys(second), view('A').record.ceiling]).toEqual([[], 6]);
  });

  it('raises the ceiling by fresh attempts and keeps the words for the brief', () => {
    const { say, view } = world({ records: { A: failed(3) } });
    say(3, '/retry model=opus Use the old API.');

    const { state, record } = view('A');

    expect([state, record.attempt, record.ceiling, record.model, record.guidance]).toEqual([
      'running',
      4,
      6,
      'opus',
      'Use the old API.',
    ]);
  });

  it('on a running task is kept for the next attempt', () => {
    const { say, view } = world({ records: { A: { ...RUNNING, attempt: 3 } } });
    say(3, '/retry gently');

    const { state, record } = view('A');

    expect([state, record.dispatch, record.ceiling, record.guidance]).toEqual(['running', 1, 6, 'gently']);
  });

  it('on a wave speaks to what failed or is held there, and to nothing else', () => {
    const plan = planOf([
      taskOf({ id: 'BAD' }),
      taskOf({ id: 'HELD' }),
      taskOf({ id: 'SOON' }),
      taskOf({ id: 'OTHER', wave: 2 }),
    ]);
    const hold = { by: WRITER, at: at(0), cause: { kind: 'cancelled', by: 'lead' } } as const;
    const { say, look } = world({
      plan,
      records: { BAD: failed(3), HELD: { hold }, SOON: failed(1), OTHER: failed(3) },
    });
    say(2, '/retry');

    expect(look().tasks.map(({ task, state }) => `${task.id} ${state}`)).toEqual([
      'BAD running',
      'HELD running',
      'SOON retrying',
      'OTHER needs-human',
    ]);
  });
});

describe('/cancel', () => {
  it('takes the claim, ends the run and holds the task', () => {
    const { say, look } = world({ records: { A: RUNNING } });
    say(3, '/cancel');

    const decision = look();

    expect(keys(decision)).toEqual(expect.arrayContaining(['claim:3', 'cancel:900']));
    expect(keys(decision).indexOf('claim:3')).toBeLessThan(keys(decision).indexOf('cancel:900'));
    expect(decision.tasks[0]).toMatchObject({
      state: 'held',
      reason: 'cancelled by lead; comment `/start` or `/retry`',
    });
    expect(decision.tasks[0]?.record.history).toMatchObject([{ outcome: 'cancelled', run: 900 }]);
  });

  it('holds until /start, under the same attempt and a new dispatch', () => {
    const { say, pass, view } = world({ records: { A: RUNNING } });
    say(3, '/cancel');
    pass();
    say(3, '/start');

    const { state, record } = view('A');

    expect([state, record.attempt, record.dispatch]).toEqual(['running', 1, 2]);
  });

  it('on the plan ends everything that runs', () => {
    const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' })]);
    const { say, look } = world({ plan, records: { A: RUNNING, B: { ...RUNNING, live: { ...LIVE, agent: 'A2' } } } });
    say(1, '/cancel');

    expect(look().tasks.map(({ state }) => state)).toEqual(['held', 'held']);
  });

  it('on a wave does not outlast a later /start on the task', () => {
    const { say, view } = world({ records: { A: RUNNING } });
    say(2, '/cancel');
    say(3, '/start');

    expect(view('A').state).toBe('running');
  });

  it('on the plan acts once although the plan’s own body could not be written', () => {
    const { say, look, world: github, view, pass } = world({ records: { A: RUNNING } });
    say(1, '/cancel');
    const decision = look();
    const first = decision.effects.findIndex(({ key }) => key === 'body:1');
    github.apply(decision, { answer: 'named', failEvery: { first, step: 1_000 } });
    say(3, '/start');
    pass();

    expect(view('A').state).toBe('running');
  });
});

describe('/skip, /pause and /resume', () => {
  it('closes what is left out as not planned and lets dependents go', () => {
    const { say, look } = world();
    say(3, '/skip');

    const decision = look();

    expect(decision.effects).toContainEqual(expect.objectContaining({ key: 'close:3', as: 'not_planned' }));
    expect(keys(decision, 'dispatch')).toEqual(['dispatch:4:1:1']);
  });

  it('pauses and goes on', () => {
    const { say, pass, view } = world();
    say(1, '/pause');
    expect(keys(pass(), 'dispatch')).toEqual([]);

    say(1, '/resume');

    expect(view('A').state).toBe('running');
  });
});

describe('questions', () => {
  it.each([
    [
      '/why on a task',
      4,
      '/why',
      '> lead: `/why`\n\n**B** is blocked: waits for A (#3), running on A1 since 09:00, attempt 1.',
    ],
    ['/status on a wave', 2, '/status', '> lead: `/status`\n\n2 tasks: 1 running, 1 blocked.'],
    [
      '/why on a wave',
      2,
      '/why',
      '> lead: `/why`\n\n2 tasks: 1 running, 1 blocked.\n\n- **A** is running on A1 since 09:00, attempt 1.\n- **B** is blocked: waits for A (#3), running on A1 since 09:00, attempt 1.',
    ],
  ])('answers %s', (_, issue, command, answer) => {
    const { say, look } = world({ records: { A: RUNNING } });
    const id = say(issue, command);

    expect(look().effects).toContainEqual(expect.objectContaining({ key: `answer:${id}`, issue, body: answer }));
  });
});

it('answers /status on the plan with what its issue begins with', () => {
  const { say, look } = world({ records: { A: RUNNING } });
  const id = say(1, '/status');

  const { effects } = look();

  const answer = effects.flatMap((effect) => (effect.key === `answer:${id}` && 'body' in effect ? [effect.body] : []));
  const plan = effects.flatMap((effect) => (effect.key === 'body:1' && 'body' in effect ? [effect.body] : []));
  const head = answer[0]?.replace('> lead: `/status`\n\n', '');
  expect(head).toMatch(
    /^`░+` \*\*0%[\s\S]*### Needs you[\s\S]*### Running[\s\S]*### Next\n\n- Starts by itself: \*\*B\*\*/,
  );
  expect(plan[0]).toContain(head?.split('\n\n')[0]);
});

describe('asking for help', () => {
  it('happens once for each dispatch that used up the attempts', () => {
    const { pass } = world({ records: { A: failed(3) } });

    expect([keys(pass(), 'comment'), keys(pass(), 'comment')]).toEqual([['escalate:3:3'], []]);
  });
});

describe('closing', () => {
  it('closes wave and plan with their last task, and leaves open what a person opens again', () => {
    const plan = planOf([taskOf({ id: 'A' })]);
    const { pass, world: github } = world({ plan, records: { A: { history: [past()], done: DONE } } });
    github.close(3, 'completed');

    expect(keys(pass(), 'close-issue')).toEqual(['close:2', 'close:1']);
    github.tick(60);
    github.reopen(2);
    github.reopen(1);
    expect(keys(pass(), 'close-issue')).toEqual([]);
  });
});

describe('a command on a plan or wave that the app closed', () => {
  const MORE = planOf([...PLAN.tasks, taskOf({ id: 'D' })]);

  it.each([
    ['a plan', 1],
    ['a wave', 2],
  ])('stands where %s has something to do again, before a pass has opened its issue: /pause', (_, issue) => {
    const { world, settle, finish } = town();
    finish(PLAN);
    expect(world.issue(issue)).toMatchObject({ open: false, closedBy: APP });
    world.comment(issue, WRITER, '/pause');

    const { tasks } = settle(MORE);

    expect([world.issue(issue).open, tasks.at(-1)?.state]).toEqual([true, 'held']);
  });

  it('does nothing where everything is done', () => {
    const { world, look, finish } = town();
    finish(PLAN);
    const id = world.comment(1, WRITER, '/pause');

    expect(keys(look(PLAN), 'comment')).toEqual([`answer:${id}`]);
  });
});
