import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { toFailure } from '../../../src/github/errors.ts';
import { locator, type Reply, refusal, useGithub } from './support/github-mock.ts';
import { applyEffects, client } from './support/under-test.ts';

/** What GitHub refuses for good, in its own words, and what becomes of the effect: nothing is asked for twice. */

const github = useGithub();

const DOCS = 'https://docs.github.com/rest';

/** As GitHub refuses a field of a request: see the schema `validation-error` of its description. */
function invalid(resource: string, error: object): Reply {
  return refusal(422, 'Validation Failed', { body: { errors: [{ resource, ...error }] } });
}

describe('a read that is refused is asked once, and tells what GitHub said', () => {
  const REFUSALS: readonly (readonly [number, string])[] = [
    [400, 'Problems parsing JSON'],
    [401, 'Bad credentials'],
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found'],
    [409, 'Git Repository is empty.'],
    [410, 'Issues are disabled for this repo'],
    [422, 'Validation Failed'],
    [451, 'Repository access blocked'],
  ];

  it.each(REFUSALS)('%i %s', async (status, message) => {
    github.answers('GET /repos/acme/daw/pulls', refusal(status, message));

    const failure = await client()
      .request('GET /repos/{owner}/{repo}/pulls', { ...locator })
      .catch(toFailure);

    expect(failure).toEqual({ kind: 'refused', status, message: `${message} - ${DOCS}` });
    expect([github.routes().length, github.waits]).toEqual([1, []]);
  });

  it('names the field that GitHub finds wrong', async () => {
    github.answers('GET /repos/acme/daw/pulls', invalid('Search', { field: 'q', code: 'missing' }));

    const failure = await client()
      .request('GET /repos/{owner}/{repo}/pulls', { ...locator })
      .catch(toFailure);

    const field = '{"resource":"Search","field":"q","code":"missing"}';
    expect(failure).toMatchObject({ kind: 'refused', message: `Validation Failed: ${field} - ${DOCS}` });
  });
});

describe('a write that is refused is sent once', () => {
  const CANCEL = {
    route: 'POST /repos/acme/daw/actions/runs/77/cancel',
    effect: { kind: 'cancel-run', run: 77 },
  } as const;
  const BRANCH = {
    route: 'POST /repos/acme/daw/git/refs',
    effect: { kind: 'create-branch', branch: 'agent-waves/daw', from: 'f'.repeat(40) },
  } as const;
  const MERGE = {
    route: 'POST /repos/acme/daw/merges',
    effect: { kind: 'merge-branch', into: 'agent-waves/daw', from: 'main', head: 'f'.repeat(40) },
  } as const;
  const PULL = {
    route: 'POST /repos/acme/daw/pulls',
    effect: { kind: 'open-pull', branch: 'agent-waves/daw-wave-1', base: 'main', title: 'Wave 1', body: '' },
  } as const;

  /** `skipped`: what it was to bring about is so already, or nothing but a changed world will let it. */
  const OUTCOMES: readonly (readonly [string, 'skipped' | 'failed', { route: string; effect: object }, Reply])[] = [
    [
      'cancelling a run that has ended',
      'skipped',
      CANCEL,
      refusal(409, 'Cannot cancel a workflow run that is completed.'),
    ],
    ['cancelling a run that somebody deleted', 'failed', CANCEL, refusal(404, 'Not Found')],
    ['cancelling without the permission', 'failed', CANCEL, refusal(403, 'Resource not accessible by integration')],
    ['making a branch that is there', 'skipped', BRANCH, refusal(422, 'Reference already exists')],
    ['making a branch from a commit that is not there', 'failed', BRANCH, refusal(422, 'Object does not exist')],
    [
      'making a branch against a rule',
      'failed',
      BRANCH,
      refusal(422, 'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n'),
    ],
    ['making a branch in an empty repository', 'failed', BRANCH, refusal(409, 'Git Repository is empty.')],
    ['merging what conflicts', 'skipped', MERGE, refusal(409, 'Merge conflict')],
    ['merging into a branch that is not there', 'skipped', MERGE, refusal(404, 'Base does not exist')],
    ['merging into a protected branch', 'skipped', MERGE, refusal(403, 'Resource not accessible by integration')],
    [
      'opening a pull request without commits',
      'skipped',
      PULL,
      invalid('PullRequest', { code: 'custom', message: 'No commits between main and agent-waves/daw-wave-1' }),
    ],
    [
      'opening a pull request from a branch that is gone',
      'skipped',
      PULL,
      invalid('PullRequest', { field: 'head', code: 'invalid' }),
    ],
    [
      'opening a pull request where a setting forbids it',
      'skipped',
      PULL,
      refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.'),
    ],
  ];

  it.each(OUTCOMES)('%s: %s', async (_, kind, { route, effect }, answer) => {
    github.answers(route, answer);

    const outcomes = await applyEffects([{ ...effect, key: 'it', reason: 'a test says so' } as Effect]);

    const { message } = answer.body as { readonly message: string };
    expect(outcomes.get('it')).toEqual({ kind, why: expect.stringContaining(message) });
    expect([github.routes(), github.waits]).toEqual([[route], []]);
  });
});

describe('a pull request that is open already', () => {
  const PULL: Effect = {
    kind: 'open-pull',
    key: 'it',
    branch: 'agent-waves/daw-wave-1',
    base: 'main',
    title: 'Wave 1',
    body: '',
    reason: 'a test says so',
  };
  const THERE = 'A pull request already exists for acme:agent-waves/daw-wave-1.';
  const exists = invalid('PullRequest', { code: 'custom', message: THERE });

  it('is looked up by its branch, and nothing is opened', async () => {
    github.answers('POST /repos/acme/daw/pulls', exists);
    github.answers('GET /repos/acme/daw/pulls', { body: [{ number: 31 }] });

    const outcomes = await applyEffects([PULL]);

    expect(outcomes.get('it')).toEqual({ kind: 'skipped', why: expect.stringContaining(THERE) });
    expect(github.requests[1]).toMatchObject({
      query: { state: 'open', head: 'acme:agent-waves/daw-wave-1', per_page: '1' },
      headers: { 'x-github-api-version': '2022-11-28' },
    });
  });

  it('is looked for again by the next pass where GitHub does not show it yet', async () => {
    github.answers('POST /repos/acme/daw/pulls', exists);
    github.answers('GET /repos/acme/daw/pulls', { body: [] });

    const outcomes = await applyEffects([PULL]);

    expect(outcomes.get('it')).toEqual({ kind: 'failed', why: expect.stringContaining(THERE) });
  });
});
