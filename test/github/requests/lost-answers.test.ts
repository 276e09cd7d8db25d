import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { toFailure } from '../../../src/github/errors.ts';
import { graphql } from '../../../src/github/graphql.ts';
import { type Answer, LOST, locator, type Reply, refusal, useGithub } from './support/github-mock.ts';
import { applyEffects, client } from './support/under-test.ts';

/** No answer, or none that says whether it was carried out: a read is asked again, a write never is. */

const github = useGithub();

const PULLS = 'GET /repos/acme/daw/pulls';
const PAGE: Reply = { status: 502, body: '<h1>502</h1>', headers: { 'content-type': 'text/html' } };

const UNCLEAR: readonly (readonly [string, Answer, number])[] = [
  ['a 500', refusal(500, 'Server Error'), 500],
  ['a 502 with a page of HTML', PAGE, 502],
  ['a 503', refusal(503, 'Service unavailable'), 503],
  ['a 504', refusal(504, 'We could not respond to your request in time.'), 504],
  // Octokit gives a broken connection this status.
  ...Object.entries(LOST).map(([name, error]) => [name, error, 500] as const),
];

function read(): Promise<unknown> {
  return client()
    .request('GET /repos/{owner}/{repo}/pulls', { ...locator })
    .then(({ data }) => data, toFailure);
}

describe('a read', () => {
  it.each(UNCLEAR)('is asked again after %s', async (_, answer) => {
    github.answers(PULLS, answer, { body: [{ number: 31 }] });

    expect(await read()).toEqual([{ number: 31 }]);

    expect(github.waits).toEqual([1]);
  });

  it.each(UNCLEAR)('gives up at the fourth answer that is %s', async (_, answer, status) => {
    github.answers(PULLS, answer, answer, answer, answer);

    expect(await read()).toMatchObject({ kind: 'ambiguous', status });

    expect(github.waits).toEqual([1, 4, 9]);
  });

  it.each(UNCLEAR)('over GraphQL is asked four times, too, at %s', async (_, answer, status) => {
    github.answers('graphql Ask', answer, answer, answer, answer);

    const failure = await graphql(client(), { query: 'query Ask { viewer { login } }', variables: {} }).catch(
      toFailure,
    );

    expect(failure).toMatchObject({ kind: 'ambiguous', status });
    expect(github.routes()).toHaveLength(4);
  });
});

describe('a write is sent once', () => {
  const effect = (bare: object) => ({ ...bare, key: 'it', reason: 'a test says so' }) as Effect;
  const WRITES: readonly (readonly [string, Effect])[] = [
    ['POST /repos/acme/daw/actions/runs/77/cancel', effect({ kind: 'cancel-run', run: 77 })],
    ['POST /repos/acme/daw/git/refs', effect({ kind: 'create-branch', branch: 'agent-waves/daw', from: 'f' })],
    ['POST /repos/acme/daw/merges', effect({ kind: 'merge-branch', into: 'agent-waves/daw', from: 'main', head: 'f' })],
    ['POST /repos/acme/daw/pulls', effect({ kind: 'open-pull', branch: 'w', base: 'main', title: 'Wave 1', body: '' })],
    ['graphql Apply', effect({ kind: 'create-issue', title: 'A', body: '', labels: [], parent: undefined })],
  ];

  it.each(WRITES.flatMap(([route, write]) => UNCLEAR.map(([name, answer]) => [route, name, write, answer] as const)))(
    '%s, after %s, and the next pass looks what became of it',
    async (route, _, write, answer) => {
      github.answers(route, answer);

      const outcomes = await applyEffects([write]);

      expect(outcomes.get('it')?.kind).toBe('failed');
      expect([github.routes(), github.waits]).toEqual([[route], []]);
    },
  );

  it('all of a batch with it: none of its effects is known to have failed or held', async () => {
    github.answers('graphql Apply', refusal(502, 'Server Error'));

    const outcomes = await applyEffects([
      {
        kind: 'create-label',
        key: 'label',
        name: 'wave:1',
        color: 'ffffff',
        description: '',
        reason: 'a test says so',
      },
      { kind: 'comment', key: 'comment', issue: 2, body: 'It failed.', reason: 'a test says so' },
    ]);

    const failed = { kind: 'failed', why: 'Server Error - https://docs.github.com/rest' };
    expect(Object.fromEntries(outcomes)).toEqual({ label: failed, comment: failed });
  });
});

describe('an answer of 200 that is none', () => {
  const torn = () =>
    new Readable({
      read() {
        this.push('[{"number": 3');
        this.destroy(LOST['a reset connection']);
      },
    });

  it.each([
    ['nothing', { body: '' }, ''],
    ['a page of a proxy', { body: '<h1>Sign in</h1>', headers: { 'content-type': 'text/html' } }, '<h1>Sign in</h1>'],
    ['a body that breaks off', { body: torn() }, '[{"number": 3'],
  ] as const)('is handed on as text where a read gets %s: Octokit takes it for data', async (_, answer, data) => {
    github.answers(PULLS, answer);

    expect(await read()).toBe(data);
  });

  it.each([
    ['nothing', { body: '' }],
    ['a page of a proxy', { body: '<h1>Sign in</h1>', headers: { 'content-type': 'text/html' } }],
  ] as const)('is taken for a refusal where GraphQL answers with %s', async (_, answer) => {
    github.answers('graphql Ask', answer);

    const failure = await graphql(client(), { query: 'query Ask { viewer { login } }', variables: {} }).catch(
      toFailure,
    );

    expect(failure).toEqual({
      kind: 'refused',
      status: 422,
      message: 'GitHub answered the GraphQL request with: no data',
    });
  });
});

it('says that a proxy may have removed the Date header: without it a pass has no time', async () => {
  github.answers('graphql Ask', { body: { data: { viewer: null } }, headers: { date: undefined } });

  const asked = graphql(client(), { query: 'query Ask { viewer { login } }', variables: {} });

  await expect(asked).rejects.toThrow('GitHub answered without a Date header; is there a proxy that removes it?');
  expect(github.routes()).toEqual(['graphql Ask']);
});
