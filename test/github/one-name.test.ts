import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { graphql } from '../../src/github/graphql.ts';
import { type Client, createClient } from '../../src/github/octokit.ts';
import { underOneName } from '../../src/github/one-name.ts';

const HERE = 'agent-waves[bot]';
const BASE = 'https://api.github.test';

let plain: Client;
let client: Client;

beforeEach(() => {
  nock.disableNetConnect();
  plain = createClient({ token: 'ghs_test', baseUrl: BASE, isQuiet: true });
  client = underOneName(plain, { app: HERE, hosts: [HERE, 'github-actions[bot]'] });
});

afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('what another host of the plan did', () => {
  it('is told by REST under the name of the one that reads, page by page', async () => {
    const run = (id: number, login: string, type: string) => ({ id, actor: { login, type } });
    nock(BASE)
      .get('/repos/acme/daw/actions/runs')
      .query({ per_page: 1 })
      .reply(
        200,
        { total_count: 2, workflow_runs: [run(1, 'github-actions[bot]', 'Bot')] },
        {
          Link: `<${BASE}/repos/acme/daw/actions/runs?per_page=1&page=2>; rel="next"`,
        },
      )
      .get('/repos/acme/daw/actions/runs')
      .query({ per_page: 1, page: 2 })
      .reply(200, { total_count: 2, workflow_runs: [run(2, 'dependabot[bot]', 'Bot')] });

    const actors: string[] = [];
    const route = 'GET /repos/{owner}/{repo}/actions/runs';
    for await (const { data } of client.paginate.iterator(route, { owner: 'acme', repo: 'daw', per_page: 1 }))
      actors.push(...data.map(({ actor }) => actor?.login ?? ''));

    expect(actors).toEqual([HERE, 'dependabot[bot]']);
  });

  it('is told by GraphQL under that name, and what people of a like name did is not', async () => {
    const author = (login: string, __typename: string) => ({ author: { login, __typename } });
    nock(BASE)
      .post('/graphql')
      .reply(
        200,
        { data: { nodes: [author('github-actions', 'Bot'), author('github-actions', 'User'), null] } },
        {
          Date: 'Mon, 02 Mar 2026 09:00:00 GMT',
        },
      );

    const { data } = await graphql(client, { query: '{ nodes }', variables: {} });

    expect(data.nodes).toEqual([author(HERE, 'Bot'), author('github-actions', 'User'), null]);
  });

  it('leaves what is not JSON as it came', async () => {
    nock(BASE)
      .get('/logs')
      .reply(200, Buffer.from('PK'), { 'Content-Type': 'application/zip' })
      .get('/text')
      .reply(200, 'github-actions[bot]', { 'Content-Type': 'text/plain' });

    const [logs, text] = [await client.request('GET /logs'), await client.request('GET /text')];

    expect([Buffer.from(logs.data).toString(), text.data]).toEqual(['PK', 'github-actions[bot]']);
  });

  it('stays under its own name where the configuration lists no other host', () => {
    expect(underOneName(plain, { app: HERE, hosts: [HERE] })).toBe(plain);
  });

  it('stays under its own name for a reader that is not listed itself, a person for one', () => {
    for (const app of ['lead', 'third[bot]'])
      expect(underOneName(plain, { app, hosts: [HERE, 'github-actions[bot]'] })).toBe(plain);
  });
});
