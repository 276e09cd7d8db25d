import { describe, expect, it } from 'vitest';
import { fittedPart, MAX_BODY } from '../../src/state/body-room.ts';
import { writeBlock } from '../../src/state/hidden-block.ts';
import { ownPart, withOwnPart } from '../../src/state/own-part.ts';

const record = writeBlock('agent-waves:task-record', { task: 'A' });
const partOf = (length: number) => ownPart(`${'x'.repeat(length)}\n\n${record}`);

describe('our part of a body', () => {
  it('is as it is where the body holds all of it', () => {
    const part = partOf(100);
    // Two line ends stand between their text and ours.
    const most = 'a'.repeat(MAX_BODY - part.length - 2);

    expect(fittedPart('', part)).toBe(part);
    expect(fittedPart(most, part)).toBe(part);
    expect(withOwnPart(most, part)).toHaveLength(MAX_BODY);
  });

  it('is as it is where it takes the place of one that is as long', () => {
    const before = `Their text.\n\n${partOf(40_000)}`;

    expect(fittedPart(before, partOf(40_001))).toBe(partOf(40_001));
  });

  it('is its record alone where people wrote too much for more', () => {
    const part = partOf(100);
    const fitted = fittedPart('a'.repeat(MAX_BODY - part.length - 1), part);

    expect(fitted).not.toBe(part);
    expect(fitted).toContain(record);
    expect(fitted).toContain('There is no room here');
    expect(fitted).not.toContain('xxx');
  });

  it('is as it is where it has no record to keep', () => {
    const part = ownPart('Nothing to remember.');

    expect(fittedPart('a'.repeat(MAX_BODY), part)).toBe(part);
  });
});
