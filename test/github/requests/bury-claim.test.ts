import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { type Reply, useGithub } from './support/github-mock.ts';
import { applyEffects } from './support/under-test.ts';

/** A tombstone is a commit that nobody but the claim ref leads to, made without any checkout. */

const github = useGithub();

const HEAD = 'b'.repeat(40);
const CLAIM = 'c'.repeat(40);
const NEWER = 'd'.repeat(40);
const TOMBSTONE = 'e'.repeat(40);
const TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const READ = 'GET /repos/acme/daw/git/ref/agent-waves%2Fclaims%2F2';
const MOVE = 'PATCH /repos/acme/daw/git/refs/agent-waves%2Fclaims%2F2';
const CREATE = 'POST /repos/acme/daw/git/refs';
const COMMIT = 'POST /repos/acme/daw/git/commits';

const bury: Effect = { kind: 'bury-claim', key: 'it', issue: 2, dispatch: 7, reason: 'a person said no' };
const commitOf = (sha: string) => `GET /repos/acme/daw/git/commits/${sha}`;
const refTo = (sha: string): Reply => ({ body: { ref: 'refs/agent-waves/claims/2', object: { sha, type: 'commit' } } });
const saying = (message: string): Reply => ({ body: { tree: { sha: TREE }, message, parents: [] } });
const made: Reply = { status: 201, body: { sha: TOMBSTONE } };
const refused = (message: string): Reply => ({ status: 422, body: { message } });
const sent = (route: string) => github.requests.filter((request) => request.route === route).map(({ body }) => body);

function claimHeldBy(dispatch: number, { run = 77, commit = CLAIM } = {}): void {
  github.answers(READ, refTo(commit));
  github.answers(commitOf(commit), saying(JSON.stringify({ task: 'A', dispatch, run })));
}

function noClaim(): void {
  github.answers(READ, { status: 404, body: { message: 'Not Found' } });
  github.answers(commitOf(HEAD), saying('the newest work'));
}

describe('a claim of the very dispatch', () => {
  it('becomes a child of itself that names the dispatch and no run: a move without force is a compare-and-swap', async () => {
    claimHeldBy(7);
    github.answers(COMMIT, made);
    github.answers(MOVE, { body: {} });

    const outcomes = await applyEffects([bury]);

    expect(outcomes.get('it')).toEqual({ kind: 'applied' });
    expect(sent(COMMIT)).toEqual([{ message: '{"dispatch":7,"run":0}', tree: TREE, parents: [CLAIM] }]);
    expect(sent(MOVE)).toEqual([{ sha: TOMBSTONE, force: false }]);
  });

  it('that its run gives up meanwhile is buried all the same', async () => {
    claimHeldBy(7);
    noClaim();
    github.answers(COMMIT, made, made);
    github.answers(MOVE, refused('Reference does not exist'));
    github.answers(CREATE, { status: 201, body: {} });

    const outcomes = await applyEffects([bury]);

    expect(outcomes.get('it')).toEqual({ kind: 'applied' });
    expect(sent(CREATE)).toEqual([{ ref: 'refs/agent-waves/claims/2', sha: TOMBSTONE }]);
  });
});

it('a dispatch that has not claimed yet finds a tombstone: its run may still be queued', async () => {
  noClaim();
  github.answers(COMMIT, made);
  github.answers(CREATE, { status: 201, body: {} });

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')).toEqual({ kind: 'applied' });
  expect(sent(COMMIT)).toEqual([{ message: '{"dispatch":7,"run":0}', tree: TREE, parents: [] }]);
  expect(sent(CREATE)).toEqual([{ ref: 'refs/agent-waves/claims/2', sha: TOMBSTONE }]);
});

it('a run that takes the claim while the tombstone is made does not keep it', async () => {
  noClaim();
  claimHeldBy(7);
  github.answers(COMMIT, made, made);
  github.answers(CREATE, refused('Reference already exists'));
  github.answers(MOVE, { body: {} });

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')).toEqual({ kind: 'applied' });
  expect(sent(MOVE)).toEqual([{ sha: TOMBSTONE, force: false }]);
});

it('a claim of a higher dispatch stays as it is', async () => {
  claimHeldBy(8);

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')).toEqual({ kind: 'skipped', why: 'dispatch 8 holds the task by now' });
});

it('a claim that a higher dispatch takes meanwhile stays as it is', async () => {
  claimHeldBy(7);
  claimHeldBy(8, { commit: NEWER });
  github.answers(COMMIT, made);
  github.answers(MOVE, refused('Update is not a fast forward'));

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')?.kind).toBe('skipped');
});

it('a tombstone of the dispatch is not made twice', async () => {
  claimHeldBy(7, { run: 0 });

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')).toEqual({ kind: 'skipped', why: 'nobody can take it already' });
});

it('a ref that somebody moved by hand is buried as the lowest dispatch', async () => {
  github.answers(READ, refTo(CLAIM));
  github.answers(commitOf(CLAIM), saying('Fix the build'));
  github.answers(COMMIT, made);
  github.answers(MOVE, { body: {} });

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')).toEqual({ kind: 'applied' });
});

it('is forced in the end where GitHub takes no move without force', async () => {
  for (let left = 4; left > 0; left--) claimHeldBy(7);
  github.answers(COMMIT, made, made, made, made);
  const no = refused('Update is not a fast forward');
  github.answers(MOVE, no, no, no, { body: {} });

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')).toEqual({ kind: 'applied' });
  expect(sent(MOVE).map((body) => (body as { force: boolean }).force)).toEqual([false, false, false, true]);
});

it('fails where the app may not write contents, and the next pass tries again', async () => {
  claimHeldBy(7);
  github.answers(COMMIT, { status: 403, body: { message: 'Resource not accessible by integration' } });

  const outcomes = await applyEffects([bury]);

  expect(outcomes.get('it')).toMatchObject({ kind: 'failed', why: expect.stringContaining('Resource not accessible') });
});
