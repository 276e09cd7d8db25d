import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { type Failure, toFailure } from '../../../src/github/errors.ts';
import { graphql } from '../../../src/github/graphql.ts';
import type { ONCE } from '../../../src/github/octokit.ts';
import { type Answer, askedOf, locator, NOW, type Reply, refusal, useGithub } from './support/github-mock.ts';
import { applyEffects, client } from './support/under-test.ts';

/**
 * Rate limits. GitHub carries out nothing of what it refuses by one, so that the same request may go out again: once,
 * after the wait that GitHub names, and only where that is a minute at most. See "Best practices for using the REST
 * API" and "Troubleshooting the REST API" in its documentation.
 */

const github = useGithub();

const SECONDARY = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const PRIMARY = 'API rate limit exceeded for installation ID 1.';

const secondary = (headers: Reply['headers'], status = 403) => refusal(status, SECONDARY, { headers });

/** The primary limit is spent until so many seconds from now. */
const spent = (seconds: number, status = 403) => refusal(status, PRIMARY, { headers: spentHeaders(seconds) });

function spentHeaders(seconds: number) {
  return {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(NOW / 1_000 + seconds),
  };
}

const PULLS = 'GET /repos/acme/daw/pulls';

/** @returns What a read got, or how it failed. */
async function read(...answers: readonly Answer[]): Promise<unknown> {
  github.answers(PULLS, ...answers);
  return client()
    .request('GET /repos/{owner}/{repo}/pulls', { ...locator })
    .then(({ data }) => data, toFailure);
}

describe('a read', () => {
  const SHORT: readonly (readonly [string, Reply, number])[] = [
    ['a secondary limit, with the wait in retry-after', secondary({ 'retry-after': '7' }), 7],
    ['a secondary limit that lasts a minute', secondary({ 'retry-after': '60' }), 60],
    ['a secondary limit that names no wait, for a minute', secondary({}), 60],
    ['a secondary limit with a wait of nothing, for a minute', secondary({ 'retry-after': '0' }), 60],
    ['a secondary limit as 429', secondary({ 'retry-after': '7' }, 429), 7],
    ['a spent limit, until the second after its reset', spent(20), 21],
    ['a spent limit as 429', spent(20, 429), 21],
    ['a spent limit whose reset is past', spent(-30), 0],
  ];

  it.each(SHORT)('waits once and gets its answer after %s', async (_, refused, wait) => {
    expect(await read(refused, { body: [{ number: 31 }] })).toEqual([{ number: 31 }]);

    expect(github.waits).toEqual(wait === 0 ? [] : [wait]);
  });

  it.each([
    ['a secondary limit', secondary({ 'retry-after': '7' }), [7]],
    ['a spent limit', spent(20), [21]],
  ] as const)('gives up when %s still holds after one wait', async (_, refused, waits) => {
    expect(await read(refused, refused)).toMatchObject({ kind: 'limited', status: 403 });

    expect(github.waits).toEqual(waits);
  });

  const LONG: readonly (readonly [string, Reply, Partial<Failure>])[] = [
    [
      'a secondary limit of more than a minute',
      secondary({ 'retry-after': '61' }),
      { status: 403, retryAfterS: 61 } as Failure,
    ],
    // Our answer to how long is a guess here: the reset that GitHub names is not read.
    ['a limit that is spent for half an hour', spent(1_800), { status: 403, retryAfterS: 60 } as Failure],
    ['a limit that is spent, as 429', spent(1_800, 429), { status: 429, retryAfterS: 60 } as Failure],
    [
      'a 429 that says nothing of a secondary limit',
      refusal(429, 'Too many requests', { headers: { 'retry-after': '5' } }),
      { status: 429, retryAfterS: 5 } as Failure,
    ],
    [
      'a 403 that names a wait and no limit',
      refusal(403, 'You have triggered an abuse detection mechanism.', { headers: { 'retry-after': '5' } }),
      { status: 403, retryAfterS: 5 } as Failure,
    ],
  ];

  it.each(LONG)('waits for nothing and says that it is limited at %s', async (_, refused, failure) => {
    expect(await read(refused)).toMatchObject({ kind: 'limited', ...failure });

    expect([github.routes(), github.waits]).toEqual([[PULLS], []]);
  });

  it('is refused, not limited, by a 403 of a missing permission', async () => {
    const remaining = { 'x-ratelimit-remaining': '4999' };

    const failure = await read(refusal(403, 'Resource not accessible by integration', { headers: remaining }));

    expect(failure).toMatchObject({ kind: 'refused', status: 403 });
  });
});

