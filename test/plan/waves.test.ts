import { expect, it } from 'vitest';
import { waveName } from '../../src/plan/waves.ts';

it('a wave with a title is named by number and title', () => {
  expect(waveName({ number: 3, title: 'Security & Auth' })).toBe('Wave 3: Security & Auth');
});

it('a wave without a title is named by its number', () => {
  expect(waveName({ number: 12, title: '' })).toBe('Wave 12');
});
