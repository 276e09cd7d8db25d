import { afterAll, beforeAll, expect, test } from 'vitest';
import { appOctokit, octokitFor, startTown, type Town } from '../../support/town.ts';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.close());

interface Answer {
  readonly viewer: { readonly login: string };
  readonly repository: Readonly<Record<string, unknown>>;
}

const ask = (token: string, fields: string) =>
  octokitFor(town.github, token).graphql<Answer>(
    `{ viewer { login } repository(owner: "acme", name: "daw") { ${fields} } }`,
  );

test('the files of a folder come with their texts, and a commit tells one by its path', async () => {
  const { repository } = await ask(
    town.lead.token,
    `workflows: object(expression: "HEAD:.github/workflows") { ... on Tree { entries { name type object { ... on Blob { text } } } } }
     ref(qualifiedName: "main") { target { ... on Commit {
       file(path: ".github/workflows/agent-task.yml") { path } none: file(path: "docs/none.md") { path } } } }`,
  );

  expect(repository).toMatchObject({
    workflows: {
      entries: [{ name: 'agent-task.yml', type: 'blob', object: { text: expect.stringContaining('on:') } }],
    },
    ref: { target: { file: { path: '.github/workflows/agent-task.yml' }, none: null } },
  });
});

test('a protection rule of the older kind shows as such, a ruleset does not', async () => {
  town.github.protect('acme/daw', { branch: 'main', requiredChecks: ['set'] });
  const asked = 'ref(qualifiedName: "main") { refUpdateRule { viewerCanPush requiredStatusCheckContexts } }';
  const before = await ask(town.lead.token, asked);

  town.github.protect('acme/daw', { branch: 'main', classic: true, pullRequest: { approvals: 1 } });
  const after = await ask(town.lead.token, asked);
  const { data: rules } = await octokitFor(town.github, town.lead.token).rest.repos.getBranchRules({
    owner: 'acme',
    repo: 'daw',
    branch: 'main',
  });

  expect(before.repository).toEqual({ ref: { refUpdateRule: null } });
  expect(after.repository).toEqual({
    ref: { refUpdateRule: { viewerCanPush: false, requiredStatusCheckContexts: null } },
  });
  expect(rules.map(({ type }) => type)).not.toContain('pull_request');
});

test('whom a rule of the older kind lets push it tells each token for itself', async () => {
  town.github.protect('acme/daw', { branch: 'dev', classic: true, pushers: ['waves'] });
  const asked = 'ref(qualifiedName: "dev") { refUpdateRule { viewerCanPush } }';
  const client = octokitFor(town.github, town.lead.token);
  const { data: main } = await client.rest.git.getRef({ owner: 'acme', repo: 'daw', ref: 'heads/main' });
  await client.rest.git.createRef({ owner: 'acme', repo: 'daw', ref: 'refs/heads/dev', sha: main.object.sha });
  const app = await appOctokit(town).rest.apps.createInstallationAccessToken({ installation_id: town.installationId });

  const told = [await ask(town.lead.token, asked), await ask(app.data.token, asked)];
  const pushed = client.rest.repos.createOrUpdateFileContents({
    ...{ owner: 'acme', repo: 'daw', path: 'a.txt', branch: 'dev', message: 'A', content: 'YQ==' },
  });

  expect(told.map(({ repository }) => repository)).toEqual([
    { ref: { refUpdateRule: { viewerCanPush: false } } },
    { ref: { refUpdateRule: { viewerCanPush: true } } },
  ]);
  await expect(pushed).rejects.toThrow("You're not authorized to push to this branch.");
});

test('the role shows of people alone', async () => {
  const { data } = await octokitFor(town.github, town.lead.token).rest.repos.get({ owner: 'acme', repo: 'daw' });

  const { viewer, repository } = await ask(town.lead.token, 'viewerPermission isArchived');

  expect(data.permissions?.admin).toBe(true);
  expect({ viewer, repository }).toEqual({
    viewer: { login: 'lead' },
    repository: { viewerPermission: 'ADMIN', isArchived: false },
  });
});
