import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  appOctokit,
  heldRunner,
  octokitFor,
  startTown,
  TASK_WORKFLOW,
  type Town,
} from '../../packages/embedded-github/test/support/town.ts';
import { newMemory } from '../../src/github/memory.ts';
import { type Client, createClient } from '../../src/github/octokit.ts';
import { read } from '../../src/github/read/read.ts';
import { apply } from '../../src/github/write/apply.ts';
import { commitFiles } from '../../src/github/write/commit-files.ts';
import { PassFailed, reconcile } from '../../src/reconcile.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { withTemplate } from '../support/scene/files.ts';

/** Passes against the embedded GitHub: two tasks, of which B waits for A. */
const PLAN = JSON.stringify({
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
});
const locator = { owner: 'acme', repo: 'daw' };
const DISPATCH = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';

/** What the run-name of the task workflow evaluates to. */
function titleOf({ task, issue, attempt, slice, dispatch }: Readonly<Record<string, string>>): string {
  return `${task} #${issue} · attempt ${attempt} · slice ${slice} · d${dispatch}`;
}

let town: Town;
/** GitHub's clock runs ahead of the machine's by so much (ms): what people do comes well after what the app wrote. */
let ahead = 0;

beforeEach(async () => {
  const workflow = TASK_WORKFLOW.replace(
    /"dispatchInputs":\[.*?\]/,
    `"dispatchInputs":${JSON.stringify(['task', 'issue', 'attempt', 'slice', 'dispatch'].map((name) => ({ name, required: true })))}`,
  );
  ahead = 0;
  const { runner } = heldRunner();
  town = await startTown({
    runner: {
      ...runner,
      prepare: (asked) => ({ ...runner.prepare(asked), displayTitle: titleOf(asked.inputs) }),
    },
    clock: () => Date.now() + ahead,
    files: {
      '.github/agent-waves.yml': 'landing: push\n',
      'docs/planning/tasks.json': PLAN,
      '.github/workflows/agent-task.yml': withTemplate(workflow),
    },
  });
});
afterEach(() => town.close());

async function tokenOfApp(): Promise<string> {
  const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: town.installationId,
  });
  return data.token;
}

async function passes() {
  const client = createClient({ token: await tokenOfApp(), baseUrl: town.github.apiUrl });
  let memory = newMemory();
  const pass = async (from = memory) => {
    const made = await reconcile({ client, locator, app: 'waves[bot]', memory: from, timings: TIMINGS });
    memory = made.memory;
    return made;
  };
  const settle = async () => {
    for (let left = 10; left > 0; left--) {
      const made = await pass();
      if (made.kind !== 'done' || made.wakeIn !== 0) return made;
    }
    throw new Error('no rest');
  };
  const start = () => {
    ahead += 15_000;
    return octokitFor(town.github, town.lead.token).rest.issues.addLabels({
      ...locator,
      issue_number: 1,
      labels: ['agent:start'],
    });
  };
  /** A pass that breaks off at its progress commit, as by a bug of ours. The host goes on with the memory that it left. */
  const brokenPass = async () => {
    const broken = new Proxy(client, {
      get: (target, name: keyof typeof client) =>
        name === 'request' ? Object.assign(breakAtCommit(client), client.request) : target[name],
    });
    const input = { client: broken, locator, app: 'waves[bot]', memory, timings: TIMINGS };
    const error = await reconcile(input).catch((thrown: unknown) => thrown);
    if (!(error instanceof PassFailed)) throw new Error('the pass did not break off', { cause: error });
    memory = error.memory;
    return error;
  };
  return { client, remembered: () => memory, pass, brokenPass, settle, start };
}

function breakAtCommit({ request }: Client): (...asked: readonly unknown[]) => unknown {
  return (...asked) => {
    if (JSON.stringify(asked).includes('CommitProgress')) throw new RangeError('a bug of ours');
    return (request as (...asked: readonly unknown[]) => unknown)(...asked);
  };
}

const routes = () => town.requests.map(({ method, route }) => `${method} ${route}`);
const dispatches = () => routes().filter((route) => route.includes('/dispatches')).length;

async function blobOf(path: string): Promise<string> {
  const { data } = await octokitFor(town.github, town.lead.token).rest.repos.getContent({ ...locator, path });
  return 'sha' in data ? data.sha : '';
}

