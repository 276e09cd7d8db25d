import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { type GroupRecord, readGroupRecord } from '../../../src/state/record.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { at, failed, keys, scene } from '../scene.ts';

interface Given {
  /** Of the plan issue. */
  readonly record?: Partial<GroupRecord>;
  readonly started?: boolean;
  readonly paused?: boolean;
  readonly closed?: 'completed' | 'not_planned';
}

const REFUSED: Partial<GroupRecord> = {
  refusal: { at: at(0), cause: { kind: 'dispatch-refused', message: 'no' } },
};

/** What a command comes to on the plan (#1), or on its wave (#2). Task A (#3) has failed for good, B (#4) never ran. */
function said(text: string, { record = {}, started = false, paused, closed }: Given = {}, issue = 1) {
  const of = scene({
    plan: planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' })]),
    config: configOf('max_parallel: 1\n'),
    records: { A: failed(3) },
    planRecord: record,
    started,
  });
  const { world } = of;
  world.tick(30);
  if (paused) world.label(issue, LABEL.pause, WRITER);
  if (closed) world.close(issue, closed, closed === 'completed' ? WRITER : APP);
  world.tick(30);
  world.comment(issue, WRITER, text);
  const decision = of.look();
  const answers = decision.effects.flatMap((each) =>
    each.kind === 'comment' && each.issue === issue ? [each.body] : [],
  );
  world.apply(decision, { answer: 'named' });
  return {
    acted: keys(decision, 'react').length > 0,
    answer: answers.join('\n'),
    record: readGroupRecord(world.issue(issue).body),
    states: decision.tasks.map(({ state }) => state),
  };
}

const UNCHANGED = 'Nothing was changed.';

describe('/start on a plan', () => {
  it('starts it once', () => {
    expect(said('/start')).toMatchObject({ acted: true, states: ['needs-human', 'running'] });
    expect(said('/start', { started: true })).toMatchObject({ answer: expect.stringContaining(UNCHANGED) });
  });

  it('says that what was refused is fixed, started or not', () => {
    for (const started of [true, false]) {
      const { acted, record } = said('/start', { started, record: REFUSED });
      expect([acted, record?.refusal]).toEqual([true, undefined]);
    }
  });

  it('changes nothing at a wave that a person closed', () => {
    expect(said('/start', { closed: 'completed' }, 2)).toMatchObject({
      acted: false,
      answer: expect.stringContaining(UNCHANGED),
    });
  });
});

describe('/pause and /resume on a plan', () => {
  it('hold it and let it go on, and say where it is so already', () => {
    expect(said('/pause', { started: true })).toMatchObject({ acted: true, states: ['needs-human', 'held'] });
    expect(said('/pause', { started: true, paused: true }).answer).toContain(UNCHANGED);
    expect(said('/resume', { started: true, paused: true })).toMatchObject({
      acted: true,
      states: ['needs-human', 'running'],
    });
    expect(said('/resume', { started: true }).answer).toContain(UNCHANGED);
  });

  it('say that what was refused is fixed, or do not', () => {
    expect(said('/resume', { started: true, record: REFUSED })).toMatchObject({ acted: true });
    expect(said('/resume', { started: true, record: REFUSED }).record?.refusal).toBeUndefined();
    expect(said('/pause', { started: true, record: REFUSED }).record?.refusal).toBeDefined();
  });
});

describe('/retry on a plan', () => {
  it('gives what failed below it fresh attempts, with its words', () => {
    const { acted, record, states } = said('/retry fresh model=opus smaller steps', { started: true });

    expect([acted, states[0]]).toEqual([true, 'running']);
    expect(record?.orders?.at(-1)).toMatchObject({
      name: 'retry',
      by: WRITER,
      fresh: true,
      model: 'opus',
      guidance: 'smaller steps',
    });
  });

  it('keeps no word that it does not have', () => {
    const order = said('/retry', { started: true }).record?.orders?.at(-1);

    expect(Object.keys(order ?? {}).sort()).toEqual(['at', 'by', 'comment', 'n', 'name']);
  });

  it('is no order where its model is none', () => {
    const { acted, record, states } = said('/retry model=$(rm)', { started: true });

    expect([acted, record?.orders ?? [], states[0]]).toEqual([false, [], 'needs-human']);
  });
});

describe('commands on a plan that it does not take', () => {
  it.each(['/skip', '/tell Use a map.', '/priority 3', '/accept', '/adopt', '/cancel'])(
    '%s changes nothing',
    (text) => {
      expect(said(text, { started: true })).toMatchObject({ acted: false, answer: expect.stringContaining(UNCHANGED) });
    },
  );

  it('are taken by no wave where they are about the host of the plan', () => {
    expect(said('/adopt', { started: true }, 2)).toMatchObject({ acted: false });
  });
});

describe('/accept on a plan', () => {
  const gone = { at: at(10), count: 6 } as const;

  it('answers what is asked there, once', () => {
    const accepted = (seconds: number) => ({ by: WRITER, at: at(seconds) });
    const question = { about: 'titles', at: at(10) } as const;

    expect(said('/accept', { record: { question } }).acted).toBe(true);
    expect(said('/accept', { record: { question, accepted: accepted(5) } }).acted).toBe(true);
    expect(said('/accept', { record: { question, accepted: accepted(20) } }).acted).toBe(false);
    expect(said('/accept', { record: { gone, accepted: accepted(5) } }).acted).toBe(true);
  });
});
