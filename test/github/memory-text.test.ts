import { expect, it } from 'vitest';
import { EMPTY_CACHE } from '../../src/github/issue-cache.ts';
import { EMPTY_LEDGER, type Ledger, withEntries } from '../../src/github/ledger.ts';
import { newMemory } from '../../src/github/memory.ts';
import { memoryFromText, memoryToText } from '../../src/github/memory-text.ts';
import type { IssueView } from '../../src/state/snapshot.ts';

const ISSUE: IssueView = {
  id: 'I_1',
  number: 7,
  title: 'A: First',
  firstTitle: 'A: First',
  body: 'Text\n',
  open: true,
  closedAs: undefined,
  closedAt: undefined,
  closedBy: undefined,
  reopenedAt: undefined,
  reopenedBy: undefined,
  author: 'github-actions[bot]',
  editedAt: undefined,
  writer: undefined,
  createdAt: '2026-11-01T10:00:00Z',
  labels: ['agent-waves:task'],
  labelled: new Map([['agent-waves:task', { by: 'lead', at: '2026-11-01T10:00:00Z' }]]),
  labelChanges: [{ label: 'agent:start', added: true, by: undefined, at: '2026-11-01T10:00:00Z' }],
  stateChanges: [{ to: 'completed', by: 'lead', at: '2026-11-01T10:00:00Z' }],
  parent: undefined,
  blockedBy: [{ number: 3, open: true, id: 'I_3' }],
  blockerChanges: [{ blocker: { number: 3, open: true }, added: true, by: 'lead', at: '2026-11-01T10:00:00Z' }],
  parentChanges: [{ parent: undefined, by: undefined, at: '2026-11-01T10:00:00Z' }],
  subIssues: 0,
  titled: { by: undefined, at: '2026-11-01T10:00:00Z' },
  locked: false,
  updatedAt: '2026-11-01T10:00:00Z',
};

const LEDGER: Ledger = withEntries(EMPTY_LEDGER, [
  { kind: 'issue-written', issue: ISSUE, before: { ...ISSUE, title: 'before' }, at: 5 },
  { kind: 'said', saying: 'hello', at: 5 },
  { kind: 'label-created', name: 'wave:1', id: 'L_1' },
  { kind: 'dispatched', issue: 7, dispatch: 1, run: 900 },
  { kind: 'dispatch-refused', issue: 8, dispatch: 2, what: 'no' },
  { kind: 'branch-created', branch: 'a', from: 'c1', at: 5 },
  { kind: 'branch-refused', branch: 'b', what: 'no' },
  { kind: 'merged', head: 'c2', conflict: 'yes' },
  { kind: 'pull-opened', branch: 'a', number: 4 },
  { kind: 'pull-refused', branch: 'b', what: 'no' },
  { kind: 'progress-committed', from: 'c2', to: 'c3' },
  { kind: 'progress-told', milestones: 'one', at: 5 },
  { kind: 'progress-refused' },
]);

it('the next pass has the ledger and the permissions of the one before, as they were', () => {
  const permissions = new Map([['lead', { writes: true, at: 5 }]]);

  const next = memoryFromText(memoryToText({ ...newMemory(), ledger: LEDGER, cache: { ...EMPTY_CACHE, permissions } }));

  expect(next.ledger).toStrictEqual(LEDGER);
  expect(next.cache).toStrictEqual({ ...EMPTY_CACHE, permissions });
});

it.each([5, undefined])('and how far back issues are wanted: %s', (before) => {
  const past = { before, plan: 'daw', plans: 3 };

  const next = memoryFromText(memoryToText({ ...newMemory(), cache: { ...EMPTY_CACHE, past } }));

  expect(next.cache).toStrictEqual({ ...EMPTY_CACHE, past });
});

it('what was written is told from the cache where a reading has brought it there: GitHub may show it no more', () => {
  const { written: _, ...rest } = LEDGER;
  const cache = { ...EMPTY_CACHE, issues: new Map([[7, ISSUE]]) };

  const next = memoryFromText(memoryToText({ ...newMemory(), ledger: { ...rest, written: new Map() }, cache }));

  expect(next.ledger.written).toStrictEqual(new Map([[7, ISSUE]]));
});

it.each(['', 'hello', '{}', '{"ledger":{"written":1},"permissions":[]}', '[]'])('%j is no memory', (text) => {
  expect(memoryFromText(text)).toMatchObject({ ledger: EMPTY_LEDGER, cache: EMPTY_CACHE });
});
