import { expect, it } from 'vitest';
import { insiderWords } from './insider-words.ts';

it('finds the number of a dispatch, and none in a commit', () => {
  expect(insiderWords('A-001 was sent as d7, its second slice.')).toEqual(['d7', 'slice']);
  expect(insiderWords('Landed as [d123456](https://github.com/acme/daw/commit/d123456), reverted by d654321.')).toEqual(
    [],
  );
});
