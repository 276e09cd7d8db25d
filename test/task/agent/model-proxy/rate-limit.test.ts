import { expect, it } from 'vitest';
import { limitResetTime } from '../../../../src/task/agent/model-proxy/rate-limit.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');

it.each([
  ['retry-after in seconds', { 'retry-after': '90' }, '2026-11-23T10:01:30.000Z'],
  ['retry-after as a date', { 'retry-after': 'Mon, 23 Nov 2026 10:05:00 GMT' }, '2026-11-23T10:05:00.000Z'],
  [
    'retry-after rather than resets',
    { 'retry-after': '10', 'anthropic-ratelimit-requests-reset': '2026-11-23T11:00:00Z' },
    '2026-11-23T10:00:10.000Z',
  ],
  [
    'the reset of what is used up rather than a later one',
    {
      'anthropic-ratelimit-requests-remaining': '12',
      'anthropic-ratelimit-requests-reset': '2026-11-23T11:00:00Z',
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-11-23T10:02:00Z',
    },
    '2026-11-23T10:02:00.000Z',
  ],
  ['seconds since 1970', { 'anthropic-ratelimit-unified-reset': '1795435200' }, '2026-11-23T12:00:00.000Z'],
  [
    'durations, the longest',
    { 'x-ratelimit-reset-requests': '20ms', 'x-ratelimit-reset-tokens': '6m0s' },
    '2026-11-23T10:06:00.000Z',
  ],
  [
    'the duration of what is used up',
    {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1h2m3.5s',
      'x-ratelimit-remaining-tokens': '9',
      'x-ratelimit-reset-tokens': '2d',
    },
    '2026-11-23T11:02:03.500Z',
  ],
  ['nothing', { 'x-ratelimit-limit-tokens': '100' }, undefined],
  ['nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset-tokens': 'later' }, undefined],
])('reads %s', (_, headers, expected) => {
  const at = limitResetTime(headers, NOW);

  expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected);
});
