import { describe, expect, it } from 'vitest';
import { ACTIONS_LOGIN } from '../../../src/state/names.ts';
import type { Order } from '../../../src/state/orders.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP, STRANGER, WRITER } from '../../support/pure-world.ts';
import { at, failed, keys, LIVE, past, scene } from '../scene.ts';

const RUNNING = { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, run: 900 } };
const HOLD = { by: WRITER, at: at(0), cause: { kind: 'cancelled', by: WRITER } } as const;

/** An order as a pass left it in the plan's record before it died. */
function ordered(name: Order['name'], seconds: number): Partial<Parameters<typeof scene>[0]> {
  return { planRecord: { orders: [{ n: 40, comment: 40, at: at(seconds), by: WRITER, name }] } };
}

describe('an order that is in the record of the plan', () => {
  it.each([
    ['cancel', RUNNING, 'held'],
    ['retry', failed(3), 'running'],
    ['start', { hold: HOLD }, 'running'],
  ] as const)('is followed by a task whose body was not written: /%s', (name, A, state) => {
    const { view } = scene({ ...ordered(name, 1), records: { A } });

    expect([view('A').state, view('A').record.followed?.plan]).toEqual([state, 40]);
  });

  it.each([
    ['cancel', { ...RUNNING, followed: { plan: 40 } }, 'running'],
    ['retry', { ...failed(3), followed: { plan: 40 } }, 'needs-human'],
    ['start', { hold: HOLD, followed: { plan: 40 } }, 'held'],
  ] as const)('is not followed twice: /%s', (name, A, state) => {
    const { view } = scene({ ...ordered(name, 1), records: { A } });

    expect(view('A').state).toBe(state);
  });

  it.each([
    ['cancel', RUNNING, 'running'],
    ['retry', failed(3), 'needs-human'],
    ['start', { hold: HOLD }, 'held'],
  ] as const)(
    'is not about what began, failed or was held after it, though nothing is remembered: /%s',
    (name, A, state) => {
      const { view } = scene({ ...ordered(name, -1), records: { A } });

      expect(view('A').state).toBe(state);
    },
  );

  it('holds a task that the plan has again, before a pass has opened its issue: /cancel', () => {
    const cancelled = past({ outcome: 'cancelled', ended: at(-30), cause: { kind: 'removed' } });
    const removed = { attempt: 1, slice: 1, dispatch: 1, removed: at(-30), history: [cancelled] };
    const { world, view } = scene({ ...ordered('cancel', 1), records: { A: removed } });
    world.close(3, 'not_planned', APP);

    expect(view('A').record.hold?.cause).toEqual({ kind: 'cancelled', by: WRITER });
  });

  it('is not about a dispatch of the pass that heard it', () => {
    const of = scene();
    of.world.comment(1, WRITER, '/cancel');

    of.world.apply(of.look(), { answer: 'named' });

    expect([of.view('A').state, of.view('A').record.dispatch]).toEqual(['running', 1]);
  });

  it('is overruled by what a person says on the task afterwards, in this pass and in later ones', () => {
    const of = scene({ ...ordered('cancel', 1), records: { A: RUNNING } });
    of.world.tick(5);
    for (let id = 0; id < 50; id++) of.world.comment(3, WRITER, 'a word');
    of.world.comment(3, WRITER, '/start');

    of.world.apply(of.look(), { answer: 'named' });

    expect([of.view('A').state, of.view('A').record.dispatch]).toEqual(['running', 1]);
  });

  it('reaches a task that GitHub shows under no wave', () => {
    const of = scene({ plan: planOf([taskOf({ id: 'A' })]), records: { A: RUNNING } });
    of.set(3, { parent: undefined });
    of.world.tick();
    of.world.comment(2, WRITER, '/cancel');

    expect(of.view('A').state).toBe('held');
  });
});

describe('orders', () => {
  it('are numbered by their comments, upwards even where one shows up late', () => {
    const of = scene({
      planRecord: { orders: [{ n: 1_000_000, comment: 1_000_000, at: at(0), by: WRITER, name: 'start' }] },
    });
    of.world.comment(1, WRITER, '/cancel\n/retry');

    of.world.apply(of.look(), { answer: 'named' });

    const numbers = readGroupRecord(of.world.issue(1).body)?.orders?.map(({ n }) => n);
    expect(numbers).toEqual([1_000_000, 1_000_001, 1_000_002]);
  });

  it('fit into the body of an issue, however many and long', () => {
    const of = scene();
    for (let nth = 0; nth < 60; nth++) of.world.comment(1, WRITER, `/retry ${'x'.repeat(3_000)}`);

    of.world.apply(of.look(), { answer: 'named' });

    expect(of.world.issue(1).body.length).toBeLessThan(20_000);
    expect(readGroupRecord(of.world.issue(1).body)?.orders?.length).toBeGreaterThan(1);
  });
});

describe('whoever may not write', () => {
  it('does not make old commands of others act again, however much they write', () => {
    const of = scene({ records: { A: failed(3) } });
    of.world.comment(3, WRITER, '/retry');
    of.world.apply(of.look(), { answer: 'named' });
    for (let nth = 0; nth < 60; nth++) of.world.comment(3, STRANGER, '/cancel');

    const first = of.look();
    of.world.apply(first, { answer: 'named' });
    const second = of.look();

    expect([keys(first, 'react'), keys(first, 'comment')]).toEqual([[], [expect.stringMatching(/^refusal:/)]]);
    expect([keys(second), of.view('A').record.ceiling, of.view('A').record.commands.length]).toEqual([[], 6, 1]);
  });

  it('has nothing carried out later of what was refused', () => {
    const of = scene({ records: { A: RUNNING } });
    of.world.comment(3, STRANGER, '/cancel');
    of.world.comment(3, STRANGER, '/cancel');
    of.world.apply(of.look(), { answer: 'named' });

    const later = of.look({ writers: new Set([WRITER, STRANGER]) });

    expect([keys(later), of.view('A', later).state]).toEqual([[], 'running']);
  });
});

describe('a record that somebody broke', () => {
  it('has again what people had set, and nothing is answered again', () => {
    const of = scene();
    const words = ['/priority 4', '/pause', '/why', '/retyr'];
    for (const each of words) of.world.comment(4, WRITER, each);
    of.world.comment(1, WRITER, '/why');
    of.world.comment(2, WRITER, '/pause');
    of.world.comment(2, WRITER, '/resume');
    of.world.apply(of.look(), { answer: 'named' });
    of.world.tick(60);
    of.world.comment(3, WRITER, '/priority 1');
    of.world.apply(of.look(), { answer: 'named' });
    for (const issue of [1, 2]) of.world.editBody(issue, 'broken', WRITER);

    const decision = of.look();

    expect([keys(decision, 'comment'), keys(decision, 'react')]).toEqual([[], []]);
    expect(of.view('B', decision).record).toMatchObject({ priority: 4, pause: { by: WRITER } });
  });

  it('is not answered by the app to itself, nor to a run', () => {
    const of = scene();
    of.world.comment(3, APP, '/cancel');
    of.world.comment(3, ACTIONS_LOGIN, '/cancel');

    expect(keys(of.look(), 'comment')).toEqual([]);
  });
});
