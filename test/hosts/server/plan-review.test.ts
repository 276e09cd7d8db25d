import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  commit,
  git,
  octokitFor,
  startTown,
  type Town,
  withToken,
} from '../../../packages/embedded-github/test/support/town.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { type ServedApp, serveApp } from './support/served-app.ts';

/** The app as it is served, with webhooks that are signed and sent: pushes and pull requests that touch the plan. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PLAN_PATH = 'docs/planning/tasks.json';
const CONFIG_PATH = '.github/agent-waves.yml';
const repository = { owner: 'acme', repo: 'daw' } as const;

interface TaskFields {
  readonly id: string;
  readonly [field: string]: unknown;
}

const TASKS: readonly TaskFields[] = [
  { id: 'A', title: 'First', estimate: '1h', acceptance: ['It works.'] },
  { id: 'B', title: 'Second', estimate: '2h', dependencies: ['A'], acceptance: ['It works.'] },
  { id: 'C', title: 'Third', estimate: '1h', dependencies: ['A'], acceptance: ['It works.'] },
];

function planText(tasks: readonly object[], name = 'DAW'): string {
  return `${JSON.stringify({ name, tasks }, null, 2)}\n`;
}

let town: Town;
let app: ServedApp;
let lead: Octokit;

/** GitHub's clock is so far ahead of the machine's (ms). */
let ahead = 0;

async function serve(): Promise<void> {
  ahead = 0;
  town = await startTown({
    clock: () => Date.now() + ahead,
    files: { [PLAN_PATH]: planText(TASKS), [CONFIG_PATH]: CONFIG, 'README.md': '# Daw\n' },
  });
  app = await serveApp(town, { timings: TIMINGS, period: 100, gather: 5, listEvery: 2 ** 31 - 1 });
  lead = octokitFor(town.github, town.lead.token);
}

const CONFIG = `max_parallel: 2
agents:
  general-purpose:
    run: command
    command: 'true'
    cost_per_hour: 6
`;

beforeEach(() => serve());
afterEach(async () => {
  await app.close();
  await town.close();
});

/** Commits files to a branch, which is made where it is not there. @returns The commit. */
async function push(branch: string, files: Readonly<Record<string, string>>): Promise<string> {
  const main = await lead.rest.git.getRef({ ...repository, ref: 'heads/main' });
  const at = await lead.rest.git.getRef({ ...repository, ref: `heads/${branch}` }).catch(() => undefined);
  if (!at) await lead.rest.git.createRef({ ...repository, ref: `refs/heads/${branch}`, sha: main.data.object.sha });
  const input = {
    branch: { repositoryNameWithOwner: 'acme/daw', branchName: branch },
    message: { headline: 'Change the plan' },
    expectedHeadOid: (at ?? main).data.object.sha,
    fileChanges: {
      additions: Object.entries(files).map(([path, text]) => ({
        path,
        contents: Buffer.from(text).toString('base64'),
      })),
    },
  };
  try {
    const made: { createCommitOnBranch: { commit: { oid: string } } } = await lead.graphql(
      'mutation Push($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
      { input },
    );
    return made.createCommitOnBranch.commit.oid;
  } catch (error) {
    // The app has committed progress in between.
    if (!String(error).includes('Pull and try again')) throw error;
    return push(branch, files);
  }
}

async function open(branch: string): Promise<number> {
  const made = await lead.rest.pulls.create({ ...repository, title: 'Replan', head: branch, base: 'main' });
  return made.data.number;
}

async function checksOn(head: string) {
  const { data } = await lead.rest.checks.listForRef({ ...repository, ref: head, filter: 'all' });
  const own = data.check_runs.filter(({ name }) => name === 'Agent Waves plan');
  return Promise.all(
    own.map(async ({ id, conclusion, output }) => {
      const annotations = await lead.paginate(lead.rest.checks.listAnnotations, {
        ...repository,
        check_run_id: id,
        per_page: 100,
      });
      return { conclusion, title: output.title, summary: output.summary ?? '', annotations };
    }),
  );
}

async function commentsOn(number: number) {
  const { data } = await lead.rest.issues.listComments({ ...repository, issue_number: number });
  return data.map(({ id, user, body }) => ({ id, author: user?.login, body: body ?? '' }));
}

/** Waits until the value is such: the app answers when it has heard. */
async function eventually<T>(look: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  return vi
    .waitUntil(
      async () => {
        const value = await look();
        return isSo(value) ? { value } : false;
      },
      { timeout: 60_000, interval: 50 },
    )
    .then(({ value }) => value);
}

/** Long enough for several passes that would have done something. */
async function laterOn(): Promise<void> {
  await town.github.idle();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
}

