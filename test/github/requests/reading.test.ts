import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { LABEL } from '../../../src/state/names.ts';
import { newGroupRecord, newTaskRecord, writeGroupRecord, writeTaskRecord } from '../../../src/state/record.ts';
import { instant } from '../../../src/state/snapshot.ts';
import {
  askedOf,
  linkTo,
  locator,
  NOW,
  processOf,
  type Reply,
  refusal,
  repository,
  type SentRequest,
  useGithub,
} from './support/github-mock.ts';

/** What a pass asks of GitHub before it decides, page by page. */

const github = useGithub();

const RUNS = 'GET /repos/acme/daw/actions/workflows/agent-task.yml/runs';
const COMMENTS = 'GET /repos/acme/daw/issues/comments';
const LEAD = 'GET /repos/acme/daw/collaborators/lead/permission';

const lead = { login: 'lead', __typename: 'User' };

/** An issue as GraphQL tells it. */
function issue(number: number, label: string, more: object = {}) {
  const at = instant(NOW - 3_600_000);
  return {
    ...{ id: `I_${number}`, number, title: `Issue ${number}`, body: '', state: 'OPEN', stateReason: null },
    ...{ createdAt: at, updatedAt: at, closedAt: null, author: lead, editor: null, parent: null },
    labels: { nodes: [{ name: label }] },
    blockedBy: { nodes: [] },
    timelineItems: { nodes: [] },
    ...more,
  };
}

/** A page of issues. @param next Where the next one begins; there is none where it is left out. */
function page(nodes: readonly object[], next?: string) {
  return { nodes, pageInfo: { hasNextPage: next !== undefined, endCursor: next ?? null } };
}

/** Answers of a pass that finds the issue of a plan whose file is gone. */
function answerBrokenPlan(): void {
  github.answers('graphql Observe', ...[1, 2].map(() => repository({ planIssues: page([issue(1, LABEL.plan)]) })));
  github.answers('graphql Apply', { body: { data: { m0: { issue: issue(1, LABEL.plan) } } } });
}

const sentTo = (route: string): readonly SentRequest[] => github.requests.filter((request) => request.route === route);

describe('the query for files, heads, labels and issues', () => {
  it('reads as it does in its golden file', async () => {
    github.answers('graphql Observe', repository(), repository());

    expect(await processOf()()).toEqual({ kind: 'no-plan' });

    const { query, variables } = askedOf(github.requests[0]);
    await expect(`${query}\n`).toMatchFileSnapshot('golden/observe.graphql');
    expect(variables).toEqual({
      ...locator,
      since: null,
      config: 'HEAD:.github/agent-waves.yml',
      plan: 'HEAD:docs/planning/tasks.json',
      progress: 'HEAD:PROGRESS.md',
    });
  });

  it('asks for everything once, then for what has changed since two minutes before the last look', async () => {
    github.answers('graphql Observe', repository(), repository(), repository());
    const pass = processOf();

    await pass();
    await pass();

    const since = instant(NOW - 120_000);
    expect(github.requests.map((request) => askedOf(request).variables.since)).toEqual([null, since, since]);
  });

  it('is asked again for the files that the configuration names', async () => {
    const config = { text: 'plan: plan.yml\nprogress: docs/STATUS.md\n', isTruncated: false };
    github.answers('graphql Observe', ...[1, 2, 3].map(() => repository({ config })));

    expect(await processOf()()).toEqual({ kind: 'no-plan' });

    const asked = github.requests.map((request) => askedOf(request).variables);
    expect(asked.map(({ plan, progress }) => [plan, progress])).toEqual([
      ['HEAD:docs/planning/tasks.json', 'HEAD:PROGRESS.md'],
      ['HEAD:plan.yml', 'HEAD:docs/STATUS.md'],
      ['HEAD:plan.yml', 'HEAD:docs/STATUS.md'],
    ]);
  });

  it('refuses a plan of which GitHub shows only the beginning', async () => {
    const plan = { text: '{', isTruncated: true };
    github.answers('graphql Observe', repository({ plan }));

    await expect(processOf()()).rejects.toThrow('docs/planning/tasks.json is too large for one reading');
  });
});

