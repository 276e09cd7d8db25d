import { describe, expect, it } from 'vitest';
import { toFailure } from '../../src/github/errors.ts';

function answered(status: number, message = 'no', headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), { status, response: { headers } });
}

describe('toFailure', () => {
  it.each([
    ['404', answered(404), 'refused'],
    ['409', answered(409), 'refused'],
    ['422', answered(422), 'refused'],
    ['403 of a missing permission', answered(403, 'Resource not accessible by integration'), 'refused'],
    ['403 of a spent limit', answered(403, 'no', { 'x-ratelimit-remaining': '0' }), 'limited'],
    ['403 of the secondary limit', answered(403, 'You have exceeded a secondary rate limit'), 'limited'],
    ['429', answered(429, 'slow down', { 'retry-after': '7' }), 'limited'],
    ['500', answered(500), 'ambiguous'],
    ['502', answered(502), 'ambiguous'],
    ['a broken connection', new TypeError('fetch failed'), 'ambiguous'],
    ['a time-out', Object.assign(new Error('too late'), { name: 'TimeoutError' }), 'ambiguous'],
    ['a reset', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'ambiguous'],
  ])('takes %s', (_, error, kind) => {
    expect(toFailure(error).kind).toBe(kind);
  });

  it('says how long a limit lasts', () => {
    expect(toFailure(answered(429, 'slow down', { 'retry-after': '7' }))).toMatchObject({ retryAfterS: 7 });
  });

  it('throws on what did not come from a request', () => {
    expect(() => toFailure(new RangeError('a bug of ours'))).toThrow('a bug of ours');
    expect(() => toFailure('text')).toThrow('text');
  });
});
