import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { at, DONE, failed, keys, LIVE, scene } from '../scene.ts';

const RUNNING: Partial<TaskRecord> = { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, run: 900 } };
const HELD: Partial<TaskRecord> = { hold: { by: WRITER, at: at(0), cause: { kind: 'cancelled', by: WRITER } } };

interface Given {
  readonly record?: Partial<TaskRecord>;
  /** How the issue is closed. */
  readonly closed?: 'completed' | 'not_planned';
  readonly paused?: boolean;
}

/** What a command comes to on task A (#3), which waits for a slot unless its record says more. */
function said(text: string, { record = {}, closed, paused }: Given = {}) {
  const of = scene({
    plan: planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' })]),
    config: configOf('max_parallel: 1\n'),
    records: { A: record, B: { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, agent: 'A1', run: 901 } } },
  });
  const { world } = of;
  world.tick(30);
  if (closed) world.close(3, closed, closed === 'completed' ? APP : WRITER);
  if (paused) world.label(3, LABEL.pause, WRITER);
  world.tick(30);
  world.comment(3, WRITER, text);
  const decision = of.look();
  const answers = decision.effects.flatMap((each) => (each.kind === 'comment' && each.issue === 3 ? [each.body] : []));
  return {
    /** It took effect. */
    acted: keys(decision, 'react').length > 0,
    answer: answers.join('\n'),
    view: of.view('A', decision),
    record: of.view('A', decision).record,
  };
}

const UNCHANGED = 'Nothing was changed.';

describe('a command on a task at which there is nothing left to do', () => {
  const DONE_ALREADY: Given = {
    record: { attempt: 1, slice: 1, dispatch: 1, done: DONE, title: 'Work on A' },
    closed: 'completed',
  };
  const LEFT_OUT: Given = { record: { skipped: true }, closed: 'not_planned' };
  const CLOSED: Given = { closed: 'not_planned' };

  it.each(['/pause', '/resume', '/retry', '/cancel', '/tell Use a map.', '/priority 3'])(
    'changes nothing: %s',
    (text) => {
      for (const given of [DONE_ALREADY, LEFT_OUT, CLOSED]) {
        const { acted, answer } = said(text, given);
        expect([acted, answer.includes(UNCHANGED)], JSON.stringify(given)).toEqual([false, true]);
      }
    },
  );

  it('changes nothing where it leaves out what is completed, or left out', () => {
    expect(said('/skip', DONE_ALREADY).answer).toContain(UNCHANGED);
    expect(said('/skip', LEFT_OUT).answer).toContain(UNCHANGED);
    expect(said('/skip', CLOSED)).toMatchObject({ acted: true, record: { skipped: true } });
  });
});

describe('/pause and /resume', () => {
  it('hold a task and let it go on, and say where it is so already', () => {
    expect(said('/pause')).toMatchObject({ acted: true, view: { state: 'held' } });
    expect(said('/pause', { paused: true })).toMatchObject({ acted: false, view: { state: 'held' } });
    expect(said('/resume')).toMatchObject({ acted: false, view: { state: 'ready' } });
    expect(said('/resume', { paused: true })).toMatchObject({ acted: true, view: { state: 'ready' } });
  });
});

describe('/cancel', () => {
  it('ends what runs, and holds its task', () => {
    const { acted, record, view } = said('/cancel', { record: RUNNING });

    expect([acted, view.state, record.live]).toEqual([true, 'held', undefined]);
    expect(record.history.at(-1)).toMatchObject({ outcome: 'cancelled', cause: { kind: 'cancelled', by: WRITER } });
    expect(record.hold).toMatchObject({ by: WRITER, at: at(60) });
  });

  it('holds a task of which nothing runs, and says so', () => {
    const { acted, record, answer } = said('/cancel');

    expect([acted, record.hold?.by, record.history]).toEqual([true, WRITER, []]);
    expect(answer).not.toBe('');
    expect(said('/cancel', { record: RUNNING }).answer).toBe('');
  });

  it('changes nothing at a task that is held so', () => {
    expect(said('/cancel', { record: HELD })).toMatchObject({
      acted: false,
      answer: expect.stringContaining(UNCHANGED),
    });
  });
});

