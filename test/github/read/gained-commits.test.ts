import { expect, it } from 'vitest';
import { gainedSince } from '../../../src/github/read/gained-commits.ts';
import type { BaseCommit } from '../../../src/state/snapshot.ts';

function commit(oid: string, ...parents: readonly string[]): BaseCommit {
  return { oid, message: oid, parents };
}

function gained(last: string, tip: string, ...commits: readonly BaseCommit[]) {
  const found = gainedSince(last, { tip, commits });
  return found.kind === 'unknown' ? found.kind : [found.kind, ...found.commits.map(({ oid }) => oid)];
}

it('is what came after the last look on a line of commits, though that one itself was not read', () => {
  expect(gained('a', 'c', commit('c', 'b'), commit('b', 'a'))).toEqual(['complete', 'c', 'b']);
  expect(gained('c', 'c', commit('c', 'b'))).toEqual(['complete']);
});

it('is not known where the last look is not among what was read, or the base was moved away from it', () => {
  expect(gained('x', 'c', commit('c', 'b'), commit('b', 'a'))).toBe('unknown');
  expect(gained('x', 'c', commit('c', 'b'), commit('b', 'a'), commit('x', 'a'), commit('a'))).toBe('unknown');
});

it('holds commits of a merged branch that are older than the last look', () => {
  const history = [commit('m', 'l', 's'), commit('l', 'r'), commit('s', 'r'), commit('r')];

  expect(gained('l', 'm', ...history)).toEqual(['complete', 'm', 's']);
});

it('says that a branch that was merged goes further back than was read', () => {
  expect(gained('l', 'm', commit('m', 'l', 's'), commit('l', 'r'), commit('s', 'old'))).toEqual(['reached', 'm', 's']);
});