it('puts a plan on GitHub and dispatches what may run once it is started', async () => {
  const { settle, start } = await passes();
  await settle();
  expect(town.github.issuesReport('acme/daw')).toHaveLength(3);

  await start();
  const made = await settle();

  expect(made.kind === 'done' && made.decision.tasks.map(({ state }) => state)).toEqual(['running', 'blocked']);
  expect(dispatches()).toBe(1);
});

it('sends a dispatch that was answered 502 exactly once and finds its run by looking', async () => {
  const { settle, start, pass } = await passes();
  await settle();
  await start();
  town.github.faults.push({ on: 'request', method: 'POST', route: DISPATCH, answer: { status: 502 }, moment: 'after' });

  await settle();
  const later = await pass();

  expect(dispatches()).toBe(1);
  expect(later.kind === 'done' && later.decision.tasks[0]?.run).toBeGreaterThan(0);
});

it('remembers that GitHub refused a dispatch, and holds the plan saying so', async () => {
  const { settle, start, pass } = await passes();
  await settle();
  await start();
  town.github.faults.push({
    on: 'request',
    method: 'POST',
    route: DISPATCH,
    answer: { status: 422, message: 'No ref found for: main' },
    moment: 'before',
  });

  await settle();
  const later = await pass();

  expect(later.kind === 'done' && later.decision.notice).toMatch(/refused to start the run: No ref found for: main/);
  expect(dispatches()).toBe(1);
});

it('does not forget what it dispatched when it breaks off afterwards', async () => {
  const { settle, start, brokenPass, pass } = await passes();
  await settle();
  await start();

  let broken = await brokenPass();
  while (dispatches() === 0) broken = await brokenPass();
  const { cause, memory } = broken;
  const later = await pass();

  expect(cause).toEqual(new RangeError('a bug of ours'));
  expect([...memory.ledger.dispatched.values()]).toEqual([{ dispatch: 1, run: expect.any(Number) }]);
  expect(dispatches()).toBe(1);
  expect(later.kind === 'done' && [later.progress, later.decision.tasks[0]?.run]).toEqual([
    'committed',
    memory.ledger.dispatched.get(4)?.run,
  ]);
});

it('says that progress failed, and keeps what it knows, where the progress branch cannot be read', async () => {
  const { settle, start, pass, remembered } = await passes();
  await settle();
  await start();
  town.github.faults.push(
    {
      on: 'request',
      route: /^graphql CommitProgress/,
      count: Number.POSITIVE_INFINITY,
      answer: { status: 403, message: 'Changes must be made through a pull request.' },
      moment: 'before',
    },
    {
      on: 'request',
      route: 'graphql ObserveAside',
      count: Number.POSITIVE_INFINITY,
      answer: { status: 451, message: 'Gone' },
      moment: 'before',
    },
  );

  let made = await pass();
  while (dispatches() === 0) made = await pass();

  expect(made).toMatchObject({ kind: 'done', progress: 'failed', why: expect.stringContaining('Gone') });
  expect(remembered().ledger).toMatchObject({ usesProgressBranch: true });
  expect(remembered().ledger.dispatched.size).toBe(1);
});

it('takes the memory of the pass before, changes nothing of it, and returns the next', async () => {
  const { settle, start, pass, remembered } = await passes();
  await settle();
  const before = remembered();
  const copy = structuredClone({ cache: before.cache, ledger: before.ledger });
  await start();

  const made = await pass();

  expect({ cache: before.cache, ledger: before.ledger }).toEqual(copy);
  expect(made.memory.cache.issues).not.toBe(before.cache.issues);
});

it('loads plan and configuration again only where their texts changed', async () => {
  const { settle, pass, remembered } = await passes();
  await settle();
  const { project } = remembered().cache;

  await pass();
  const same = remembered().cache.project;
  await octokitFor(town.github, town.lead.token).rest.repos.createOrUpdateFileContents({
    ...locator,
    path: '.github/agent-waves.yml',
    message: 'Use fewer slots',
    content: Buffer.from('landing: push\nmax_parallel: 1\n').toString('base64'),
    sha: await blobOf('.github/agent-waves.yml'),
  });
  await pass();

  expect(same).toBe(project);
  expect(remembered().cache.project).not.toBe(project);
});

it('reads runs, then comments, then issues; a process without memory decides the same', async () => {
  const { settle, start, pass } = await passes();
  await settle();
  await start();
  await settle();
  town.requests.length = 0;

  const made = await pass(newMemory());

  expect(made.kind === 'done' && made.decision.effects).toEqual([]);
  const reads = routes();
  const last = (part: string) => reads.findLastIndex((route) => route.includes(part));
  expect(last('/runs')).toBeGreaterThanOrEqual(0);
  expect(last('/runs')).toBeLessThan(last('/issues/comments'));
  expect(last('/issues/comments')).toBeLessThan(last('Observe'));
});

