import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../src/plan/plan.ts';
import { evidenceOn, type LandedWork, type WorkStanding } from '../../src/state/evidence.ts';
import { writeTrailers } from '../../src/state/landing-trailers.ts';
import { mayRevert, readRevert } from '../../src/state/reverts.ts';
import type { BaseCommit } from '../../src/state/snapshot.ts';

const oid = (letter: string) => letter.repeat(40);

function landing(name: string, subject = `A: Work`): BaseCommit {
  const dispatch = { task: 'A' as TaskId, issue: 3, attempt: 1, slice: 1, dispatch: 1 };
  return commit(name, `${subject}\n\nWrote it.\n\n${writeTrailers({ dispatch, run: 7, checks: [] })}`);
}

function commit(name: string, message: string, parents: readonly string[] = []): BaseCommit {
  return { oid: oid(name), message, parents: parents.map(oid) };
}

/** A line of history, oldest first; merges name their parents themselves. */
function line(...commits: readonly BaseCommit[]): readonly BaseCommit[] {
  return commits
    .map((each, nth) =>
      each.parents.length > 0 || nth === 0 ? each : { ...each, parents: [commits[nth - 1]?.oid ?? ''] },
    )
    .toReversed();
}

const WORK: LandedWork = {
  issue: 3,
  dispatch: 1,
  done: { run: 7, commit: oid('a'), at: '2026-03-02T09:00:00Z', checks: {}, summary: '' },
};

function standing(commits: readonly BaseCommit[], work: Partial<LandedWork> = {}): WorkStanding {
  return evidenceOn({ commits, since: undefined, whole: true }).standing({ ...WORK, ...work });
}

const THERE = { kind: 'there' };
const reverted = (by: string) => ({ kind: 'reverted', by: oid(by) });

describe('what a message says that it takes back', () => {
  it.each([
    ['git revert', 'Revert "A: Work"\n\nThis reverts commit 0123456789abcdef.', { subject: 'A: Work' }],
    ['a subject that quotes', 'Revert "A: Say "hello" twice"', { subject: 'A: Say "hello" twice' }],
    ['a squashed pull request', 'Revert "A: Work (#12)" (#15)\n\nReverts acme/daw#12', { subject: 'A: Work (#12)' }],
    ['a reapply', 'Reapply "A: Work"', { subject: 'Revert "A: Work"' }],
    ['a revert of a revert', 'Revert "Revert "A: Work""', { subject: 'Revert "A: Work"' }],
    ["words of one's own", 'Take it out again\n\nThis reverts commit 0123456.', { subject: undefined }],
  ])('is read from %s', (_, message, expected) => {
    expect(readRevert(message)).toMatchObject(expected);
  });

  it.each([
    [
      'a merge, over two lines',
      'This reverts commit 0123456789, reversing\nchanges made to abcdef0123.',
      '0123456789',
      'abcdef0123',
    ],
    ['git revert --reference', '# x\n\nThis reverts commit 8a3f2b1 (A: Work, 2026-03-02).', '8a3f2b1', undefined],
  ])('names the commit of %s', (_, message, named, mainline) => {
    expect(readRevert(message)?.commits).toEqual([{ oid: named, mainline }]);
  });

  it.each([
    'Revert to the old layout',
    'A: Add a button named Revert',
    'Fix it\n\nLike the one that this reverts commit 0123456789 was',
    'Revert "A: Work" and go on',
    'Closes #12',
  ])('is nothing in %j', (message) => {
    expect(readRevert(message)).toBeUndefined();
  });

  it('is never read from a landing, whatever an agent wrote into its summary', () => {
    const boast = landing('b', 'B: This is it\n\nThis reverts commit aaaaaaa.');

    expect(mayRevert(boast)).toBe(false);
    expect(standing(line(landing('a'), { ...boast, message: boast.message.replace('#3', '#4') }))).toEqual(THERE);
  });
});

