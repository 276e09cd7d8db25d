import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { at, failed, keys, LIVE, past, scene } from '../scene.ts';

const LIVE_A = { A: { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, run: 901 } } };

/** The record as it is written. */
function written(of: ReturnType<typeof scene>, id: string) {
  of.settle();
  return readTaskRecord(of.world.issue(of.number(id)).body);
}

describe('the record of a task', () => {
  it('names the issues of what it depends on, and as relations those that no other implies', () => {
    const plan = planOf([
      taskOf({ id: 'A' }),
      taskOf({ id: 'B', dependencies: ['A'] }),
      taskOf({ id: 'C', dependencies: ['A', 'B'] }),
    ]);

    expect(written(scene({ plan }), 'C')).toMatchObject({ needs: { A: 3, B: 4 }, relations: [4] });
  });

  it.each([
    ['another issue', { needs: { A: 9 }, relations: [3] }],
    ['another relation', { needs: { A: 3 }, relations: [9] }],
    ['one relation too many', { needs: { A: 3 }, relations: [3, 9] }],
    ['no relation', { needs: { A: 3 }, relations: [] }],
    ['a dependency that the plan has no more', { needs: { A: 3, OLD: 9 }, relations: [3] }],
    ['no dependency', { needs: {}, relations: [3] }],
  ])('names them anew where it names %s', (_, known) => {
    const of = scene({ records: { ...LIVE_A, B: known } });

    expect(of.view('B').record).toMatchObject({ needs: { A: 3 }, relations: [3] });
    expect(Object.keys(of.view('B').record.needs)).toEqual(['A']);
  });

  it('is not written again where it says all that already', () => {
    const of = scene();
    of.settle();

    expect(keys(of.look(), 'write-body')).toEqual([]);
  });

  it('counts how often a dispatch was sent that no run came of, and not what it asked people', () => {
    const of = scene({ records: { A: { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, agent: 'A3' } } } });
    of.world.tick(300);

    expect(of.view('A').record.live).toEqual({ agent: 'A3', sent: at(300), sends: 2 });
    expect(of.view('A').record.dispatch).toBe(1);
  });

  it('remembers after which dispatch people were asked', () => {
    const of = scene({ records: { A: failed(3) } });

    expect(of.view('A').record.asked).toBe(3);
    expect(keys(of.look(), 'comment')).toHaveLength(1);
    of.settle();
    expect(keys(of.look(), 'comment')).toEqual([]);
  });

  it('takes what people told an agent into the next dispatch', () => {
    const words = { by: WRITER, at: at(0), text: 'Use the new API.' };
    const of = scene({ records: { A: { told: [words] } } });

    expect(of.view('A').record).toMatchObject({ dispatch: 1, told: [{ ...words, dispatch: 1 }] });
    expect(scene().view('A').record.told).toBeUndefined();
  });

  it('goes on from the base of its first dispatch', () => {
    const base = 'b'.repeat(40);
    const history = [past({ sent: at(-900), ended: at(-600) })];
    const records = { A: { attempt: 1, slice: 1, dispatch: 1, base, history, waits: { for: 'x', until: at(-10) } } };
    const { record } = scene({ records }).view('A');

    expect(record).toMatchObject({ attempt: 2, dispatch: 2, base });
    expect(record.waits).toBeUndefined();
    expect(scene().view('A').record.base).toBe(scene().world.commit());
  });
});

describe('a start of one task', () => {
  const start = (by: string) => {
    const of = scene({ started: false });
    of.world.label(of.number('B'), LABEL.start, by);
    return of;
  };

  it('is answered once, and once more when it is given anew', () => {
    const of = start(WRITER);
    const answers = () => keys(of.look(), 'comment').length;

    expect(answers()).toBe(1);
    of.settle();
    expect(answers()).toBe(0);
    of.world.unlabel(of.number('B'), LABEL.start);
    of.settle();
    of.world.tick(60);
    of.world.label(of.number('B'), LABEL.start, WRITER);
    expect(answers()).toBe(1);
  });

  it('is answered to nobody where the app put back what somebody took off', () => {
    expect(keys(start(APP).look(), 'comment')).toEqual([]);
  });
});
