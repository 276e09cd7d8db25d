import { afterEach, beforeEach, expect, test } from 'vitest';
import { SECRET, startReceiver } from '../support/receiver.ts';
import { commit, git, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
let town: Town;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  town = await startTown();
  receiver = await startReceiver();
  town.github.setWebhook('waves', { url: receiver.url, secret: SECRET });
});
afterEach(async () => {
  await town.close();
  await receiver.close();
});

const lead = () => octokitFor(town.github, town.lead.token);

test('what happens to an issue arrives signed, in order, with the state of that moment', async () => {
  const { data: issue } = await lead().rest.issues.create({ ...at, title: 'One', labels: ['agent:start'] });
  await lead().rest.issues.createComment({ ...at, issue_number: issue.number, body: '/status' });
  await lead().rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' });
  await town.github.idle();

  expect(receiver.names()).toEqual(['issues.opened', 'issues.labeled', 'issue_comment.created', 'issues.closed']);
  expect(receiver.received.every((delivered) => delivered.signed)).toBe(true);
  expect(receiver.received.map(({ payload }) => (payload.issue as { state: string }).state)).toEqual([
    'open',
    'open',
    'open',
    'closed',
  ]);
  expect(receiver.received[0]?.payload).toMatchObject({
    installation: { id: town.installationId },
    repository: { full_name: 'acme/daw' },
    sender: { login: 'lead' },
  });
  expect(town.github.webhooksSent()).toBe(4);
});

test('a push by git and a commit by GraphQL both arrive as pushes', async () => {
  const before = await git(town.work, 'rev-parse', 'HEAD');
  const pushed = await commit(town.work, 'Plan', { 'docs/plan.json': '{}' });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:main');
  await lead().graphql(
    `mutation ($oid: GitObjectID!) { createCommitOnBranch(input: { branch: { repositoryNameWithOwner: "acme/daw", branchName: "main" },
      expectedHeadOid: $oid, message: { headline: "Progress" }, fileChanges: { additions: [{ path: "PROGRESS.md", contents: "" }] } }) { commit { oid } } }`,
    { oid: pushed },
  );
  await town.github.idle();

  expect(receiver.names()).toEqual(['push', 'push']);
  expect(receiver.received[0]?.payload).toMatchObject({
    ref: 'refs/heads/main',
    before,
    after: pushed,
    forced: false,
    head_commit: { id: pushed, message: 'Plan', added: ['docs/plan.json'] },
  });
  expect(receiver.received[1]?.payload).toMatchObject({ before: pushed, head_commit: { added: ['PROGRESS.md'] } });
});

test('a claim on a custom ref is nobody’s push', async () => {
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:refs/agent-waves/claims/1');
  await town.github.idle();

  expect(receiver.names()).toEqual([]);
});

test('a run tells of its request, its start and its end', async () => {
  const began = town.actions.next();
  await lead().rest.actions.createWorkflowDispatch({
    ...at,
    workflow_id: 'agent-task.yml',
    ref: 'main',
    inputs: { task: 'A-1' },
  });
  const run = await began;
  run.listener.started();
  run.finish('failure');
  await town.github.idle();

  expect(receiver.names()).toEqual(['workflow_run.requested', 'workflow_run.in_progress', 'workflow_run.completed']);
  expect(receiver.received[2]?.payload).toMatchObject({
    workflow_run: { id: run.request.runId, conclusion: 'failure' },
  });
});

test('installing an app tells the app, and an app hears only the events that it asked for', async () => {
  town.github.createApp({
    slug: 'deaf',
    permissions: { issues: 'read' },
    events: [],
    webhook: { url: receiver.url, secret: SECRET },
  });
  town.github.install('deaf', 'acme/daw');
  town.github.setWebhook('waves', null);
  await lead().rest.issues.create({ ...at, title: 'Unheard' });
  await town.github.idle();

  expect(receiver.names()).toEqual(['installation.created']);
});

test('webhooks are lost, doubled and reordered as the faults say', async () => {
  const issue = async (title: string) => lead().rest.issues.create({ ...at, title });
  const about = (title: string) => (webhook: { payload: Readonly<Record<string, unknown>> }) =>
    (webhook.payload.issue as { title: string }).title === title;
  town.github.faults.push(
    { on: 'webhook', when: about('lost'), deliver: 'never' },
    { on: 'webhook', when: about('twice'), deliver: 'twice' },
    { on: 'webhook', when: about('behind'), deliver: 'after-next' },
  );

  for (const title of ['lost', 'twice', 'behind', 'next']) await issue(title);
  await town.github.idle();

  const titles = receiver.received.map(({ payload }) => (payload.issue as { title: string }).title);
  expect(titles).toEqual(['twice', 'twice', 'next', 'behind']);
  expect(receiver.received[0]?.id).toBe(receiver.received[1]?.id);
});

test('a late webhook does not hold up the ones behind it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  town.github.faults.push({ on: 'webhook', event: 'issues', deliver: { delay: promise } });

  await lead().rest.issues.create({ ...at, title: 'late' });
  const { data: second } = await lead().rest.issues.create({ ...at, title: 'prompt' });
  await lead().rest.issues.createComment({ ...at, issue_number: second.number, body: 'then' });
  while (!receiver.names().includes('issue_comment.created')) await new Promise((done) => setImmediate(done));
  const early = receiver.names();
  resolve();
  await town.github.idle();

  expect(early).toEqual(['issues.opened', 'issue_comment.created']);
  expect(receiver.names()).toHaveLength(3);
});

test('an app that is down misses its webhooks, and nobody else notices', async () => {
  await receiver.close();

  const { status } = await lead().rest.issues.create({ ...at, title: 'Unheard' });
  await town.github.idle();

  expect([status, receiver.received.length, town.github.webhooksSent()]).toEqual([201, 0, 1]);
});