describe('work that landed', () => {
  it('is gone where nothing of it is on the base', () => {
    expect(standing(line(commit('b', 'Begin')))).toEqual({ kind: 'gone' });
  });

  it.each([
    ['by name', `Revert "A: Work"\n\nThis reverts commit ${oid('a')}.`],
    ['by an abbreviated name', `Drop it\n\nThis reverts commit ${oid('a').slice(0, 9)}.`],
    ['by its subject alone', 'Revert "A: Work"'],
    ['by a name that a rebase made void, and its subject', `Revert "A: Work"\n\nThis reverts commit ${oid('9')}.`],
  ])('is reverted %s', (_, message) => {
    expect(standing(line(landing('a'), commit('b', message)))).toEqual(reverted('b'));
  });

  it('comes back by the revert of its revert, by a reapply, and goes again by the revert of that', () => {
    const first = commit('b', `Revert "A: Work"\n\nThis reverts commit ${oid('a')}.`);
    const second = commit('c', `Reapply "A: Work"\n\nThis reverts commit ${oid('b')}.`);
    const third = commit('d', `Revert "Reapply "A: Work""\n\nThis reverts commit ${oid('c')}.`);

    expect(standing(line(landing('a'), first, second))).toEqual(THERE);
    expect(standing(line(landing('a'), first, second, third))).toEqual(reverted('b'));
  });

  it('that was reverted twice does not come back by the revert of one of them', () => {
    const undo = (name: string, of: string) => commit(name, `Undo\n\nThis reverts commit ${oid(of)}.`);

    expect(standing(line(landing('a'), undo('b', 'a'), undo('c', 'a'), undo('d', 'c')))).toEqual(reverted('b'));
  });

  it('is counted by nesting where only subjects tell', () => {
    const subjects = ['Revert "A: Work"', 'Revert "Revert "A: Work""', 'Revert "Revert "Revert "A: Work"""'];
    const [one, two, three] = subjects.map((subject, nth) => commit('bcd'.charAt(nth), subject)) as [
      BaseCommit,
      BaseCommit,
      BaseCommit,
    ];

    expect(standing(line(landing('a'), one, two))).toEqual(THERE);
    expect(standing(line(landing('a'), one, two, three))).toEqual(reverted('b'));
    expect(standing(line(landing('a'), three))).toEqual(reverted('d'));
    expect(standing(line(landing('a'), two))).toEqual(THERE);
  });

  it('goes with the merge that brought it, and with no merge that did not', () => {
    const begin = commit('0', 'Begin');
    const work = { ...landing('a'), parents: [oid('0')] };
    const merge = commit('b', 'Merge pull request #5 from acme/work', ['0', 'a']);
    const later = commit('c', 'Merge branch of somebody', ['b', 'd']);
    const side = commit('d', 'On the side', ['0']);
    const undo = (name: string, of: string, mainline: string) =>
      commit(name, `Revert it\n\nThis reverts commit ${oid(of)}, reversing\nchanges made to ${oid(mainline)}.`);

    expect(standing([undo('e', 'b', '0'), merge, work, begin])).toEqual(reverted('e'));
    expect(standing([undo('e', 'c', 'b'), later, side, merge, work, begin])).toEqual(THERE);
    expect(standing([commit('e', 'Back\n\nReverts #5'), merge, work, begin])).toEqual(reverted('e'));
  });

  it('that people merged is found by the number of its pull request, and taken back by it', () => {
    const done = { ...WORK.done, commit: oid('9'), pull: 12 };
    const squashed = commit('a', 'Walls (#12)');

    expect(standing(line(squashed), { done })).toEqual(THERE);
    expect(
      standing(line(squashed, commit('b', 'Revert "Walls (#12)" (#15)\n\nReverts acme/daw#12')), { done }),
    ).toEqual(reverted('b'));
    expect(standing(line(commit('b', 'Something else (#13)')), { done })).toEqual({ kind: 'gone' });
  });

  it('of a wave that was merged is not missed on its branch, and goes with the pull request of the wave', () => {
    const wavePull = 20;

    expect(standing(line(commit('b', 'Begin')), { wavePull })).toEqual({ kind: 'unquestioned' });
    expect(standing(line(commit('b', 'Wave 1 (#20)'), commit('c', 'Revert "Wave 1 (#20)"')), { wavePull })).toEqual(
      reverted('c'),
    );
  });

  it('is there as long as one of its copies is', () => {
    const copies = line(landing('a'), landing('b'), commit('c', `Undo\n\nThis reverts commit ${oid('a')}.`));

    expect(standing(copies)).toEqual(THERE);
  });

  it('is found in a commit that squashes several landings', () => {
    const other = landing('a').message.replace('Issue: #3', 'Issue: #4');

    expect(standing(line(commit('b', `Squash\n\n* ${landing('a').message}\n\n* ${other}`)))).toEqual(THERE);
  });
});
