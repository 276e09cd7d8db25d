import { expect, it } from 'vitest';
import { createClient } from '../../../src/github/octokit.ts';
import { GITHUB, locator, useGithub } from './support/github-mock.ts';
import { client, TOKEN } from './support/under-test.ts';

/** What every request of ours carries. */

const github = useGithub();

it('says who asks, which media type is wanted and under which token', async () => {
  github.answers('GET /repos/acme/daw', { body: {} });

  await client().request('GET /repos/{owner}/{repo}', { ...locator });

  expect(github.requests[0]?.headers).toEqual({
    accept: 'application/vnd.github.v3+json',
    authorization: `bearer ${TOKEN}`,
    'user-agent': expect.stringMatching(/^agent-waves octokit-rest\.js\//),
  });
});

it.each([
  ['an installation, as they are since April 2026', TOKEN, 'bearer'],
  ['an installation, as they were', `ghs_${'a'.repeat(36)}`, 'token'],
  ['a person', `github_pat_${'a'.repeat(82)}`, 'token'],
])('sends the token of %s whole, however long it is', async (_, token, scheme) => {
  github.answers('GET /repos/acme/daw', { body: {} });

  await createClient({ token, baseUrl: GITHUB }).request('GET /repos/{owner}/{repo}', { ...locator });

  expect(github.requests[0]?.headers.authorization).toBe(`${scheme} ${token}`);
});

it('sends many writes without a pause between them', async () => {
  const routes = Array.from({ length: 12 }, (_, nth) => `POST /repos/acme/daw/issues/${nth + 1}/comments`);
  for (const route of routes) github.answers(route, { status: 201, body: {} });

  const made = client();
  await Promise.all(routes.map((route) => made.request(route, { body: 'Hello' })));

  expect([...github.routes()].sort()).toEqual([...routes].sort());
  expect(github.waits).toEqual([]);
});
