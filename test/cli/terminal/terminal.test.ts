import { describe, expect, it } from 'vitest';
import { fitLine, padTo, widthOf } from '../../../src/cli/terminal/fit-line.ts';
import { paletteFor } from '../../../src/cli/terminal/palette.ts';
import { plainText } from '../../../src/cli/terminal/plain-text.ts';
import { wrap } from '../../../src/cli/terminal/wrap.ts';
import { inline } from '../../../src/state/markdown.ts';

it.each([
  ['plain', 5],
  ['日本語', 6],
  ['✅ done', 7],
  ['⏸️', 2],
  ['👩‍💻', 2],
  ['e\u0301', 1],
  ['\u001b[1mbold\u001b[22m', 4],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

describe('a line that is fitted', () => {
  it.each([
    ['as it is', 8, 'as it is'],
    ['too long for that', 9, 'too long…'],
    ['日本語', 4, '日…'],
    ['any', 0, ''],
  ])('%s within %i is %s', (text, columns, fitted) => {
    expect(fitLine(text, columns)).toBe(fitted);
    expect(widthOf(fitted)).toBeLessThanOrEqual(columns);
  });

  it('is filled up by columns, not by characters', () => {
    expect(padTo('日', 4)).toBe('日  ');
  });

  it('breaks between words, and leaves a long one whole', () => {
    expect(wrap('one two threefour five', 8)).toEqual(['one two', 'threefour', 'five']);
  });
});

describe('colours', () => {
  const isColoured = (isTTY: boolean | undefined, environment: Readonly<Record<string, string>>) =>
    paletteFor(isTTY === undefined ? {} : { isTTY }, environment)('red', 'x') !== 'x';

  it.each([
    [true, {}, true],
    [undefined, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ] as const)('on a terminal: %s, with %j: %s', (isTTY, environment, coloured) => {
    expect(isColoured(isTTY, environment)).toBe(coloured);
  });
});

it.each(['a_b *c* `d` <e> &amp; [f](g) #7 @h', '1. x', '- y', '~~z~~ $k$'])('shows %s as somebody wrote it', (text) => {
  expect(plainText(inline(text))).toBe(text);
});
