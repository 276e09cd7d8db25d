import { describe, expect, it } from 'vitest';
import { isByApp, saidIn, versionOf, withOccasion } from '../../src/state/occasion.ts';
import type { CommentView } from '../../src/state/snapshot.ts';

const comment = (issue: number, author: string, body: string) => ({ issue, author, body }) as CommentView;
const SAID = withOccasion('The task is lost.', 'lost c1');

describe('what a comment was written about', () => {
  it('tells the next pass that it was said, on that issue, by the app', () => {
    const comments = [comment(7, 'waves[bot]', SAID), comment(8, 'eve', SAID), comment(7, 'waves[bot]', 'Anything.')];
    const isSaid = saidIn({ comments, app: 'waves[bot]' });

    expect(isSaid(7, 'lost c1')).toBe(true);
    expect(isSaid(7, 'lost c2')).toBe(false);
    expect(isSaid(8, 'lost c1')).toBe(false);
  });

  it('counts for what this process remembers, too', () => {
    const said = saidIn({
      comments: [comment(7, 'waves[bot]', SAID)],
      app: 'waves[bot]',
      said: new Set(['9 lost c1']),
    });

    expect(said(9, 'lost c1')).toBe(true);
    expect(said(7, 'lost c1')).toBe(true);
  });

  it('tells comments of the app from those of the person whose account it uses', () => {
    expect(isByApp(comment(7, 'waves[bot]', 'Anything.'), 'waves[bot]')).toBe(true);
    expect(isByApp(comment(7, 'lead', SAID), 'lead')).toBe(true);
    expect(isByApp(comment(7, 'lead', 'Anything.'), 'lead')).toBe(false);
    expect(isByApp(comment(7, 'eve', SAID), 'lead')).toBe(false);
  });

  it('is told from the next of its kind by the last edit of the body', () => {
    expect(versionOf({ createdAt: 'then', editedAt: 'now' })).toBe('now');
    expect(versionOf({ createdAt: 'then' })).toBe('then');
  });
});
