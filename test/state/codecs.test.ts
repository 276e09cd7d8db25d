import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../src/plan/plan.ts';
import { nextAttempt } from '../../src/state/attempts.ts';
import { readBlock, writeBlock } from '../../src/state/hidden-block.ts';
import {
  checkpointRef,
  claimRef,
  dispatchTitle,
  isTaskBranch,
  parseDispatchTitle,
  taskBranch,
} from '../../src/state/names.ts';
import { ownPart } from '../../src/state/own-part.ts';
import {
  newGroupRecord,
  newTaskRecord,
  readGroupRecord,
  readTaskRecord,
  writeGroupRecord,
  writeTaskRecord,
} from '../../src/state/record.ts';
import { newerVersionIn } from '../../src/state/record-form.ts';
import { type Result, readResult } from '../../src/state/result.ts';
import { instant, millis } from '../../src/state/snapshot.ts';
import { writeResult } from '../../src/state/write-result.ts';
import { resultOf } from '../support/adversary.ts';

const HOSTILE = '--> <!-- agent-waves:task-record {} --> \u2028\u2029 &amp; </details> ``` \\u003c "';
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(HOSTILE, '-->', '--!>', '<!--', '\u2028', '\\u003e'),
);
const id = 'CORE-001' as TaskId;
const inputs = { task: id, issue: 12, attempt: 1, slice: 1, dispatch: 7 };

describe('a hidden block', () => {
  it('gives back any value, is one HTML comment, and leaves no sign of markup', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), hostile, { noNullPrototype: true }), hostile, (value, around) => {
        const block = writeBlock('kind', value);

        expect(readBlock('kind', `${around.replaceAll('<!-- kind', '')}\n${block}`)).toEqual(value);
        expect(block.indexOf('-->')).toBe(block.length - 3);
        expect(block.slice(4, -3)).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });

  it('is the last of its kind: what a person quoted above it does not count', () => {
    const text = `> ${writeBlock('kind', { n: 1 })}\n\n${writeBlock('kind', { n: 2 })}\n\n${writeBlock('other', { n: 3 })}`;

    expect(readBlock('kind', text)).toEqual({ n: 2 });
  });

  it.each([
    ['there is none', 'text'],
    ['it has no end', '<!-- kind\n{"n": 1}'],
    ['it is not JSON', '<!-- kind\n{n: 1}\n-->'],
  ])('is undefined when %s', (_, text) => {
    expect(readBlock('kind', text)).toBeUndefined();
  });
});

describe('a record', () => {
  const full = {
    ...newTaskRecord('daw', id),
    attempt: 2,
    live: { agent: 'A1', sent: '2026-03-02T09:00:00Z', sends: 1, run: 9 },
    needs: { 'DB-001': 7 },
    guidance: HOSTILE,
    failure: { what: HOSTILE, output: HOSTILE },
    refused: ['eve'],
  };

  it('is read back as it was written, hostile text included', () => {
    expect(readTaskRecord(`text\n${ownPart(writeTaskRecord(full))}`)).toEqual(full);
    const group = { ...newGroupRecord('daw', 3), pause: { by: 'lead', at: '2026-03-02T09:00:00Z' } };
    expect(readGroupRecord(ownPart(writeGroupRecord(group)))).toEqual(group);
  });

  it('is the same bytes whatever the order in which it was put together', () => {
    const reversed = Object.fromEntries(Object.entries(full).reverse()) as typeof full;

    expect(writeTaskRecord(reversed)).toBe(writeTaskRecord(full));
  });

  it('is read and written in the same order whichever of its fields are there', () => {
    const done = { run: 9, at: '2026-03-02T10:00:00Z', checks: { test: 'passed' }, summary: 'Did it.' };
    const all = { ...full, title: 'Core', issue: 3, base: 'b'.repeat(40), done, wave: 1, finished: '1a', ceiling: 4 };
    const optional = ['title', 'issue', 'base', 'done', 'wave', 'finished', 'ceiling', 'live', 'guidance', 'failure'];
    const order = Object.keys(readTaskRecord(ownPart(writeTaskRecord(all))) ?? {});

    fc.assert(
      fc.property(fc.subarray(optional), (missing) => {
        const record = Object.fromEntries(
          Object.entries(all).filter(([field]) => !missing.includes(field)),
        ) as typeof all;

        const read = readTaskRecord(ownPart(writeTaskRecord(record)));

        expect(read).toEqual(record);
        expect(Object.keys(read ?? {})).toEqual(order.filter((field) => !missing.includes(field)));
        expect(read && writeTaskRecord(read)).toBe(writeTaskRecord(record));
      }),
    );
  });

  it('keeps a cause that is not known here as words, and the same words from then on', () => {
    const last = { dispatch: 1, attempt: 1, slice: 1, agent: 'A1', sent: '', ended: '', outcome: 'agent' };
    const text = ownPart(writeTaskRecord(full)).replace(
      '"history": []',
      `"history": [${JSON.stringify({ ...last, cause: { kind: 'sun-spots', flares: 3 } })}]`,
    );

    const once = readTaskRecord(text);

    expect(once?.history[0]?.cause).toEqual({ kind: 'other', message: 'sun spots' });
    expect(readTaskRecord(ownPart(writeTaskRecord(once ?? full)))).toEqual(once);
  });

  it('of a newer version is none, and is told from one that is missing', () => {
    const newer = ownPart(writeTaskRecord(full)).replace('"v": 2', '"v": 3');

    expect([readTaskRecord(newer), newerVersionIn(newer)]).toEqual([undefined, 3]);
    expect(newerVersionIn(ownPart(writeGroupRecord(newGroupRecord('daw'))).replace('"v": 2', '"v": 7'))).toBe(7);
    for (const other of [ownPart(writeTaskRecord(full)), 'text', newer.replace('"v": 3', '"v": "3"')])
      expect(newerVersionIn(other)).toBeUndefined();
  });

  it('is undefined when a person broke it, and of the other kind', () => {
    expect(readTaskRecord(ownPart(writeTaskRecord(full)).replace('"attempt": 2', '"attempt": "two"'))).toBeUndefined();
    expect(readGroupRecord(ownPart(writeTaskRecord(full)))).toBeUndefined();
    expect(readTaskRecord(ownPart(writeGroupRecord(newGroupRecord('daw'))))).toBeUndefined();
  });
});

