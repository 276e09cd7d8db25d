import { describe, expect, it } from 'vitest';
import { closedAs } from '../../src/state/closed-as.ts';
import { isClosedByApp } from '../../src/state/closed-by-app.ts';
import { isClosedAsDone, isRefused } from '../../src/state/refused.ts';
import type { IssueView, Snapshot, StateChange } from '../../src/state/snapshot.ts';
import { hasSameWriters, isTrustedBody, mayWrite } from '../../src/state/trust.ts';

/** Whose word counts: the lead's and the app's, not a stranger's, not the workflows'. */

const SNAPSHOT = { app: 'waves[bot]', writers: new Set(['lead']) } as unknown as Snapshot;

describe('a word', () => {
  it.each([
    ['of a person who may write', 'lead', true],
    ['of the app', 'waves[bot]', true],
    ['of a stranger', 'eve', false],
    ['of a workflow', 'github-actions[bot]', false],
    ['of a deleted account', undefined, false],
  ])('%s counts, or does not', (_, login, counts) => {
    expect(mayWrite(login, SNAPSHOT)).toBe(counts);
    expect(isTrustedBody({ writer: login }, SNAPSHOT)).toBe(counts);
  });

  it('counts alike where the same may write under the same app', () => {
    const writers = (...names: string[]) => ({ app: 'waves[bot]', writers: new Set(names) });

    expect(hasSameWriters(SNAPSHOT, SNAPSHOT)).toBe(true);
    expect(hasSameWriters(writers('lead', 'ada'), writers('ada', 'lead'))).toBe(true);
    expect(hasSameWriters(writers('lead', 'ada'), writers('lead', 'eve'))).toBe(false);
    expect(hasSameWriters(writers('lead'), writers('lead', 'ada'))).toBe(false);
    expect(hasSameWriters(writers('lead'), { ...writers('lead'), app: 'other[bot]' })).toBe(false);
  });
});

describe('a closing', () => {
  it.each([
    ['COMPLETED', 'completed'],
    ['NOT_PLANNED', 'not_planned'],
    ['DUPLICATE', 'duplicate'],
    [null, 'completed'],
    [undefined, 'completed'],
  ])('of which GitHub says %s is one as %s', (reason, expected) => {
    expect(closedAs(reason)).toBe(expected);
  });

  it.each([
    ['not_planned', 'lead', true, false],
    ['not_planned', 'waves[bot]', true, false],
    ['not_planned', 'eve', false, false],
    ['completed', 'lead', false, true],
    ['completed', 'waves[bot]', false, false],
    ['completed', 'eve', false, false],
    ['duplicate', 'lead', false, false],
    [undefined, undefined, false, false],
  ] as const)('as %s by %s is a no, or says that it is done', (as, closedBy, no, done) => {
    const issue = { closedAs: as, closedBy } as IssueView;

    expect(isRefused(issue, SNAPSHOT)).toBe(no);
    expect(isClosedAsDone(issue, SNAPSHOT)).toBe(done);
  });
});

describe('a plan or wave', () => {
  const change = (by: string, to: StateChange['to']) => ({ by, to, at: '2026-03-02T10:00:00Z' });
  const isByApp = (issue: Partial<IssueView>, decided?: StateChange['to']) =>
    isClosedByApp(
      {
        issue: { open: false, closedBy: 'waves[bot]', stateChanges: [], ...issue } as unknown as IssueView,
        record: { ...(decided && { decided: { to: decided } }) } as never,
      },
      SNAPSHOT,
    );

  it('was closed by the app where no person said that it be closed', () => {
    expect(isByApp({})).toBe(true);
    expect(isByApp({ open: true })).toBe(false);
    expect(isByApp({ closedBy: 'lead' })).toBe(false);
    expect(isByApp({}, 'open')).toBe(true);
    expect(isByApp({}, 'completed')).toBe(false);
  });

  it('was closed for a person where the newest word of one says so, whatever the app and strangers did since', () => {
    const closed = [change('lead', 'open'), change('lead', 'completed'), change('eve', 'open')];

    expect(isByApp({ stateChanges: [...closed, change('waves[bot]', 'completed')] })).toBe(false);
    expect(isByApp({ stateChanges: [change('lead', 'completed'), change('lead', 'open')] }, 'completed')).toBe(true);
  });
});
