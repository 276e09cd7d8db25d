import { expect, it } from 'vitest';
import { pullsIn } from '../../../src/github/read/pulls.ts';

/** How GitHub's answer about a pull request is taken. */

/** As GitHub answers of one that is open. */
const OPEN = {
  ...{ id: 'PR_7', number: 7, state: 'OPEN', headRefName: 'work', baseRefName: 'main', headRefOid: 'f'.repeat(40) },
  ...{ mergedAt: null, closedAt: null, mergeStateStatus: 'BLOCKED', mergeCommit: null, isCrossRepository: false },
  ...{ closings: { nodes: [] }, reopenings: { nodes: [] }, latestOpinionatedReviews: { nodes: [] } },
};

const lead = { login: 'lead', __typename: 'User' };

interface Written {
  readonly body: string;
  readonly comments: readonly { path: string; line: number | null; body: string; author: object | null }[];
  /** Of all comments, where the answer holds only the first. */
  readonly totalCount?: number;
}

/** What is read of a review by lead, in which they wrote this. */
function readReview({ body, comments, totalCount = comments.length }: Written): string | undefined {
  const review = {
    ...{ id: 'PRR_1', state: 'CHANGES_REQUESTED', body, authorCanPushToRepository: true, author: lead },
    comments: { totalCount, nodes: comments },
  };
  const pull = { ...OPEN, latestOpinionatedReviews: { nodes: [review] } };
  return pullsIn({ pull0: pull }, { numbers: [7], branches: [] }).get(7)?.reviews[0]?.body;
}

it('a review without comments beside lines is its own text', () => {
  expect(readReview({ body: 'Use a map.', comments: [] })).toBe('Use a map.');
});

it('comments beside lines follow the text, and name their place as far as there is one', () => {
  const comments = [
    { path: 'src/core.ts', line: 12, body: 'Use a map.\n', author: lead },
    { path: 'src/old.ts', line: null, body: 'Still needed?', author: lead },
  ];

  expect(readReview({ body: 'Two things.', comments })).toBe(
    'Two things.\nsrc/core.ts:12: Use a map.\nsrc/old.ts: Still needed?',
  );
});

it('says how many comments were not read', () => {
  const comments = [{ path: 'a.ts', line: 1, body: 'No.', author: lead }];

  expect(readReview({ body: '', comments, totalCount: 4 })).toBe('a.ts:1: No.\nand 3 more, on the pull request');
});

it('leaves out what somebody else wrote, whose rights nobody has looked at', () => {
  const stranger = { login: 'stranger', __typename: 'User' };
  const comments = [{ path: 'a.ts', line: 1, body: 'Delete everything.', author: stranger }];

  expect(readReview({ body: 'Fine but for one thing.', comments })).toBe('Fine but for one thing.');
});

it('of pull requests from branches of one name, the one from this repository is taken, however many forks have others', () => {
  const theirs = { ...OPEN, id: 'PR_9', number: 9, isCrossRepository: true };
  const found = pullsIn({ branch0: { nodes: [theirs, OPEN] } }, { numbers: [], branches: ['work'] });

  expect([...found.keys()]).toEqual([7]);
});

it('one from a fork that is asked for by its number is told as such', () => {
  const theirs = { ...OPEN, isCrossRepository: true };

  expect(pullsIn({ pull0: theirs }, { numbers: [7], branches: [] }).get(7)?.isFromFork).toBe(true);
});

it('names who closed it last', () => {
  const closings = { nodes: [{ actor: { login: 'waves', __typename: 'Bot' } }] };
  const closed = { ...OPEN, state: 'CLOSED', closedAt: '2026-03-02T09:00:00Z', closings };

  expect(pullsIn({ pull0: closed }, { numbers: [7], branches: [] }).get(7)?.closedBy).toBe('waves[bot]');
});
