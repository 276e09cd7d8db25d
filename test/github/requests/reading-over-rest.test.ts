import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { instant } from '../../../src/state/snapshot.ts';
import {
  askedOf,
  issue,
  linkTo,
  NOW,
  page,
  type Reply,
  refusal,
  repository,
  type SentRequest,
  useGithub,
} from './support/github-mock.ts';
import { processOf } from './support/under-test.ts';

/** What a pass asks over REST before it decides: comments, runs, rights, and what a base lacks. */

const github = useGithub();

const RUNS = 'GET /repos/acme/daw/actions/workflows/agent-task.yml/runs';
const COMMENTS = 'GET /repos/acme/daw/issues/comments';
const LEAD = 'GET /repos/acme/daw/collaborators/lead/permission';

/** Answers of a pass that finds the issue of a plan whose file is gone. */
function answerBrokenPlan(): void {
  github.answers('graphql Observe', ...[1, 2].map(() => repository({ planIssues: page([issue(1, LABEL.plan)]) })));
  github.answers('graphql Apply', { body: { data: { m0: { issue: issue(1, LABEL.plan) } } } });
}

const sentTo = (route: string): readonly SentRequest[] => github.requests.filter((request) => request.route === route);

const APP_ACTOR = { login: 'waves', __typename: 'Bot' };

