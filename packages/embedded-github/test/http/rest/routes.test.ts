import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAppRoutes } from '../../../src/http/rest/apps.ts';
import { REST_ROUTES } from '../../../src/http/rest/routes.ts';
import { responseChecker } from '../../support/openapi.ts';
import { walkPulls } from '../../support/pull-walk.ts';
import { appOctokit, octokitFor, startTown, type Town } from '../../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
const check = responseChecker();
/** Rulesets alone protect branches here, and of those the older interface has nothing to show. */
const NEVER_FOUND = ['GET /repos/{owner}/{repo}/branches/{branch}/protection'];
const walked = new Set<string>();
const problems: string[] = [];
let town: Town;
let lead: Octokit;
let app: Octokit;
let installation: Octokit;

/** Every answer that goes through the client is held against GitHub's description. */
function watched(octokit: Octokit): Octokit {
  octokit.hook.after('request', (response, { method, url }) => {
    const path = url.replace(town.github.apiUrl, '');
    walked.add(`${method} ${path}`);
    problems.push(...check({ method, path, status: response.status, body: response.data }));
  });
  return octokit;
}

beforeAll(async () => {
  town = await startTown();
  lead = watched(octokitFor(town.github, town.lead.token));
  app = watched(appOctokit(town));
  const { data } = await app.rest.apps.createInstallationAccessToken({ installation_id: town.installationId });
  installation = watched(octokitFor(town.github, data.token));
});

afterAll(() => town.close());

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