describe('a write', () => {
  const WRITES: readonly (readonly [string, Effect])[] = [
    ['POST /repos/acme/daw/actions/runs/77/cancel', effect({ kind: 'cancel-run', run: 77 })],
    ['POST /repos/acme/daw/git/refs', effect({ kind: 'create-branch', branch: 'agent-waves/daw', from: 'f' })],
    ['POST /repos/acme/daw/merges', effect({ kind: 'merge-branch', into: 'agent-waves/daw', from: 'main', head: 'f' })],
    ['POST /repos/acme/daw/pulls', effect({ kind: 'open-pull', branch: 'w', base: 'main', title: 'Wave 1', body: '' })],
    ['graphql Apply', effect({ kind: 'comment', issue: 2, body: 'It failed.' })],
  ];

  function effect<E extends object>(bare: E): Effect {
    return { ...bare, key: 'it', reason: 'a test says so' } as unknown as Effect;
  }

  it.each(WRITES)('%s is sent again once after a short limit, and then no more', async (route, write) => {
    github.answers(route, secondary({ 'retry-after': '7' }), secondary({ 'retry-after': '7' }));

    const outcomes = await applyEffects([write]);

    expect(outcomes.get('it')).toMatchObject({ kind: 'failed', why: expect.stringContaining(SECONDARY) });
    expect([github.routes(), github.waits]).toEqual([[route, route], [7]]);
  });

  it.each(WRITES)('%s is sent once when the limit is long', async (route, write) => {
    github.answers(route, spent(1_800));

    const outcomes = await applyEffects([write]);

    expect(outcomes.get('it')).toMatchObject({ kind: 'failed', why: expect.stringContaining(PRIMARY) });
    expect([github.routes(), github.waits]).toEqual([[route], []]);
  });
});

describe('a limit that GraphQL tells with HTTP 200', () => {
  const limited = (headers: Reply['headers'], type = 'RATE_LIMITED'): Reply => ({
    body: { errors: [{ type, message: PRIMARY }] },
    ...(headers ? { headers } : {}),
  });
  const ask = (request?: typeof ONCE) =>
    graphql(client(), { query: 'query Ask { viewer { login } }', variables: {}, ...(request ? { request } : {}) });

  it('is waited for once when its reset is near', async () => {
    github.answers('graphql Ask', limited(spentHeaders(20)), { body: { data: { viewer: null } } });

    expect(await ask()).toMatchObject({ data: { viewer: null } });

    expect(github.waits).toEqual([21]);
  });

  it('ends the pass when its reset is far: the error carries no status that could be translated', async () => {
    github.answers('graphql Ask', limited(spentHeaders(1_800)));

    const error = await ask().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ message: 'GraphQL Rate Limit Exceeded' });
    expect(() => toFailure(error)).toThrow('GraphQL Rate Limit Exceeded');
    expect(github.waits).toEqual([]);
  });

  it('lets a write that GitHub limited fail, and the pass go on', async () => {
    github.answers('graphql Apply', limited(spentHeaders(1_800)));

    const comment = { kind: 'comment', key: 'it', issue: 2, body: 'It failed.', reason: 'a test says so' } as const;

    const outcomes = await applyEffects([comment]);

    expect(outcomes.get('it')).toMatchObject({ kind: 'failed' });
  });

  it('in its form of 2026 is taken for a refusal, and waited for by nobody', async () => {
    github.answers('graphql Ask', limited(spentHeaders(20), 'RATE_LIMIT'));

    const failure = await ask().catch(toFailure);

    expect(failure).toEqual({
      kind: 'refused',
      status: 422,
      message: `GitHub answered the GraphQL request with: ${PRIMARY}`,
    });
    expect(github.waits).toEqual([]);
  });

  it('sends a whole batch again, at once, where only part of it was limited', async () => {
    const partly = { data: { m0: {}, m1: null }, errors: [{ type: 'RATE_LIMITED', path: ['m1'], message: PRIMARY }] };
    github.answers('graphql Apply', { body: partly }, { body: { data: { m0: {}, m1: {} } } });

    const comment = { kind: 'comment', issue: 2, body: 'It failed.', reason: 'a test says so' } as const;
    await applyEffects([
      { ...comment, key: 'first' },
      { ...comment, key: 'second', issue: 3 },
    ]);

    // What happens today: the first comment was written by the first request and is written again by the second.
    expect(github.requests.map((request) => Object.keys(askedOf(request).variables))).toEqual([
      ['i0', 'i1'],
      ['i0', 'i1'],
    ]);
  });
});
