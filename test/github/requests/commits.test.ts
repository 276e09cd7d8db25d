import { beforeEach, describe, expect, it } from 'vitest';
import { commitFiles } from '../../../src/github/write/commit-files.ts';
import { commitToProgressBranch } from '../../../src/github/write/commit-to-progress-branch.ts';
import {
  type Answer,
  askedOf,
  LOST,
  locator,
  NOW,
  refusal,
  type SentRequest,
  useGithub,
} from './support/github-mock.ts';
import { client } from './support/under-test.ts';

/** Commits of progress: several files at once, on exactly the commit that they were made for, or not at all. */

const github = useGithub();

const HEAD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

function commit() {
  const files = new Map([
    ['PROGRESS.md', '# Fortschritt – 50 %\n'],
    ['docs/plan.json', '{}\n'],
  ]);
  return { client: client(), locator, branch: 'main', expectedHead: HEAD, headline: 'Progress: 1 of 2', files };
}

const committed = { body: { data: { createCommitOnBranch: { commit: { oid: NEW } } } } };

/** As GitHub refuses a mutation: HTTP 200, its payload null. */
function refused(type: string | undefined, message: string): Answer {
  const error = { ...(type ? { type } : {}), path: ['createCommitOnBranch'], message };
  return { body: { data: { createCommitOnBranch: null }, errors: [error] } };
}

it('sends all files in base64 with the commit that the branch must stand at', async () => {
  github.answers('graphql CommitProgress', committed);

  expect(await commitFiles(commit())).toEqual({ kind: 'committed', oid: NEW });

  const { query, variables } = askedOf(github.requests[0]);
  expect(query.trim().split('\n')).toEqual([
    'mutation CommitProgress($input: CreateCommitOnBranchInput!) {',
    '  createCommitOnBranch(input: $input) { commit { oid } }',
    '}',
  ]);
  expect(variables).toEqual({
    input: {
      branch: { repositoryNameWithOwner: 'acme/daw', branchName: 'main' },
      expectedHeadOid: HEAD,
      message: { headline: 'Progress: 1 of 2' },
      fileChanges: {
        additions: [
          { path: 'PROGRESS.md', contents: 'IyBGb3J0c2Nocml0dCDigJMgNTAgJQo=' },
          { path: 'docs/plan.json', contents: 'e30K' },
        ],
      },
    },
  });
});

const MOVED = `Expected branch to point to "${HEAD}" but it did not.  Pull and try again.`;

it.each([
  ['its payload is null', refused('STALE_DATA', MOVED)],
  ['there is no data', { body: { data: null, errors: [{ type: 'STALE_DATA', message: MOVED }] } }],
] as const)('says that the branch has moved, and commits nothing, where %s', async (_, answer) => {
  github.answers('graphql CommitProgress', answer);

  expect(await commitFiles(commit())).toEqual({ kind: 'moved' });

  expect(github.routes()).toEqual(['graphql CommitProgress']);
});