describe('a result', () => {
  const result = resultOf({ id: 9, inputs }, 'verification');

  it('is read back from the comment that carries it', () => {
    const hostileResult = { ...result, summary: HOSTILE, failure: { what: HOSTILE, output: HOSTILE } };

    expect(readResult(`### Failed\n\n${writeResult(hostileResult)}`)).toEqual(hostileResult);
  });

  it.each([
    ['an unknown outcome', { outcome: 'done' }],
    ['no run', { run: undefined }],
    ['a dispatch of nothing', { dispatch: 0 }],
    ['a summary without end', { summary: 'x'.repeat(2_001) }],
    ['an unknown check', { checks: [{ name: 'vibes', status: 'passed' }] }],
  ])('is none with %s', (_, change) => {
    expect(readResult(writeResult({ ...result, ...change } as Result))).toBeUndefined();
  });
});

describe('names', () => {
  it('says of a run which dispatch it is, and reads it back', () => {
    expect(dispatchTitle(inputs)).toBe('CORE-001 #12 · attempt 1 · slice 1 · d7');
    const positive = fc.integer({ min: 1, max: 99_999 });
    const any = fc.record({
      task: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/).map((text) => text as TaskId),
      issue: positive,
      attempt: positive,
      slice: positive,
      dispatch: positive,
    });
    fc.assert(
      fc.property(any, (one) => {
        expect(parseDispatchTitle(dispatchTitle(one))).toEqual({ ...one });
      }),
    );
  });

  it.each(['CORE-001 #12', 'A B #1 · attempt 1 · slice 1 · d1', `${dispatchTitle(inputs)} `, '', 'Agent task'])(
    'reads nothing from another title: %j',
    (title) => {
      expect(parseDispatchTitle(title)).toBeUndefined();
    },
  );

  it('has one claim for each issue', () => {
    expect(claimRef(12)).toBe('refs/agent-waves/claims/12');
  });

  it('writes moments as GitHub does', () => {
    expect(instant(millis('2026-01-02T03:04:05Z') + 678)).toBe('2026-01-02T03:04:05Z');
  });
});

describe('the next attempt', () => {
  const past = { dispatch: 1, attempt: 1, slice: 1, agent: 'A1', sent: '', ended: '' };

  it.each([
    ['verification', 2],
    ['agent', 2],
    ['conflict', 2],
    ['completed', 2],
    ['continued', 1],
    ['dependency', 1],
    ['quota', 1],
    ['infrastructure', 1],
    ['superseded', 1],
    ['cancelled', 1],
  ] as const)('after %s bears number %i', (outcome, next) => {
    expect(nextAttempt({ ...newTaskRecord('P', id), attempt: 1, history: [{ ...past, outcome }] })).toBe(next);
  });

  it('is the first when there was none', () => {
    expect(nextAttempt(newTaskRecord('P', id))).toBe(1);
  });
});

describe('the names of what belongs to a task', () => {
  it('are the same whoever makes them, and its branch is known by its name', () => {
    expect(checkpointRef(12)).toBe('refs/agent-waves/checkpoints/12');
    expect(taskBranch(id)).toBe('agent-waves/task/CORE-001');
    expect(isTaskBranch(taskBranch(id))).toBe(true);
    expect(isTaskBranch(`mine/${taskBranch(id)}`)).toBe(false);
    expect(isTaskBranch('mine/agent-waves/task/')).toBe(false);
  });
});
