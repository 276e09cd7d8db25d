import { describe, expect, it } from 'vitest';
import type { KnownComments } from '../../../src/github/issue-cache.ts';
import { commentSelection, commentVariables, withNewComments } from '../../../src/github/read/new-comments.ts';
import { type CommentView, instant } from '../../../src/state/snapshot.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const SINCE = NOW - 600_000;

/** @param ago Seconds before now. */
const comment = (id: number, issue: number, ago = 60): CommentView => ({
  id,
  nodeId: `IC_${id}`,
  issue,
  author: 'lead',
  body: '/why',
  createdAt: instant(NOW - ago * 1_000),
  edited: false,
});

const known = (...comments: readonly CommentView[]): KnownComments => ({ since: SINCE, readAt: NOW - 5_000, comments });

interface Shown {
  readonly number: number;
  readonly comments: readonly CommentView[];
  readonly more?: boolean;
}

/** As GitHub answers: an id as text, and a login without its suffix. */
function answer(issues: readonly Shown[], hasNextPage = false) {
  const nodes = issues.map(({ number, comments, more = false }) => ({
    number,
    comments: {
      nodes: comments.map(({ id, nodeId, body, createdAt, edited }) => ({
        ...{ id: nodeId, fullDatabaseId: String(id), body, createdAt },
        lastEditedAt: edited ? createdAt : null,
        author: { login: 'lead', __typename: 'User' },
      })),
      pageInfo: { hasPreviousPage: more },
    },
  }));
  return { answer: { commented: { nodes, pageInfo: { hasNextPage } } }, date: NOW };
}

describe('the comments that are known', () => {
  it('are asked for since two minutes before the last reading, on issues under whatever label', () => {
    expect(commentSelection(known())).toContain('filterBy: { since: $commented }');
    expect(commentVariables(known())).toEqual({ commented: ['DateTime!', instant(NOW - 125_000)] });
    expect(commentSelection(undefined)).toBe('');
  });

  it('stay as they are on issues that did not change, and are read anew on those that did, in order of id', () => {
    const before = known(comment(3, 1), comment(5, 2), comment(7, 1));

    const after = withNewComments(before, answer([{ number: 2, comments: [comment(5, 2), comment(6, 2)] }]));

    expect(after).toEqual({
      since: SINCE,
      readAt: NOW,
      comments: [3, 5, 6, 7].map((id) => comment(id, id === 5 || id === 6 ? 2 : 1)),
    });
  });

  it('lose those that somebody deleted', () => {
    const after = withNewComments(
      known(comment(3, 1), comment(5, 1)),
      answer([{ number: 1, comments: [comment(5, 1)] }]),
    );

    expect(after?.comments).toEqual([comment(5, 1)]);
  });

  it('take over that one was edited', () => {
    const edited = { ...comment(3, 1), edited: true };

    expect(withNewComments(known(comment(3, 1)), answer([{ number: 1, comments: [edited] }]))?.comments).toEqual([
      edited,
    ]);
  });

  it('leave out what was said before they begin', () => {
    const shown = [comment(1, 1, 3_600), comment(3, 1)];

    expect(withNewComments(known(), answer([{ number: 1, comments: shown, more: true }]))?.comments).toEqual([
      comment(3, 1),
    ]);
  });

  it('are not known any more where an issue has more new ones than the answer shows', () => {
    expect(withNewComments(known(), answer([{ number: 1, comments: [comment(3, 1)], more: true }]))).toBeUndefined();
  });

  it('are not known any more where more issues changed than the answer shows', () => {
    expect(withNewComments(known(), answer([{ number: 1, comments: [] }], true))).toBeUndefined();
  });
});
