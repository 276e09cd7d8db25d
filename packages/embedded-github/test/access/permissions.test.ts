import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../src/model/accounts.ts';
import { appOctokit, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
let now = Date.now();
let town: Town;
const people = new Map<string, string>();

beforeAll(async () => {
  town = await startTown({ clock: () => now });
  for (const role of ['read', 'triage', 'write'] as const satisfies readonly Role[]) {
    people.set(role, town.github.createUser({ login: role }).token);
    town.github.addCollaborator({ repository: 'acme/daw', login: role, permission: role });
  }
  people.set('stranger', town.github.createUser({ login: 'stranger' }).token);
});
afterAll(() => town.close());

const as = (role: string) => octokitFor(town.github, people.get(role) ?? '');

/** The status of a request, refused or not. */
function status(request: Promise<{ readonly status: number }>): Promise<number> {
  return request.then(
    (response) => response.status,
    (error: { readonly status: number }) => error.status,
  );
}

test.each([
  ['stranger', { read: 404, comment: 404, label: 404, close: 404, edit: 404, dispatch: 404 }],
  ['read', { read: 200, comment: 201, label: 403, close: 403, edit: 403, dispatch: 403 }],
  ['triage', { read: 200, comment: 201, label: 200, close: 200, edit: 403, dispatch: 403 }],
  ['write', { read: 200, comment: 201, label: 200, close: 200, edit: 200, dispatch: 422 }],
])('what a person with the role %s may do', async (role, wanted) => {
  const lead = octokitFor(town.github, town.lead.token);
  await lead.rest.issues.createLabel({ ...at, name: `for-${role}`, color: 'ededed' });
  const issue_number = (await lead.rest.issues.create({ ...at, title: 'Of the lead' })).data.number;
  const { issues, actions } = as(role).rest;

  const got = {
    read: await status(issues.get({ ...at, issue_number })),
    comment: await status(issues.createComment({ ...at, issue_number, body: 'Hello' })),
    label: await status(issues.addLabels({ ...at, issue_number, labels: [`for-${role}`] })),
    close: await status(issues.update({ ...at, issue_number, state: 'closed' })),
    edit: await status(issues.update({ ...at, issue_number, body: 'Mine now' })),
    // Refused for its missing input only after the right to dispatch has been seen.
    dispatch: await status(actions.createWorkflowDispatch({ ...at, workflow_id: 'agent-task.yml', ref: 'main' })),
  };

  expect(got).toEqual(wanted);
});

test('the author edits and closes an issue without any role', async () => {
  const reader = as('read').rest.issues;
  const { data } = await reader.create({ ...at, title: 'Mine', labels: [] });

  const edited = await reader.update({ ...at, issue_number: data.number, body: 'Better', state: 'closed' });

  expect([edited.data.body, edited.data.state]).toEqual(['Better', 'closed']);
});

test('an installation without issues: write reads and is refused to write', async () => {
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
    permissions: { issues: 'read', metadata: 'read' },
  });
  const narrow = octokitFor(town.github, data.token);

  await expect(narrow.rest.issues.create({ ...at, title: 'No' })).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('Resource not accessible by integration'),
  });
  expect(await status(narrow.rest.issues.listForRepo(at))).toBe(200);
  expect(await status(narrow.rest.repos.getContent({ ...at, path: 'README.md' }))).toBe(403);
});

test('an installation token dies after an hour of the clock', async () => {
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  const octokit = octokitFor(town.github, data.token);
  const before = now;

  now += 59 * 60_000;
  const alive = await status(octokit.rest.issues.listForRepo(at));
  now += 2 * 60_000;
  const dead = await status(octokit.rest.issues.listForRepo(at));
  now = before;

  expect([alive, dead]).toEqual([200, 401]);
});

test("an app whose clock is wrong finds its way by GitHub's Date header", async () => {
  const before = now;
  now -= 30 * 60_000;

  const { data } = await appOctokit(town).rest.apps.getAuthenticated();
  now = before;

  expect(data?.slug).toBe('waves');
});

test('a request without a token, with a wrong one, for another host or an unknown route is answered as such', async () => {
  const ask = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`${town.github.apiUrl}${path}`, { headers })).status;
  const authorization = `bearer ${town.lead.token}`;
  const elsewhere = await town.github.fetch('http://example.com/api/v3/user', { headers: { authorization } });
  const unknown = await fetch(`${town.github.apiUrl}/repos/acme/daw/releases`, { headers: { authorization } });

  expect([await ask('/user'), await ask('/user', { authorization: 'bearer ghp_wrong' })]).toEqual([401, 401]);
  expect(elsewhere.status).toBe(421);
  expect(unknown.status).toBe(501);
  expect(await unknown.json()).toMatchObject({
    message: expect.stringContaining('GET /api/v3/repos/acme/daw/releases'),
  });
});

test('a public repository lets strangers read and comment', async () => {
  await town.github.createRepository({ owner: 'acme', name: 'open', private: false });
  const open = { owner: 'acme', repo: 'open' };
  const { data: issue } = await as('stranger').rest.issues.create({ ...open, title: 'From outside' });

  const { data } = await as('stranger').rest.repos.getCollaboratorPermissionLevel({ ...open, username: 'stranger' });

  expect([issue.author_association, data.permission]).toEqual(['NONE', 'read']);
});