describe('pages of issues', () => {
  const closed = { state: 'CLOSED', stateReason: 'COMPLETED', closedAt: instant(NOW - 60_000) };

  it('are followed by their cursors, kind by kind, in the words of their golden file', async () => {
    const first = repository({
      waveIssues: page([issue(2, LABEL.wave)], 'after-2'),
      taskIssues: page([issue(4, LABEL.task, closed)], 'after-4'),
    });
    github.answers('graphql Observe', first, repository());
    github.answers(
      'graphql ObserveMore',
      { body: { data: { repository: { issues: page([issue(3, LABEL.wave)]) } } } },
      { body: { data: { repository: { issues: page([issue(5, LABEL.task, closed)], 'after-5') } } } },
      { body: { data: { repository: { issues: page([issue(6, LABEL.task, closed)]) } } } },
    );

    expect(await processOf()()).toEqual({ kind: 'no-plan' });

    const asked = sentTo('graphql ObserveMore').map(askedOf);
    expect(asked.map(({ variables }) => variables)).toEqual([
      { ...locator, since: null, label: LABEL.wave, after: 'after-2' },
      { ...locator, since: null, label: LABEL.task, after: 'after-4' },
      { ...locator, since: null, label: LABEL.task, after: 'after-5' },
    ]);
    await expect(`${asked[0]?.query}\n`).toMatchFileSnapshot('golden/observe-more.graphql');
  });

  it('end the pass where one of them cannot be had: half of the issues decide nothing', async () => {
    github.answers('graphql Observe', repository({ taskIssues: page([issue(4, LABEL.task, closed)], 'after-4') }));
    const lost = refusal(502, 'Server Error');
    github.answers('graphql ObserveMore', lost, lost, lost, lost);

    await expect(processOf()()).rejects.toThrow('Server Error');
  });
});

describe('comments', () => {
  /** A page as GitHub sends it, with the links to the others. */
  function comments(count: number, number: number, last: number): Reply {
    const at = instant(NOW - 60_000);
    const body = Array.from({ length: count }, (_, nth) => ({
      ...{ id: number * 1_000 + nth, node_id: `IC_${number}_${nth}`, user: { login: 'eve' }, body: 'Nice.' },
      ...{ issue_url: 'https://api.github.com/repos/acme/daw/issues/1', created_at: at, updated_at: at },
    }));
    return { body, headers: { link: number < last ? linkTo(COMMENTS, number + 1) : undefined } };
  }

  const pages = () => sentTo(COMMENTS).map(({ query }) => query.page ?? '1');

  it('are asked for by the hundred, oldest first, since two minutes before the plan or the watermark', async () => {
    answerBrokenPlan();
    github.answers(COMMENTS, comments(0, 1, 1));
    github.answers(LEAD, { body: { permission: 'admin' } });

    expect(await processOf()()).toMatchObject({ kind: 'refused' });

    const since = instant(NOW - 3_600_000 - 120_000);
    expect(sentTo(COMMENTS)).toMatchObject([
      {
        query: { since, sort: 'created', direction: 'asc', per_page: '100' },
        headers: { 'x-github-api-version': '2022-11-28' },
      },
    ]);
  });

  it('are followed page by page until one is not full', async () => {
    answerBrokenPlan();
    github.answers(COMMENTS, comments(100, 1, 3), comments(100, 2, 3), comments(7, 3, 3));
    github.answers(LEAD, { body: { permission: 'admin' } });

    await processOf()();

    expect(pages()).toEqual(['1', '2', '3']);
  });

  it('that cannot be read end the pass before anything is written', async () => {
    github.answers('graphql Observe', repository({ planIssues: page([issue(1, LABEL.plan)]) }));
    const lost = refusal(503, 'Service unavailable');
    github.answers(COMMENTS, comments(100, 1, 2), lost, lost, lost, lost);

    await expect(processOf()()).rejects.toThrow('Service unavailable');

    expect(github.waits).toEqual([1, 4, 9]);
  });

  it('are none where GitHub answers 200 with nothing in it', async () => {
    answerBrokenPlan();
    github.answers(COMMENTS, { body: '' });
    github.answers(LEAD, { body: { permission: 'admin' } });

    // What happens today: a body that was lost on the way is taken for a repository without comments.
    expect(await processOf()()).toMatchObject({ kind: 'refused' });
  });

  it('without a Date header end the pass', async () => {
    github.answers('graphql Observe', repository({ planIssues: page([issue(1, LABEL.plan)]) }));
    github.answers(COMMENTS, { body: [], headers: { date: undefined } });

    await expect(processOf()()).rejects.toThrow('GitHub answered without a Date header');
  });
});