describe('comments', () => {
  /** A page as GitHub sends it, with the links to the others. */
  function comments(count: number, number: number, last: number): Reply {
    const at = instant(NOW - 60_000);
    const body = Array.from({ length: count }, (_, nth) => ({
      id: number * 1_000 + nth,
      node_id: `IC_${number}_${nth}`,
      user: { login: 'eve' },
      body: 'Nice.',
      issue_url: 'https://api.github.com/repos/acme/daw/issues/1',
      created_at: at,
      updated_at: at,
    }));
    return { body, headers: { link: number < last ? linkTo(COMMENTS, number + 1) : undefined } };
  }

  const pages = () => sentTo(COMMENTS).map(({ query }) => query.page ?? '1');

  it('are asked for by the hundred, oldest first, since two minutes before the plan or the watermark', async () => {
    answerBrokenPlan();
    github.answers(COMMENTS, comments(0, 1, 1));

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

    await processOf()();

    expect(pages()).toEqual(['1', '2', '3']);
  });

  it('are listed once; then new ones come with the issues, and those before are asked about by their ids', async () => {
    const [said] = comments(1, 1, 1).body as readonly [object];
    github.answers(COMMENTS, { body: [{ ...said, body: 'Text <!-- agent-waves:result {} -->' }] });
    const shown = { planIssues: page([issue(1, LABEL.plan)]), commented: page([]) };
    const { data } = repository(shown).body as { readonly data: object };
    const edits0 = [{ id: 'IC_1_0', lastEditedAt: null }];
    github.answers(
      'graphql Observe',
      { body: { data } },
      ...[1, 2].map(() => ({ body: { data: { ...data, edits0 } } })),
    );
    github.answers('graphql Apply', ...[1, 2].map(() => ({ body: { data: { m0: { issue: issue(1, LABEL.plan) } } } })));
    const pass = processOf();

    await pass();
    await pass();

    expect(sentTo(COMMENTS)).toHaveLength(1);
    const { query, variables } = askedOf(sentTo('graphql Observe').at(-1));
    expect(query).toContain('edits0: nodes(ids: $edits0)');
    expect(variables).toMatchObject({ edits0: ['IC_1_0'], commented: instant(NOW - 120_000) });
    const commented = query.slice(query.indexOf('    commented:'), query.indexOf('  }\n  edits0'));
    await expect(commented).toMatchFileSnapshot('golden/observe-comments.graphql');
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
  const ofLead = issue(1, LABEL.plan, { author: { login: 'lead', __typename: 'User' } });

  it.each([
    ['admin', { body: { permission: 'admin' } }, 'refused'],
    ['write, as of who maintains it', { body: { permission: 'write', role_name: 'maintain' } }, 'refused'],
    ['write, as of a role of their own', { body: { permission: 'write', role_name: 'release-manager' } }, 'refused'],
    ['read', { body: { permission: 'read' } }, 'no-plan'],
    ['read, as of a triager', { body: { permission: 'read', role_name: 'triage' } }, 'no-plan'],
    ['none', { body: { permission: 'none' } }, 'no-plan'],
    ['404, since there is no such account any more,', refusal(404, 'Not Found'), 'no-plan'],
  ] as const)('with the answer %s decides whether the plan of an author is theirs to make', async (_, answer, kind) => {
    github.answers('graphql Observe', ...[1, 2].map(() => repository({ planIssues: page([ofLead]) })));
    github.answers(LEAD, answer);
    // An issue that counts for nothing is not listened to.
    if (kind === 'refused') {
      github.answers(COMMENTS, { body: [] });
      github.answers('graphql Apply', { body: { data: { m0: {} } } });
    }

    expect(await processOf()()).toMatchObject({ kind });

    expect(sentTo(LEAD)).toMatchObject([{ headers: { 'x-github-api-version': '2022-11-28' } }]);
  });

  it('that GitHub will not tell ends the pass: nobody is taken for a writer or a stranger by guess', async () => {
    github.answers('graphql Observe', repository({ planIssues: page([ofLead]) }));
    github.answers(LEAD, refusal(403, 'Resource not accessible by integration'));

    await expect(processOf()()).rejects.toThrow('Resource not accessible by integration');
  });
});

describe('a base that is not the default branch', () => {
  const COMPARE = 'GET /repos/acme/daw/compare/release...main';
  const config = { oid: 'e'.repeat(40), text: 'base: release\n', isTruncated: false };
  const shown = repository({ config, base: { target: { oid: 'b'.repeat(40) } } });

  it('is asked for once it is known, and compared with the default branch once for each of its commits', async () => {
    github.answers('graphql Observe', shown, shown, shown, shown);
    github.answers(COMPARE, { body: { files: [] } });
    const pass = processOf();

    await pass();
    await pass();

    const asked = github.requests.filter(({ route }) => route === 'graphql Observe').map((sent) => askedOf(sent).query);
    const base = 'base: ref(qualifiedName: "refs/heads/release") { target { oid ...NewestCommits } }';
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

describe('runs', () => {
  const created = instant(NOW - 3_600_000 - 60_000);
  const run = (id: number) => ({
    id,
    display_title: `Run ${id}`,
    status: 'completed',
    conclusion: 'success',
    actor: { login: 'waves[bot]' },
    path: '.github/workflows/agent-task.yml@main',
    event: 'workflow_dispatch',
    head_branch: 'main',
    created_at: created,
    updated_at: created,
  });
  const runs = (from: number, count: number): Reply => ({
    body: { total_count: 103, workflow_runs: Array.from({ length: count }, (_, nth) => run(from + nth)) },
  });

  it('are asked for since a minute before the oldest dispatch, page by page', async () => {
    // A task whose record somebody broke: nobody knows which run works on it.
    const tasks = repository({ taskIssues: page([issue(4, LABEL.task, { author: APP_ACTOR })]) });
    github.answers('graphql Observe', tasks, tasks);
    github.answers(RUNS, { ...runs(1, 100), headers: { link: linkTo(RUNS, 2) } }, runs(101, 3));

    expect(await processOf()()).toMatchObject({ kind: 'no-plan' });

    const query = { event: 'workflow_dispatch', created: `>=${created}`, per_page: '100' };
    expect(sentTo(RUNS)).toMatchObject([
      { query, headers: { 'x-github-api-version': '2022-11-28' } },
      { query: { page: '2' } },
    ]);
  });

  it('of a workflow that is not there end the pass', async () => {
    const tasks = repository({ taskIssues: page([issue(4, LABEL.task, { author: APP_ACTOR })]) });
    github.answers('graphql Observe', tasks);
    github.answers(RUNS, refusal(404, 'Not Found'));

    await expect(processOf()()).rejects.toThrow('Not Found');
  });
});