describe('every route, through octokit', () => {
  test('apps and installations', async () => {
    expect((await app.rest.apps.getAuthenticated()).data?.slug).toBe('waves');
    await app.rest.apps.listInstallations();
    await app.rest.apps.getInstallation({ installation_id: town.installationId });
    expect((await app.rest.apps.getRepoInstallation(at)).data.id).toBe(town.installationId);
    const { data } = await installation.rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map((each) => each.full_name)).toEqual(['acme/daw']);
    const short = await app.rest.apps.createInstallationAccessToken({
      installation_id: town.installationId,
      repositories: ['daw'],
      permissions: { issues: 'read' },
    });
    const narrow = watched(octokitFor(town.github, short.data.token));
    await expect(narrow.rest.issues.create({ ...at, title: 'No' })).rejects.toMatchObject({ status: 403 });
    await narrow.rest.apps.revokeInstallationAccessToken();
    await expect(narrow.rest.issues.listForRepo(at)).rejects.toMatchObject({ status: 401 });
  });

  test('an app from a manifest: a person confirms it, and a code gives its secrets once', async () => {
    const manifest = {
      name: 'Made Here',
      url: 'https://example.com',
      redirect_url: 'http://127.0.0.1:1/callback',
      hook_attributes: { url: 'https://example.com/hooks' },
      default_permissions: { issues: 'write' },
      default_events: ['issues'],
    };
    const send = (path: string, fields: Record<string, string>, token = town.lead.token) =>
      town.github.fetch(`${town.github.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { authorization: `token ${token}` },
        redirect: 'manual',
      });
    const page = await send('/settings/apps/new?state=of-ours', { manifest: JSON.stringify(manifest) });
    expect(await page.text()).toContain('Create GitHub App');
    const text = JSON.stringify(manifest);
    const made = await send('/settings/apps', { manifest: text, state: 'of-ours', owner: 'lead', name: 'Made Here' });
    const target = new URL(made.headers.get('location') ?? '');
    expect([target.pathname, target.searchParams.get('state')]).toEqual(['/callback', 'of-ours']);
    const stranger = watched(new Octokit({ baseUrl: town.github.apiUrl, log: SILENT }));
    const code = target.searchParams.get('code') ?? '';

    const { data } = await stranger.rest.apps.createFromManifest({ code });

    expect([data.slug, data.owner && 'login' in data.owner && data.owner.login]).toEqual(['made-here', 'lead']);
    expect(data.pem).toContain('BEGIN RSA PRIVATE KEY');
    expect(data.webhook_secret).toMatch(/^\w{40}$/);
    const quiet = new Octokit({ baseUrl: town.github.apiUrl, log: SILENT });
    await expect(quiet.rest.apps.createFromManifest({ code })).rejects.toMatchObject({ status: 404 });
    expect((await send('/settings/apps/new', { manifest: '{}' })).status).toBe(422);
    expect((await town.github.fetch(`${town.github.url}/settings/apps/new`, { method: 'POST' })).status).toBe(401);
  });

  test('people, repository and rights', async () => {
    await lead.rest.meta.get();
    await lead.rest.rateLimit.get();
    expect((await lead.rest.users.getAuthenticated()).data.login).toBe('lead');
    await installation.rest.users.getByUsername({ username: 'waves[bot]' });
    expect((await installation.rest.repos.get(at)).data.default_branch).toBe('main');
    town.github.createUser({ login: 'stranger' });
    const permission = async (username: string) =>
      (await installation.rest.repos.getCollaboratorPermissionLevel({ ...at, username })).data.permission;
    expect([await permission('lead'), await permission('stranger')]).toEqual(['admin', 'none']);
  });

  test('issues, labels, comments and reactions', async () => {
    await lead.rest.issues.createLabel({ ...at, name: 'agent:start', color: '00ff00', description: 'Starts it' });
    const { data: issue } = await installation.rest.issues.create({
      ...at,
      title: 'One',
      body: 'Text',
      labels: ['wave:1'],
    });
    const numbered = { ...at, issue_number: issue.number };
    await lead.rest.issues.addLabels({ ...numbered, labels: ['agent:start'] });
    await lead.rest.issues.listLabelsOnIssue(numbered);
    const { data: assigned } = await lead.rest.issues.addAssignees({ ...numbered, assignees: ['Lead', 'nobody'] });
    expect(assigned.assignees?.map(({ login }) => login)).toEqual(['lead']);
    await lead.rest.issues.removeLabel({ ...numbered, name: 'wave:1' });
    await lead.rest.issues.listLabelsForRepo(at);
    await lead.rest.issues.getLabel({ ...at, name: 'agent:start' });
    const { data: comment } = await lead.rest.issues.createComment({ ...numbered, body: '/status' });
    const commented = { ...at, comment_id: comment.id };
    await lead.rest.issues.updateComment({ ...commented, body: '/why' });
    expect((await installation.rest.issues.getComment(commented)).data.body).toBe('/why');
    await installation.rest.issues.listComments(numbered);
    await installation.rest.issues.listCommentsForRepo({ ...at, sort: 'updated', direction: 'asc' });
    await installation.rest.reactions.createForIssueComment({ ...commented, content: 'eyes' });
    expect((await installation.rest.reactions.listForIssueComment(commented)).data).toHaveLength(1);
    await installation.rest.reactions.createForIssue({ ...numbered, content: 'rocket' });
    await installation.rest.reactions.listForIssue(numbered);
    await lead.rest.issues.deleteComment(commented);
    await lead.rest.issues.lock(numbered);
    await lead.rest.issues.unlock(numbered);
    await installation.rest.issues.update({ ...numbered, state: 'closed', state_reason: 'not_planned' });
    const { data: closed } = await installation.rest.issues.get(numbered);
    expect([closed.state, closed.state_reason, closed.closed_by?.login]).toEqual([
      'closed',
      'not_planned',
      'waves[bot]',
    ]);
    const { data: events } = await installation.rest.issues.listEvents(numbered);
    expect(events.map((event) => event.event)).toEqual([
      'labeled',
      'labeled',
      'unlabeled',
      'comment_deleted',
      'locked',
      'unlocked',
      'closed',
    ]);
    expect((await lead.rest.issues.listForRepo({ ...at, state: 'closed', labels: 'agent:start' })).data).toHaveLength(
      1,
    );
  });

  test('sub-issues and dependencies, by database id', async () => {
    const make = async (title: string) => (await installation.rest.issues.create({ ...at, title })).data;
    const [parent, child, blocker] = [await make('Parent'), await make('Child'), await make('Blocker')];
    const numbered = { ...at, issue_number: child.number };
    await installation.rest.issues.addSubIssue({ ...at, issue_number: parent.number, sub_issue_id: child.id });
    await installation.rest.issues.listSubIssues({ ...at, issue_number: parent.number });
    expect((await installation.rest.issues.getParent(numbered)).data.number).toBe(parent.number);
    await installation.rest.issues.addBlockedByDependency({ ...numbered, issue_id: blocker.id });
    const { data: blockers } = await installation.rest.issues.listDependenciesBlockedBy(numbered);
    expect(blockers.map((each) => each.number)).toEqual([blocker.number]);
    await installation.rest.issues.listDependenciesBlocking({ ...at, issue_number: blocker.number });
    await installation.rest.issues.removeDependencyBlockedBy({ ...numbered, issue_id: blocker.id });
    await installation.rest.issues.removeSubIssue({ ...at, issue_number: parent.number, sub_issue_id: child.id });
    await expect(
      installation.rest.issues.addBlockedByDependency({ ...numbered, issue_id: blocker.number }),
    ).rejects.toMatchObject({ status: 404 });
  });

  test('commits, refs and contents', async () => {
    await installation.rest.repos.createOrUpdateFileContents({
      ...{ ...at, path: 'docs/note.md', message: 'Note', content: Buffer.from('A note').toString('base64') },
    });
    const { data: branch } = await installation.rest.repos.getBranch({ ...at, branch: 'main' });
    const { sha } = branch.commit;
    await installation.rest.repos.getCommit({ ...at, ref: 'main' });
    const listed = async (asked: { readonly sha?: string; readonly path?: string }) =>
      (await installation.rest.repos.listCommits({ ...at, ...asked })).data.map((each) => each.sha);
    expect((await listed({})).at(0)).toBe(sha);
    expect(await listed({ sha, path: 'docs/note.md' })).toEqual([sha]);
    expect(await listed({ path: 'README.md' })).toEqual((await listed({})).slice(-1));
    await expect(listed({ sha: '0'.repeat(40) })).rejects.toMatchObject({ status: 404 });
    const { data: commit } = await installation.rest.git.getCommit({ ...at, commit_sha: sha });
    const tree = commit.tree.sha;
    const made = await installation.rest.git.createCommit({ ...at, message: 'By nobody', tree, parents: [sha] });
    expect(made.data).toMatchObject({ message: 'By nobody', tree: { sha: tree }, parents: [{ sha }] });
    const nowhere = installation.rest.git.createCommit({ ...at, message: 'None', tree: sha.replaceAll(/./g, '0') });
    await expect(nowhere).rejects.toMatchObject({ status: 422 });
    const file = { path: 'a/note.md', mode: '100644', type: 'blob', content: 'Hello\n' } as const;
    const grown = await installation.rest.git.createTree({ ...at, base_tree: tree, tree: [file] });
    expect(grown.data.tree).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'a', type: 'tree' })]));
    await installation.rest.repos.getContent({ ...at, path: 'README.md' });
    await installation.rest.repos.getContent({ ...at, path: '.github/workflows' });
    const { data: readme } = await installation.rest.repos.getContent({ ...at, path: 'README.md' });
    const file_sha = (readme as { sha: string }).sha;
    const { data: blob } = await installation.rest.git.getBlob({ ...at, file_sha });
    expect(blob).toMatchObject({ sha: file_sha, encoding: 'base64', size: Buffer.from(blob.content, 'base64').length });
    const unknown = installation.rest.git.getBlob({ ...at, file_sha: '0'.repeat(40) });
    await expect(unknown).rejects.toMatchObject({ status: 404 });
    const { data: root } = await installation.rest.repos.getContent({ ...at, path: '' });
    expect(root).toMatchObject([
      { name: '.github', type: 'dir' },
      { name: 'README.md', type: 'file' },
      { name: 'docs', type: 'dir' },
    ]);
    const { data: ref } = await installation.rest.git.createRef({ ...at, ref: 'refs/agent-waves/claims/7', sha });
    expect(ref.object.sha).toBe(sha);
    await installation.rest.git.getRef({ ...at, ref: 'heads/main' });
    const { data: claims } = await installation.rest.git.listMatchingRefs({ ...at, ref: 'agent-waves/' });
    expect(claims.map((each) => each.ref)).toEqual(['refs/agent-waves/claims/7']);
    await installation.rest.git.updateRef({ ...at, ref: 'agent-waves/claims/7', sha, force: true });
    const { data: compared } = await installation.rest.repos.compareCommitsWithBasehead({
      ...at,
      basehead: `main...${sha}`,
    });
    expect(compared.status).toBe('identical');
    await installation.rest.git.deleteRef({ ...at, ref: 'agent-waves/claims/7' });
    await installation.rest.checks.create({ ...at, name: 'plan', head_sha: sha, conclusion: 'success' });
    const { data: checks } = await installation.rest.checks.listForRef({ ...at, ref: 'main' });
    const check_run_id = checks.check_runs[0]?.id ?? 0;
    await installation.rest.checks.update({ ...at, check_run_id, output: { title: 'Plan', summary: 'Fine' } });
    await installation.rest.checks.get({ ...at, check_run_id });
    await installation.rest.checks.listAnnotations({ ...at, check_run_id });
    await installation.rest.repos.createCommitStatus({ ...at, sha, state: 'success' });
    await installation.rest.git.createRef({ ...at, ref: 'refs/heads/aside', sha });
    await installation.rest.repos.createOrUpdateFileContents({
      ...{
        ...at,
        branch: 'aside',
        path: 'aside.md',
        message: 'Aside',
        content: Buffer.from('Aside').toString('base64'),
      },
    });
    const merging = { ...at, base: 'main', head: 'aside' };
    expect((await installation.rest.repos.merge(merging)).status).toBe(201);
    expect((await installation.rest.repos.merge(merging)).status).toBe(204);
  });

  test('workflows and runs', async () => {
    const workflow = { ...at, workflow_id: 'agent-task.yml' };
    await installation.rest.actions.listRepoWorkflows(at);
    expect((await installation.rest.actions.getWorkflow(workflow)).data.name).toBe('Agent task');
    await installation.rest.actions.disableWorkflow(workflow);
    const refused = installation.rest.actions.createWorkflowDispatch({ ...workflow, ref: 'main' });
    await expect(refused).rejects.toMatchObject({ status: 422 });
    await installation.rest.actions.enableWorkflow(workflow);
    const began = town.actions.next();
    await installation.rest.actions.createWorkflowDispatch({
      ...workflow,
      ref: 'main',
      inputs: { task: 'A-1' },
      return_run_details: true,
    });
    const held = await began;
    const run_id = held.request.runId;
    held.listener.started();
    held.listener.jobEnded({
      name: 'task',
      conclusion: 'success',
      started_at: '2026-01-01T00:00:00Z',
      completed_at: '2026-01-01T00:00:01Z',
      steps: [],
    });
    held.finish();
    const { data: run } = await installation.rest.actions.getWorkflowRun({ ...at, run_id });
    expect([run.display_title, run.status, run.conclusion]).toEqual(['Agent task A-1', 'completed', 'success']);
    await installation.rest.actions.listWorkflowRuns({
      ...workflow,
      event: 'workflow_dispatch',
      created: '>=2000-01-01',
    });
    await installation.rest.actions.listWorkflowRunsForRepo(at);
    expect((await installation.rest.actions.listJobsForWorkflowRun({ ...at, run_id })).data.total_count).toBe(1);
    const again = town.actions.next();
    await lead.rest.actions.reRunWorkflow({ ...at, run_id });
    expect((await again).request.runAttempt).toBe(2);
    await lead.rest.actions.cancelWorkflowRun({ ...at, run_id });
    const third = town.actions.next();
    await lead.rest.actions.reRunWorkflow({ ...at, run_id });
    await third;
    await lead.rest.actions.forceCancelWorkflowRun({ ...at, run_id });
    await expect(lead.rest.actions.cancelWorkflowRun({ ...at, run_id })).rejects.toMatchObject({ status: 409 });
  });

  test('settings of Actions, environments, and the names of secrets', async () => {
    const environment = { ...at, environment_name: 'agent-waves' };
    town.github.setSettings('acme/daw', { allowedActions: 'selected' });
    town.github.setSecret('acme/daw', { name: 'shared', value: 'one' });
    town.github.setEnvironment('acme/daw', {
      name: 'Agent-Waves',
      reviewers: ['lead'],
      waitMinutes: 5,
      branches: ['main', 'release/*'],
      secrets: { KEY: 'two' },
    });

    const { data: policy } = await lead.rest.actions.getGithubActionsPermissionsRepository(at);
    await lead.rest.actions.getAllowedActionsRepository(at);
    const { data: shown } = await installation.rest.repos.getEnvironment(environment);
    const { data: branches } = await installation.rest.repos.listDeploymentBranchPolicies(environment);
    const { data: own } = await lead.rest.actions.listRepoSecrets(at);
    await lead.rest.actions.listRepoOrganizationSecrets(at);
    const { data: within } = await lead.rest.actions.listEnvironmentSecrets(environment);

    expect(policy).toMatchObject({ enabled: true, allowed_actions: 'selected' });
    expect(shown.protection_rules?.map(({ type }) => type)).toEqual([
      'wait_timer',
      'required_reviewers',
      'branch_policy',
    ]);
    expect(branches.branch_policies.map(({ name }) => name)).toEqual(['main', 'release/*']);
    expect([own, within].map(({ secrets }) => secrets.map(({ name }) => name))).toEqual([['SHARED'], ['KEY']]);
    const unasked = installation.rest.actions.listRepoSecrets(at);
    await expect(unasked).rejects.toMatchObject({ status: 403 });
  });

  test('pull requests, reviews, rules and statuses', () => walkPulls({ town, lead, installation }));

  test("no route is left out, and every answer has the shape that GitHub's description promises", () => {
    expect([...walked, ...NEVER_FOUND].sort()).toEqual(
      [...openAppRoutes, ...REST_ROUTES].map(({ method, path }) => `${method} ${path}`).sort(),
    );
    expect(problems).toEqual([]);
  });
});