it('writes nothing to a branch that has moved', async () => {
  const { client } = await passes();

  const answer = await commitFiles({
    client,
    locator,
    branch: 'main',
    expectedHead: '0'.repeat(40),
    headline: 'Progress',
    files: new Map([['PROGRESS.md', 'x']]),
  });

  expect(answer).toEqual({ kind: 'moved' });
});

it('applies what holds of a batch, and nothing that rests on what failed', async () => {
  const { client, remembered, settle, start } = await passes();
  await settle();
  await start();
  await settle();
  const { snapshot, memory } = await read({
    client,
    locator,
    app: 'waves[bot]',
    memory: remembered(),
    timings: TIMINGS,
  });
  if (!snapshot) throw new Error('the plan is there');
  const reason = 'a test says so';
  const inputs = { task: 'B' as never, issue: 999, attempt: 1, slice: 1, dispatch: 9 };
  const before = dispatches();

  const { outcomes } = await apply(
    [
      { kind: 'add-labels', key: 'label', issue: 4, labels: ['agent:failed'], reason },
      { kind: 'react', key: 'react', comment: 'IC_nonsense', content: 'EYES', reason },
      { kind: 'write-body', key: 'body:999', issue: 999, body: 'x', reason },
      { kind: 'bury-claim', key: 'claim', issue: 4, dispatch: 1, reason },
      { kind: 'dispatch', key: 'dispatch', requires: 'body:999', inputs, reason },
    ],
    { client, locator, ledger: memory.ledger, snapshot },
  );

  expect(Object.fromEntries([...outcomes].map(([key, { kind }]) => [key, kind]))).toEqual({
    label: 'applied',
    react: 'failed',
    'body:999': 'skipped',
    claim: 'applied',
    dispatch: 'skipped',
  });
  expect(dispatches()).toBe(before);
});

it('commits progress to a branch of its own where a rule keeps it from the base, and says so on the plan issue', async () => {
  const { settle, start, pass } = await passes();
  const toBase = (body: Readonly<Record<string, unknown>>) => JSON.stringify(body).includes('"branchName":"main"');
  town.github.faults.push({
    on: 'request',
    route: /^graphql CommitProgress/,
    when: ({ body }) => toBase(body),
    count: Number.POSITIVE_INFINITY,
    answer: { status: 403, message: 'Changes must be made through a pull request.' },
  });
  await settle();
  await start();
  await settle();
  await pass();

  const { data: branch } = await octokitFor(town.github, town.lead.token).rest.repos.getContent({
    ...locator,
    path: 'PROGRESS.md',
    ref: 'agent-waves-progress',
  });
  const page = 'content' in branch ? Buffer.from(branch.content, 'base64').toString() : '';
  expect(page).toContain('1 running');
  expect(town.github.issuesReport('acme/daw')[0]?.body).toContain('agent-waves-progress');
  const commits = routes().filter((route) => route.includes('CommitProgress')).length;
  await pass();
  expect(routes().filter((route) => route.includes('CommitProgress'))).toHaveLength(commits);
});

it('leaves the default branch to people where the configuration says so, and warns of nothing', async () => {
  const { settle, start } = await passes();
  const commitAs = { repository: 'acme/daw', by: 'lead', message: 'Keep main clean' };
  const config = { '.github/agent-waves.yml': 'landing: push\nprogress_branch: true\n' };
  const head = await town.github.commitFiles({ ...commitAs, files: config });
  await settle();
  await start();
  await settle();

  const { rest } = octokitFor(town.github, town.lead.token);
  const { data: branch } = await rest.repos.getContent({
    ...locator,
    path: 'PROGRESS.md',
    ref: 'agent-waves-progress',
  });
  const page = 'content' in branch ? Buffer.from(branch.content, 'base64').toString() : '';
  expect(page).toContain('1 running');
  expect((await rest.git.getRef({ ...locator, ref: 'heads/main' })).data.object.sha).toBe(head);
  const body = town.github.issuesReport('acme/daw')[0]?.body ?? '';
  expect(body).toContain('/blob/agent-waves-progress/PROGRESS.md)');
  expect(body).not.toContain('Let the app bypass the rule');
});