describe('/start', () => {
  it('lets a task go on that a person held', () => {
    expect(said('/start', { record: HELD }).record.hold).toBeUndefined();
  });

  it('does not take back a no that came after it', () => {
    const later = { ...HELD.hold, by: WRITER, at: at(120), cause: { kind: 'cancelled', by: WRITER } } as const;

    expect(said('/start', { record: { hold: later } }).record.hold).toBeDefined();
  });
});

describe('/retry', () => {
  it('gives a task fresh attempts that has failed, was held, or was lost', () => {
    const lost = { at: at(0), how: 'reverted' } as const;

    expect(said('/retry', { record: failed(3) })).toMatchObject({ acted: true, record: { ceiling: 6 } });
    expect(said('/retry', { record: HELD })).toMatchObject({ acted: true, view: { state: 'ready' } });
    expect(said('/retry', { record: { lost } })).toMatchObject({ acted: true });
  });

  it('changes nothing at a task that has not failed, unless it says more', () => {
    expect(said('/retry')).toMatchObject({ acted: false, answer: expect.stringContaining(UNCHANGED) });
    expect(said('/retry fresh').acted).toBe(true);
    expect(said('/retry smaller steps')).toMatchObject({ acted: true, record: { guidance: 'smaller steps' } });
    expect(said('/retry model=opus')).toMatchObject({ acted: true, record: { model: 'opus' } });
  });

  it('keeps its words for the next attempt where one runs, and says so', () => {
    expect(said('/retry smaller steps', { record: RUNNING }).answer).not.toBe('');
    expect(said('/retry smaller steps', { record: failed(1) }).answer).toBe('');
  });

  it('changes nothing where its model is none', () => {
    const done: Given = { record: { attempt: 1, slice: 1, dispatch: 1, done: DONE }, closed: 'completed' };

    for (const given of [{ record: failed(3) }, done])
      expect(said('/retry model=$(rm)', given)).toMatchObject({
        acted: false,
        answer: expect.stringContaining(UNCHANGED),
      });
  });
});

describe('/priority', () => {
  it.each([
    ['3', 3],
    ['-3', -3],
    ['+7', 7],
    ['1000', 1_000],
    ['-1000', -1_000],
  ])('%s is a number', (text, priority) => {
    expect(said(`/priority ${text}`)).toMatchObject({ acted: true, record: { priority } });
  });

  it.each(['', '1001', '-1001', '99999', '1.5', '1e2', 'high', '--1'])('%s is none that counts', (text) => {
    expect(said(`/priority ${text}`)).toMatchObject({ acted: false, answer: expect.stringContaining(UNCHANGED) });
  });

  it('changes nothing where it is the same', () => {
    expect(said('/priority 3', { record: { priority: 3 } })).toMatchObject({ acted: false });
  });

  it('is never a zero below zero', () => {
    expect(Object.is(said('/priority -0', { record: { priority: 3 } }).record.priority, 0)).toBe(true);
  });
});

describe('/tell', () => {
  const words = (count: number, length: number) =>
    Array.from({ length: count }, () => ({ by: WRITER, at: at(0), text: 'x'.repeat(length) }));

  it('keeps ten words of six thousand characters at most', () => {
    expect(said('/tell one', { record: { told: words(9, 1) } }).record.told).toHaveLength(10);
    expect(said('/tell one', { record: { told: words(10, 1) } })).toMatchObject({ acted: false });
    expect(said('/tell one', { record: { told: words(1, 5_997) } }).record.told).toHaveLength(2);
    expect(said('/tell one', { record: { told: words(1, 5_998) } })).toMatchObject({ acted: false });
  });

  it('changes nothing without a word, and says when a run reads them', () => {
    expect(said('/tell')).toMatchObject({ acted: false, answer: expect.stringContaining(UNCHANGED) });
    const [waiting, running] = [said('/tell one'), said('/tell one', { record: RUNNING })];

    expect(waiting.answer).not.toBe(running.answer);
  });
});

describe('/accept and /adopt', () => {
  it('do nothing at a task of which nothing is asked', () => {
    for (const text of ['/accept', '/adopt'])
      expect(said(text)).toMatchObject({ acted: false, answer: expect.stringContaining(UNCHANGED) });
  });
});
