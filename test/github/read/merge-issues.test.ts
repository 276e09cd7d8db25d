import { describe, expect, it } from 'vitest';
import { withEntries } from '../../../src/github/ledger.ts';
import { type Memory, newMemory } from '../../../src/github/memory.ts';
import { mergeIssues, withoutShown, withWrites } from '../../../src/github/read/merge-issues.ts';
import { type IssueView, instant } from '../../../src/state/snapshot.ts';
import { BEGIN, PureWorld } from '../../support/pure-world.ts';

const world = new PureWorld();
const number = world.open({ title: 'A', body: 'old', labels: [], parent: undefined, by: 'lead' });
const old = world.issue(number);
const written = { ...old, body: 'new', updatedAt: instant(BEGIN + 5_000) };

/** A pass of one process that reads these issues so many ms after the beginning. */
function afterReading(memory: Memory, issues: readonly IssueView[], after: number, every = false): Memory {
  const date = BEGIN + after;
  const cache = withWrites(memory.cache, memory.ledger);
  const merged = mergeIssues(cache.issues, { issues, every, date }, memory.ledger);
  return { ...memory, cache: { ...cache, issues: merged }, ledger: withoutShown(memory.ledger, date) };
}

/** The same process writes the issue. */
function afterWriting(memory: Memory, issue: IssueView, after: number): Memory {
  const before = memory.cache.issues.get(issue.number);
  const entry = { kind: 'issue-written', issue, before, at: BEGIN + after } as const;
  return { ...memory, ledger: withEntries(memory.ledger, [entry]) };
}

const known = ({ cache }: Memory) => cache.issues.get(number);

describe('what a process knows of an issue', () => {
  it('is not overwritten by an older reading', () => {
    const memory = afterWriting(newMemory(), written, 5_000);

    expect(known(afterReading(memory, [old], 60_000))?.body).toBe('new');
  });

  it('is not overwritten by a stale reading in the second of the write', () => {
    const before = { ...written, body: 'old' };
    const memory = afterWriting(afterReading(newMemory(), [before], 5_000), written, 5_000);

    const read = afterReading(memory, [before], 6_000);

    expect(known(read)?.body).toBe('new');
    expect(known(afterReading(read, [before], 20_000))?.body).toBe('new');
  });

  it('is not overwritten by any state that two writes in one second replaced', () => {
    const before = { ...written, body: 'old' };
    const last = { ...written, body: 'newer' };
    const first = afterWriting(afterReading(newMemory(), [before], 5_000), written, 5_000);
    const memory = afterWriting(first, last, 5_000);

    expect(known(afterReading(memory, [before], 6_000))?.body).toBe('newer');
    expect(known(afterReading(memory, [written], 6_000))?.body).toBe('newer');
  });

  it('shows what a person did in the second of the write, in every later pass as well', () => {
    const memory = afterWriting(newMemory(), written, 5_000);

    const read = afterReading(memory, [{ ...written, labels: ['agent:start'] }], 6_000);

    expect(known(read)?.labels).toEqual(['agent:start']);
    expect(known(afterReading(read, [], 7_000))?.labels).toEqual(['agent:start']);
  });

  it('gives way to a newer reading', () => {
    const memory = afterWriting(newMemory(), written, 5_000);

    const read = afterReading(memory, [{ ...written, body: 'newer', updatedAt: instant(BEGIN + 6_000) }], 6_000);

    expect(known(read)?.body).toBe('newer');
  });

  it('is gone where a reading of every issue does not find it, unless it was written a moment ago', () => {
    const memory = afterWriting(newMemory(), written, 5_000);

    const soon = afterReading(memory, [], 60_000, true);

    expect(known(soon)?.body).toBe('new');
    expect(known(afterReading(soon, [], 600_000, true))).toBeUndefined();
  });

  it('is the same value where nothing was read or written', () => {
    const memory = afterReading(newMemory(), [old], 5_000);

    const next = afterReading(memory, [], 6_000);

    expect(next.cache.issues).toBe(memory.cache.issues);
    expect(next.ledger).toBe(memory.ledger);
  });
});