describe('a rule of the repository', () => {
  const RULES: readonly (readonly [string | undefined, string])[] = [
    ['BRANCH_PROTECTION_RULE_VIOLATION', 'At least 1 approving review is required by reviewers with write access.'],
    ['UNPROCESSABLE', 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n'],
    [undefined, 'Changes must be made through a pull request.'],
    [undefined, 'Protected branch update failed for refs/heads/main.'],
    ['FORBIDDEN', 'Resource not accessible by integration'],
    ['FORBIDDEN', 'You are not allowed to write to this branch'],
  ];

  it.each(RULES)('of type %s that says %j has refused the commit', async (type, message) => {
    github.answers('graphql CommitProgress', refused(type, message));

    expect(await commitFiles(commit())).toEqual({ kind: 'refused', why: message });
  });

  it.each([
    [403, 'Resource not accessible by integration'],
    [422, 'Repository rule violations found'],
  ])('that GitHub tells by %i has refused the commit', async (status, message) => {
    github.answers('graphql CommitProgress', refusal(status, message));

    expect(await commitFiles(commit())).toMatchObject({ kind: 'refused', why: expect.stringContaining(message) });
  });
});

describe('no rule, and the commit is sent once', () => {
  const FAILURES: readonly (readonly [string, Answer, string])[] = [
    [
      'a branch that is not there',
      refused('NOT_FOUND', 'Could not resolve to a Branch'),
      'Could not resolve to a Branch',
    ],
    ['a path that is no good', refused('UNPROCESSABLE', 'A path was invalid'), 'A path was invalid'],
    ['a payload of null without an error', { body: { data: { createCommitOnBranch: null } } }, ''],
    ['a body of nothing', { body: '' }, ''],
    ['a 404', refusal(404, 'Not Found'), 'Not Found'],
    ['a 502', refusal(502, 'Server Error'), 'Server Error'],
    ...Object.entries(LOST).map(([name, error]) => [name, error, error.message] as const),
  ];

  it.each(FAILURES)('at %s', async (_, answer, words) => {
    github.answers('graphql CommitProgress', answer);

    expect(await commitFiles(commit())).toEqual({ kind: 'failed', why: expect.stringContaining(words) });

    expect([github.routes(), github.waits]).toEqual([['graphql CommitProgress'], []]);
  });

  it('at a long limit', async () => {
    const reset = String(NOW / 1_000 + 1_800);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    github.answers(
      'graphql CommitProgress',
      refusal(403, 'API rate limit exceeded for installation ID 1.', { headers }),
    );

    expect(await commitFiles(commit())).toMatchObject({ kind: 'failed' });

    expect(github.routes()).toEqual(['graphql CommitProgress']);
  });
});

describe('on the progress branch', () => {
  // As `git hash-object` tells them.
  const OF_PAGE = '1a31bf5799be381eb1f266c7fbda3c35f182aaab';
  const OF_PLAN = '0967ef424bce6791893e9a57bb952f80fd536e93';
  const PICTURE = 'PROGRESS-pictures/plan-light.svg';
  let drawings = 0;
  beforeEach(() => {
    drawings = 0;
  });
  const aside = () => ({
    ...commit(),
    pictures: {
      page: 'PROGRESS.md',
      marker: '<!-- pictures: now -->',
      paths: [PICTURE],
      draw: () => {
        drawings++;
        return new Map([[PICTURE, '<svg/>']]);
      },
    },
  });
  /** Page, plan and picture. */
  const there = (oids: readonly (string | undefined)[], text = '') => {
    const files = Object.fromEntries(oids.map((oid, nth) => [`f${nth}`, oid === undefined ? null : { oid, text }]));
    return { body: { data: { repository: { ref: { target: { oid: 'c'.repeat(40) } }, ...files } } } };
  };

  it('asks for head and files at once, and commits only what differs', async () => {
    github.answers('graphql ObserveAside', there([OF_PAGE, undefined, 'a'.repeat(40)], '<!-- pictures: now -->'));
    github.answers('graphql CommitProgress', committed);

    expect(await commitToProgressBranch(aside())).toEqual({ kind: 'committed', oid: NEW });

    const [asked, sent] = github.requests.map((request) => askedOf(request).variables);
    expect(asked).toEqual({
      owner: 'acme',
      repo: 'daw',
      ref: 'refs/heads/agent-waves-progress',
      f0: 'agent-waves-progress:PROGRESS.md',
      f1: 'agent-waves-progress:docs/plan.json',
      f2: `agent-waves-progress:${PICTURE}`,
    });
    expect(sent).toMatchObject({
      input: {
        branch: { branchName: 'agent-waves-progress' },
        expectedHeadOid: 'c'.repeat(40),
        fileChanges: { additions: [{ path: 'docs/plan.json' }] },
      },
    });
    expect(drawings).toBe(0);
  });

  it.each([
    ['where the page that stands there shows others', 'a'.repeat(40), '<!-- pictures: before -->'],
    ['where somebody took one away', undefined, '<!-- pictures: now -->'],
  ])('draws pictures %s', async (_, picture, page) => {
    github.answers('graphql ObserveAside', there(['b'.repeat(40), OF_PLAN, picture], page));
    github.answers('graphql CommitProgress', committed);

    expect(await commitToProgressBranch(aside())).toMatchObject({ kind: 'committed' });

    const additions = [{ path: 'PROGRESS.md' }, { path: PICTURE }];
    expect(github.requests[1]?.body).toMatchObject({ variables: { input: { fileChanges: { additions } } } });
    expect(drawings).toBe(1);
  });

  it('writes nothing where nothing differs', async () => {
    github.answers('graphql ObserveAside', there([OF_PAGE, OF_PLAN, undefined]));

    expect(await commitToProgressBranch(aside())).toEqual({ kind: 'unchanged' });

    expect(github.routes()).toEqual(['graphql ObserveAside']);
    expect(drawings).toBe(0);
  });

  const NO_BRANCH = { body: { data: { repository: { ref: null, f0: null, f1: null, f2: null } } } };

  it('makes the branch from the head of the base where there is none', async () => {
    github.answers('graphql ObserveAside', NO_BRANCH);
    github.answers('POST /repos/acme/daw/git/refs', { status: 201, body: {} });
    github.answers('graphql CommitProgress', committed);

    expect(await commitToProgressBranch(aside())).toEqual({ kind: 'committed', oid: NEW });

    const [, made, sent] = github.requests as readonly [SentRequest, SentRequest, SentRequest];
    expect(made.body).toEqual({ ref: 'refs/heads/agent-waves-progress', sha: HEAD });
    expect(made.headers['x-github-api-version']).toBe('2022-11-28');
    expect(sent.body).toMatchObject({ variables: { input: { expectedHeadOid: HEAD } } });
  });

  it.each([
    ['a 502', refusal(502, 'Server Error'), 'failed'],
    ['a rule against new branches', refusal(422, 'Repository rule violations found'), 'refused'],
  ] as const)('asks for the branch once at %s', async (_, answer, kind) => {
    github.answers('graphql ObserveAside', NO_BRANCH);
    github.answers('POST /repos/acme/daw/git/refs', answer);

    expect(await commitToProgressBranch(aside())).toMatchObject({ kind });

    expect(github.routes()).toEqual(['graphql ObserveAside', 'POST /repos/acme/daw/git/refs']);
  });
});