it('tells a pull request once what it would change, and edits that with each push', async () => {
  const later = [
    ...TASKS.slice(0, 1),
    { ...TASKS[1], estimate: '5h', title: 'Second, again' },
    { id: 'D', title: 'New' },
  ];
  const head = await push('replan', { [PLAN_PATH]: planText(later), [CONFIG_PATH]: CONFIG.replace('2', '3') });

  const pull = await open('replan');
  const [comment] = await eventually(
    () => commentsOn(pull),
    ({ length }) => length === 1,
  );

  expect(comment?.author).toBe('waves[bot]');
  await expect(comment?.body).toMatchFileSnapshot('cases/plan-change.md');
  const [check] = await eventually(
    () => checksOn(head),
    ({ length }) => length === 1,
  );
  expect(check).toMatchObject({ conclusion: 'success', title: 'The plan can be read, with 2 warnings' });
  expect(check?.annotations.map(({ annotation_level: level }) => level)).toEqual(['warning', 'warning']);

  const second = await push('replan', { [PLAN_PATH]: planText(TASKS), [CONFIG_PATH]: CONFIG });
  const [edited] = await eventually(
    () => commentsOn(pull),
    ([one]) => one?.body.includes('stays as it is') === true,
  );
  expect(edited?.id).toBe(comment?.id);
  await laterOn();
  expect([await commentsOn(pull), await checksOn(head), await checksOn(second)].map(({ length }) => length)).toEqual([
    1, 1, 0,
  ]);
});

it('marks the lines that would break the plan, more than one request takes', async () => {
  const broken = Array.from({ length: 70 }, (_, index) => ({ id: `T-${index}`, title: 'Title', depends_on: [] }));
  const head = await push('replan', { [PLAN_PATH]: planText(broken) });

  const pull = await open('replan');
  const [check] = await eventually(
    () => checksOn(head),
    ([one]) => one?.annotations.length === 70,
  );

  expect(check).toMatchObject({ conclusion: 'failure', title: 'The plan cannot be read: 70 problems' });
  expect(check?.annotations[0]).toMatchObject({
    path: PLAN_PATH,
    start_line: 7,
    end_line: 7,
    annotation_level: 'failure',
    message: 'a task has no `depends_on`; write `dependencies`',
  });
  const [comment] = await eventually(
    () => commentsOn(pull),
    ({ length }) => length === 1,
  );
  expect(comment?.body).toContain('Once merged, nothing new would start');
  expect(comment?.body).toContain('and 50 more');
});

it('says nothing on pull requests that leave the plan alone', async () => {
  const head = await push('work', { 'README.md': '# Other\n' });

  const pull = await open('work');
  await laterOn();

  expect([await commentsOn(pull), await checksOn(head)]).toEqual([[], []]);
});

it('does not take what the base got since for a change of the pull request', async () => {
  await push('work', { 'README.md': '# Other\n' });
  await push('main', { [PLAN_PATH]: planText(TASKS.slice(0, 2)) });

  const pull = await open('work');
  await laterOn();

  expect(await commentsOn(pull)).toEqual([]);
});

it('does not come back with a comment that a person deleted', async () => {
  await push('replan', { [PLAN_PATH]: planText(TASKS.slice(0, 2)) });
  const pull = await open('replan');
  const [comment] = await eventually(
    () => commentsOn(pull),
    ({ length }) => length === 1,
  );
  await lead.rest.issues.deleteComment({ ...repository, comment_id: comment?.id ?? 0 });

  const head = await push('replan', { [PLAN_PATH]: planText(TASKS.slice(0, 1)) });
  await eventually(
    () => checksOn(head),
    ({ length }) => length === 1,
  );
  await laterOn();

  expect(await commentsOn(pull)).toEqual([]);
});

it('marks a push to the default branch that breaks the plan, once', async () => {
  const head = await push('main', { [PLAN_PATH]: planText([{ id: 'A', title: 'First', status: 'done' }]) });

  const [check] = await eventually(
    () => checksOn(head),
    ({ length }) => length > 0,
  );
  await laterOn();

  expect(check).toMatchObject({ conclusion: 'failure', annotations: [{ start_line: 7, annotation_level: 'failure' }] });
  expect(await checksOn(head)).toHaveLength(1);
});

it('reads a plan that GraphQL gives the beginning of alone', async () => {
  await push('large', { [PLAN_PATH]: planText([{ id: 'A', title: 'First', note: 'x'.repeat(2_000_000) }]) });

  const pull = await open('large');
  const [comment] = await eventually(
    () => commentsOn(pull),
    ({ length }) => length === 1,
  );

  expect(comment?.body).toContain('2 tasks removed, 1 changed');
});