describe('the right to write', () => {
  it.each([
    ['admin', { body: { permission: 'admin' } }, ['graphql Apply']],
    ['write', { body: { permission: 'write' } }, ['graphql Apply']],
    ['read', { body: { permission: 'read' } }, []],
    ['none', { body: { permission: 'none' } }, []],
    ['404, since there is no such account any more,', refusal(404, 'Not Found'), []],
  ] as const)(
    'with the answer %s decides whether the plan of an author is theirs to make',
    async (_, answer, writes) => {
      github.answers('graphql Observe', ...[1, 2].map(() => repository({ planIssues: page([issue(1, LABEL.plan)]) })));
      github.answers(COMMENTS, { body: [] });
      github.answers(LEAD, answer);
      if (writes.length > 0) github.answers('graphql Apply', { body: { data: { m0: {} } } });

      expect(await processOf()()).toMatchObject({ kind: 'refused' });

      expect(sentTo(LEAD)).toMatchObject([{ headers: { 'x-github-api-version': '2022-11-28' } }]);
      expect(sentTo('graphql Apply').map(({ route }) => route)).toEqual(writes);
    },
  );

  it('that GitHub will not tell ends the pass: nobody is taken for a writer or a stranger by guess', async () => {
    github.answers('graphql Observe', ...[1, 2].map(() => repository({ planIssues: page([issue(1, LABEL.plan)]) })));
    github.answers(COMMENTS, { body: [] });
    github.answers(LEAD, refusal(403, 'Resource not accessible by integration'));

    await expect(processOf()()).rejects.toThrow('Resource not accessible by integration');
  });
});

describe('a base that is not the default branch', () => {
  const COMPARE = 'GET /repos/acme/daw/compare/release...main';
  const config = { text: 'base: release\n', isTruncated: false };
  const shown = repository({ config, base: { target: { oid: 'b'.repeat(40) } } });

  it('is asked for once it is known, and compared with the default branch once for each of its commits', async () => {
    github.answers('graphql Observe', shown, shown, shown, shown);
    github.answers(COMPARE, { body: { files: [] } });
    const pass = processOf();

    await pass();
    await pass();

    const asked = github.requests.filter(({ route }) => route === 'graphql Observe').map((sent) => askedOf(sent).query);
    const base = 'base: ref(qualifiedName: "refs/heads/release") { target { oid } }';
    expect(asked.map((query) => query.includes(base))).toEqual([false, true, true, true]);
    expect(sentTo(COMPARE)).toMatchObject([
      { query: { per_page: '1' }, headers: { 'x-github-api-version': '2022-11-28' } },
    ]);
  });

  it('that cannot be compared ends the pass', async () => {
    github.answers('graphql Observe', shown, shown);
    github.answers(COMPARE, refusal(404, 'Not Found'));

    await expect(processOf()()).rejects.toThrow('Not Found');
  });
});

describe('pull requests', () => {
  it('that somebody waits for are asked for beside everything else, in the words of their golden file', async () => {
    const at = instant(NOW - 60_000);
    const review = { pull: 31, head: 'a'.repeat(40), run: 501, at, checks: {}, summary: 'Done.' };
    const task = writeTaskRecord({ ...newTaskRecord('daw', 'A' as TaskId), review });
    const wave = writeGroupRecord({ ...newGroupRecord('daw', 1), pull: { branch: 'agent-waves/daw-wave-1' } });
    const waiting = repository({
      taskIssues: page([issue(4, LABEL.task, { body: task })]),
      waveIssues: page([issue(3, LABEL.wave, { body: wave })]),
    });
    github.answers('graphql Observe', waiting, waiting);

    expect(await processOf()()).toEqual({ kind: 'no-plan' });

    const [, asked] = github.requests.map((sent) => askedOf(sent).query);
    const pulls = asked?.slice(asked.indexOf('    pull31:'), asked.indexOf('  }\n}\n'));
    await expect(pulls).toMatchFileSnapshot('golden/observe-pulls.graphql');
  });
});

describe('runs', () => {
  const created = instant(NOW - 3_600_000 - 60_000);
  const run = (id: number) => ({
    ...{ id, display_title: `Run ${id}`, status: 'completed', conclusion: 'success', actor: { login: 'waves[bot]' } },
    ...{ created_at: created, updated_at: created },
  });
  const runs = (from: number, count: number): Reply => ({
    body: { total_count: 103, workflow_runs: Array.from({ length: count }, (_, nth) => run(from + nth)) },
  });

  it('are asked for since a minute before the oldest dispatch, page by page', async () => {
    // A task without a record: nobody knows which run works on it.
    const tasks = repository({ taskIssues: page([issue(4, LABEL.task)]) });
    github.answers('graphql Observe', tasks, tasks);
    github.answers(RUNS, { ...runs(1, 100), headers: { link: linkTo(RUNS, 2) } }, runs(101, 3));

    expect(await processOf()()).toEqual({ kind: 'no-plan' });

    const query = { event: 'workflow_dispatch', created: `>=${created}`, per_page: '100' };
    expect(sentTo(RUNS)).toMatchObject([
      { query, headers: { 'x-github-api-version': '2022-11-28' } },
      { query: { page: '2' } },
    ]);
  });

  it('of a workflow that is not there end the pass', async () => {
    github.answers('graphql Observe', repository({ taskIssues: page([issue(4, LABEL.task)]) }));
    github.answers(RUNS, refusal(404, 'Not Found'));

    await expect(processOf()()).rejects.toThrow('Not Found');
  });
});
