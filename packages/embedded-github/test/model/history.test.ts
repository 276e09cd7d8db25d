import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { StaleReadFault } from '../../src/faults/faults.ts';
import { appOctokit, branch, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
const WITHIN = 30_000;
let now = Date.parse('2026-03-01T08:00:00Z');
let town: Town;
let app: Octokit;

beforeAll(async () => {
  town = await startTown({ clock: () => now });
});
beforeEach(async () => {
  now += 10 * WITHIN;
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  app = octokitFor(town.github, data.token);
});
afterEach(() => town.github.faults.clear());
afterAll(() => town.close());

function lagging(more: Partial<StaleReadFault> = {}): void {
  town.github.faults.push({ on: 'stale-read', within: WITHIN, ...more });
}

const create = async (title: string) => (await app.rest.issues.create({ ...at, title })).data;

/** How an issue is shown by REST, by GraphQL and in the list. */
async function views({ number, title }: { readonly number: number; readonly title: string }) {
  const { data: single } = await app.rest.issues.get({ ...at, issue_number: number });
  const { data: open } = await app.rest.issues.listForRepo({ ...at, per_page: 100 });
  const query = `query Look { repository(owner: "acme", name: "daw") { issue(number: ${number}) { state } } }`;
  const { repository } = await app.graphql<{ repository: { issue: { state: string } } }>(query);
  return [single.state, open.some((each) => each.title === title), repository.issue.state];
}

test('reads within the lag miss the write, reads behind it see it, and writes always act on how things stand', async () => {
  const issue = await create('closed soon');
  lagging();
  await app.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' });

  now += WITHIN - 1000;
  expect(await views(issue)).toEqual(['open', true, 'OPEN']);
  const { data: again } = await app.rest.issues.update({ ...at, issue_number: issue.number, title: 'closed soon' });
  expect(again.state).toBe('closed');
  now += WITHIN + 1000;
  expect(await views(issue)).toEqual(['closed', false, 'CLOSED']);
});

test('an issue that was just made is not there yet, a comment neither', async () => {
  const known = await create('known');
  now += 2 * WITHIN;
  lagging();
  const issue = await create('brand new');
  await app.rest.issues.createComment({ ...at, issue_number: known.number, body: 'Just said' });

  await expect(app.rest.issues.get({ ...at, issue_number: issue.number })).rejects.toMatchObject({ status: 404 });
  expect((await app.rest.issues.listComments({ ...at, issue_number: known.number })).data).toEqual([]);
});

test('a ref shows where it stood, by REST and by GraphQL, also after a push', async () => {
  await branch(town, 'moves', { 'moves.txt': '1' });
  now += 2 * WITHIN;
  lagging();
  const { data: before } = await app.rest.git.getRef({ ...at, ref: 'heads/moves' });
  const sha = await branch(town, 'main', { 'pushed.txt': '1' });
  await app.rest.git.updateRef({ ...at, ref: 'heads/moves', sha, force: true });
  await app.rest.git.createRef({ ...at, ref: 'refs/heads/made', sha });

  expect((await app.rest.git.getRef({ ...at, ref: 'heads/moves' })).data.object.sha).toBe(before.object.sha);
  await expect(app.rest.git.getRef({ ...at, ref: 'heads/made' })).rejects.toMatchObject({ status: 404 });
  const { data: listed } = await app.rest.git.listMatchingRefs({ ...at, ref: 'heads/m' });
  expect(listed.map(({ ref }) => ref)).toEqual(['refs/heads/main', 'refs/heads/moves']);
  const query = `{ repository(owner: "acme", name: "daw") { ref(qualifiedName: "moves") { target { oid } }
    object(expression: "main:pushed.txt") { __typename } } }`;
  expect((await app.graphql<{ repository: unknown }>(query)).repository).toEqual({
    ...{ ref: { target: { oid: before.object.sha } }, object: null },
  });
});

test('the seed decides which share of the reads is stale, the same one each time', async () => {
  const issue = await create('shared');
  const sequence = async (seed: number) => {
    town.github.faults.clear();
    now += 2 * WITHIN;
    await app.rest.issues.update({ ...at, issue_number: issue.number, state: 'open' });
    now += 2 * WITHIN;
    lagging({ share: 0.5, seed });
    await app.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' });
    const states = [];
    for (let read = 0; read < 24; read += 1) {
      states.push((await app.rest.issues.get({ ...at, issue_number: issue.number })).data.state);
    }
    return states.join(' ');
  };

  const [first, again, other] = [await sequence(7), await sequence(7), await sequence(8)];

  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(new Set(first.split(' '))).toEqual(new Set(['open', 'closed']));
});

test('only the reads that a rule speaks of are stale', async () => {
  const issue = await create('picked');
  lagging({ route: /issues$/, when: ({ actor }) => actor === 'waves[bot]' });
  await app.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' });
  const titles = async (who: Octokit) => (await who.rest.issues.listForRepo(at)).data.map(({ title }) => title);

  expect((await app.rest.issues.get({ ...at, issue_number: issue.number })).data.state).toBe('closed');
  expect(await titles(app)).toContain('picked');
  expect(await titles(octokitFor(town.github, town.lead.token))).not.toContain('picked');
});