it('lets nothing in the texts of a stranger mention, link or break out, and keeps the comment within bounds', async () => {
  const hostile = '@lead fixes #1 <!-- agent-waves:group-record --> | </details> [x](https://evil.example) `code`';
  const tasks = Array.from({ length: 300 }, (_, index) => ({
    id: `T-${index}`,
    title: hostile,
    description: `${hostile}\n\n---\n# Heading`.repeat(5),
    acceptance: [hostile],
  }));
  await push('hostile', { [PLAN_PATH]: planText(tasks, hostile.slice(0, 90)) });

  const pull = await open('hostile');
  const [comment] = await eventually(
    () => commentsOn(pull),
    ({ length }) => length === 1,
  );

  const body = comment?.body ?? '';
  expect(body.length).toBeLessThan(60_000);
  expect(body).toContain('and 260 more');
  expect(body).not.toMatch(/@lead|fixes #1|<!-- agent-waves:group|<\/details>|(?<!\\)\[x(?<!\\)\]/);
});

it('degrades to the comment where the app may not write checks', async () => {
  town.github.faults.push({
    on: 'request',
    method: 'POST',
    route: '/repos/{owner}/{repo}/check-runs',
    count: Number.POSITIVE_INFINITY,
    answer: { status: 403, message: 'Resource not accessible by integration' },
    moment: 'before',
  });
  await push('replan', { [PLAN_PATH]: '{' });

  const pull = await open('replan');
  const [comment] = await eventually(
    () => commentsOn(pull),
    ({ length }) => length === 1,
  );

  expect(comment?.body).toContain(`${PLAN_PATH}:1:2`);
});

/** No webhook arrives from now on. */
function loseWebhooks(): void {
  town.github.faults.push({ on: 'webhook', deliver: 'never', count: Number.POSITIVE_INFINITY });
}

describe('without any webhook', () => {
  it('a pull request that touches the plan is found and told within ten minutes, and again with a later push', async () => {
    loseWebhooks();
    const head = await push('replan', { [PLAN_PATH]: planText(TASKS.slice(0, 2)) });
    const pull = await open('replan');
    const other = await push('work', { 'README.md': '# Other\n' });
    const idle = await open('work');

    ahead += 11 * 60_000;

    await eventually(
      () => checksOn(head),
      ({ length }) => length === 1,
    );
    const second = await push('replan', { [PLAN_PATH]: planText(TASKS.slice(0, 1)) });
    ahead += 11 * 60_000;
    await eventually(
      () => checksOn(second),
      ({ length }) => length === 1,
    );
    await laterOn();
    expect([await commentsOn(pull), await commentsOn(idle), await checksOn(other)].map(({ length }) => length)).toEqual(
      [1, 0, 0],
    );
  });

  it('one that was judged already is not read again', async () => {
    const head = await push('replan', { [PLAN_PATH]: planText(TASKS.slice(0, 2)) });
    await open('replan');
    await eventually(
      () => checksOn(head),
      ({ length }) => length === 1,
    );
    await laterOn();
    loseWebhooks();
    const asked = () => town.requests.filter(({ route }) => route === 'graphql PlanOfPull').length;
    const before = asked();

    ahead += 11 * 60_000;
    await laterOn();

    expect(asked()).toBe(before);
  });
});

describe('from a fork', () => {
  async function propose(files: Readonly<Record<string, string>>): Promise<{ number: number; head: string }> {
    const { token } = town.github.createUser({ login: 'forker' });
    town.github.addCollaborator({ repository: 'acme/daw', login: 'forker', permission: 'read' });
    const fork = await town.github.createFork({ repository: 'acme/daw', owner: 'forker' });
    await git(town.work, 'fetch', '--quiet', 'origin', 'main');
    await git(town.work, 'checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
    const head = await commit(town.work, 'Replan', files);
    // By the name that a branch of ours might have.
    await git(town.work, 'push', '--quiet', withToken(fork.cloneUrl, token), 'HEAD:refs/heads/agent-waves/task/A');
    const forker = octokitFor(town.github, token);
    const made = await forker.rest.pulls.create({
      ...repository,
      title: 'Replan',
      head: 'forker:agent-waves/task/A',
      base: 'main',
    });
    return { number: made.data.number, head };
  }

  it('a pull request that touches the plan is judged and told as any other', async () => {
    const { number, head } = await propose({ [PLAN_PATH]: planText(TASKS.slice(0, 2)) });

    await eventually(
      () => commentsOn(number),
      ({ length }) => length === 1,
    );

    const [check] = await checksOn(head);
    expect(check?.conclusion).toBe('success');
  });

  it('one is judged though its fork is deleted before anybody has looked', async () => {
    loseWebhooks();
    const { number, head } = await propose({ [PLAN_PATH]: '{' });
    await town.github.deleteRepository('forker/daw');

    ahead += 11 * 60_000;

    await eventually(
      () => commentsOn(number),
      ({ length }) => length === 1,
    );
    const [check] = await checksOn(head);
    expect(check?.conclusion).toBe('failure');
  });
});
