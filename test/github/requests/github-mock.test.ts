import { expect, it } from 'vitest';
import { locator, useGithub } from './support/github-mock.ts';
import { client } from './support/under-test.ts';

/** The mock itself: without these guards a test of this folder could pass while the wrong request went out. */

const github = useGithub();

it('names a request that no answer was written down for', async () => {
  const asked = client().request('POST /repos/acme/daw/merges', { request: { retries: 0 } });

  await expect(asked).rejects.toThrow();

  const requestsWithoutAnswer = ['POST /repos/acme/daw/merges'];
  expect(await github.mismatches()).toEqual({ requestsWithoutAnswer, answersWithoutRequest: [] });
});

it('names a request that was made once more than it is answered, though the client would get over it', async () => {
  github.answers('GET /repos/acme/daw', { body: {} });
  await client().request('GET /repos/{owner}/{repo}', { ...locator });

  await expect(client().request('GET /repos/{owner}/{repo}', { ...locator })).rejects.toThrow();

  expect((await github.mismatches()).requestsWithoutAnswer).toEqual(['GET /repos/acme/daw']);
});

it('names an operation of GraphQL that is another than the one that was expected', async () => {
  github.answers('graphql Observe', { body: {} });

  const query = 'mutation Apply { m0: addComment { clientMutationId } }';
  await expect(client().request('POST /graphql', { query, request: { retries: 0 } })).rejects.toThrow();

  expect(await github.mismatches()).toEqual({
    requestsWithoutAnswer: ['graphql Apply'],
    answersWithoutRequest: ['graphql Observe'],
  });
});

it('lets nothing leave the machine, wherever it goes', async () => {
  await expect(fetch('https://example.com/somewhere')).rejects.toThrow();

  expect((await github.mismatches()).requestsWithoutAnswer).toEqual(['GET /somewhere']);
});
