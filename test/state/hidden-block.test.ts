import { describe, expect, it } from 'vitest';
import {
  findOnlyBlock,
  lastBlockText,
  readBlock,
  readEveryBlock,
  readOnlyBlock,
  replaceOnlyBlock,
  withoutBlocks,
  writeBlock,
} from '../../src/state/hidden-block.ts';

const one = writeBlock('x:record', { n: 1 });
const two = writeBlock('x:record', { n: 2 });
const other = writeBlock('x:comment', { n: 3 });

describe('a block in a text', () => {
  it('is the only one of its kind where there is one at the beginning of a line', () => {
    const text = `Before.\n\n${one}\nAfter.`;

    expect(findOnlyBlock('x:record', text)).toEqual({ value: { n: 1 }, start: 9, end: 9 + one.length });
    expect(readOnlyBlock('x:record', one)).toEqual({ n: 1 });
    expect(readOnlyBlock('x:record', `${other}\n${one}`)).toEqual({ n: 1 });
    expect(readOnlyBlock('x:record', `quoted ${two}\n${one}`)).toEqual({ n: 1 });
    expect(readOnlyBlock('x:record', `${one}\nquoted ${two}`)).toEqual({ n: 1 });
  });

  it('is none that anybody knows where there are two, or none, or it has no end', () => {
    expect(findOnlyBlock('x:record', `${one}\n${two}`)).toBeUndefined();
    expect(findOnlyBlock('x:record', `quoted ${one}`)).toBeUndefined();
    expect(findOnlyBlock('x:record', other)).toBeUndefined();
    expect(findOnlyBlock('x:record', '<!-- x:record\n{}')).toBeUndefined();
    expect(findOnlyBlock('x:record', '<!-- x:record\n{ -->')?.value).toBeUndefined();
  });

  it('is read as the last one, wherever it stands', () => {
    expect(readBlock('x:record', `${one} ${two}`)).toEqual({ n: 2 });
    expect(readBlock('x:record', 'none')).toBeUndefined();
    expect(readBlock('x:record', one.slice(0, -1))).toBeUndefined();
    expect(readEveryBlock('x:record', `${one} quoted ${other}\n${two}<!-- x:record\n{ -->`)).toEqual([
      { n: 1 },
      { n: 2 },
      undefined,
    ]);
    expect(readEveryBlock('x:record', '')).toEqual([]);
  });

  it('is put in the place of the only one, and changes nothing where there is none', () => {
    expect(replaceOnlyBlock(`a\n${one}\nb`, { kind: 'x:record', block: two })).toBe(`a\n${two}\nb`);
    expect(replaceOnlyBlock('a', { kind: 'x:record', block: two })).toBe('a');
    expect(replaceOnlyBlock(`${one}\n${one}`, { kind: 'x:record', block: two })).toBe(`${one}\n${one}`);
  });

  it('is taken out wherever a line begins with it', () => {
    expect(withoutBlocks('x:record', `a\n${one}\nb\n${two}c ${one}`)).toBe(`a\n\nb\nc ${one}`);
    expect(withoutBlocks('x:record', `${one}<!-- x:record`)).toBe('<!-- x:record');
    expect(withoutBlocks('x:record', '<!-- x:record\n{')).toBe('<!-- x:record\n{');
    expect(withoutBlocks('x:comment', `a\n${one}`)).toBe(`a\n${one}`);
  });

  it('is the last that holds data, as it is written, where only the beginning of its kind is known', () => {
    expect(lastBlockText('x:', `${one}\n${other}\nquoted ${two}`)).toBe(other);
    expect(lastBlockText('x:', `${one}\n<!-- x:begin -->\n`)).toBe(one);
    expect(lastBlockText('x:', '<!-- x:record\n{"n": 1}')).toBeUndefined();
    expect(lastBlockText('y:', one)).toBeUndefined();
  });
});
