import { afterAll, beforeAll, expect, test } from 'vitest';
import { octokitFor, startTown, type Town } from '../../support/town.ts';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.close());

interface Page {
  readonly nodes: readonly { oid: string; message: string; parents: { nodes: readonly { oid: string }[] } }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function historyOf(expression: string, first: number, after: string | null = null): Promise<Page> {
  const query = `query ($expression: String!, $first: Int!, $after: String) { repository(owner: "acme", name: "daw") {
    object(expression: $expression) { ... on Commit { history(first: $first, after: $after) {
      nodes { oid message parents(first: 2) { nodes { oid } } } pageInfo { hasNextPage endCursor }
    } } }
  } }`;
  const lead = octokitFor(town.github, town.lead.token);
  const answer = await lead.graphql<{ repository: { object: { history: Page } } }>(query, { expression, first, after });
  return answer.repository.object.history;
}

function write(path: string, message: string) {
  const content = Buffer.from(path).toString('base64');
  const lead = octokitFor(town.github, town.lead.token);
  return lead.rest.repos.createOrUpdateFileContents({ owner: 'acme', repo: 'daw', path, message, content });
}

test('a branch tells its commits newest first, page by page from where the first page began, and keeps what was forced away', async () => {
  for (const name of ['one', 'two', 'three']) await write(`${name}.txt`, `Add ${name}`);

  const first = await historyOf('main', 2);
  await write('four.txt', 'Add four');
  const second = await historyOf('main', 1, first.pageInfo.endCursor);

  expect(first.nodes.map(({ message }) => message)).toEqual(['Add three', 'Add two']);
  expect(second.nodes.map(({ message }) => message)).toEqual(['Add one']);
  expect(first.nodes[0]?.parents.nodes).toEqual([{ oid: first.nodes[1]?.oid }]);
  expect(first.pageInfo.hasNextPage).toBe(true);

  const sha = second.nodes[0]?.oid ?? '';
  const lead = octokitFor(town.github, town.lead.token);
  await lead.rest.git.updateRef({ owner: 'acme', repo: 'daw', ref: 'heads/main', sha, force: true });
  expect((await historyOf('main', 1)).nodes[0]?.message).toBe('Add one');
  expect((await historyOf(first.nodes[0]?.oid ?? '', 1)).nodes[0]?.message).toBe('Add three');
});
