import { expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { EMPTY_LEDGER } from '../../../src/github/ledger.ts';
import type { Client } from '../../../src/github/octokit.ts';
import { withoutShown } from '../../../src/github/read/merge-issues.ts';
import { apply } from '../../../src/github/write/apply.ts';
import { EXECUTORS } from '../../../src/github/write/executors.ts';
import { PureWorld } from '../../support/pure-world.ts';

const reason = 'a test says so';
const PHASES = ['refusals', 'cancellations', 'mutations', 'references', 'runs'];

it('has an executor for every kind of effect: a table without one does not compile', () => {
  const { dispatch, ...others } = EXECUTORS;

  // @ts-expect-error One kind is missing.
  const incomplete: typeof EXECUTORS = others;

  expect(Object.keys({ ...incomplete, dispatch }).sort()).toEqual(Object.keys(EXECUTORS).sort());
});

it('has an executor for the very kind: another one does not compile', () => {
  // @ts-expect-error A run is cancelled by a request that a comment knows nothing of.
  const mistaken: typeof EXECUTORS = { ...EXECUTORS, comment: EXECUTORS['cancel-run'] };

  expect(PHASES).toContain(mistaken.comment.phase);
});

interface Asked {
  readonly route: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Applies effects to a repository with the issues 1 and 2. @param answer What GitHub answers to each request, or throws. */
async function applied(effects: readonly Effect[], answer: (asked: Asked) => unknown = () => undefined) {
  const world = new PureWorld();
  for (const title of ['One', 'Two']) world.open({ title, body: '', labels: [], parent: undefined, by: 'waves[bot]' });
  const snapshot = world.snapshot({ plan: undefined, config: undefined, progress: undefined });
  const asked: string[] = [];
  const request = async (first: string | { readonly query: string }, body: Asked['body'] = {}) => {
    const route = typeof first === 'string' ? first : 'graphql';
    const mutations = typeof first === 'string' ? [] : [...first.query.matchAll(/^(m\d+): (\w+)/gm)];
    const names = mutations.map(([, , name]) => name);
    asked.push(names.length > 0 ? names.join(', ') : route.replace(/^.*\//, ''));
    const data = answer({ route, body }) ?? { data: Object.fromEntries(mutations.map(([, alias]) => [alias, {}])) };
    return { data, headers: { date: new Date(snapshot.now).toUTCString() } };
  };
  const client = { request: Object.assign(request, { endpoint: { DEFAULTS: { baseUrl: 'https://api.github.com' } } }) };
  const locator = { owner: 'acme', repo: 'daw' };
  const { outcomes, ledger } = await apply(effects, {
    client: client as unknown as Client,
    locator,
    snapshot,
    ledger: EMPTY_LEDGER,
  });
  return { asked, ledger, outcomes: Object.fromEntries([...outcomes].map(([key, { kind }]) => [key, kind])) };
}

const dispatchOf = (issue: number, more: Pick<Effect, 'requires'> = {}): Effect => ({
  kind: 'dispatch',
  key: `dispatch:${issue}`,
  inputs: { task: `T-${issue}` as never, issue, attempt: 1, slice: 1, dispatch: 1 },
  reason,
  ...more,
});
const bodyOf = (issue: number): Effect => ({ kind: 'write-body', key: `body:${issue}`, issue, body: 'new', reason });

it('ends runs first, then sends mutations, then what is about references in order, then dispatches, whatever order the effects have', async () => {
  const { asked, outcomes } = await applied([
    dispatchOf(1),
    { kind: 'cancel-run', key: 'cancel', run: 7, reason },
    { kind: 'open-pull', key: 'pull', branch: 'b', base: 'main', title: '', body: '', reason },
    { kind: 'merge-branch', key: 'merge', into: 'b', from: 'main', head: 'f', reason },
    { kind: 'comment', key: 'comment', issue: 1, body: 'x', reason },
    bodyOf(2),
  ]);

  expect(asked).toEqual(['cancel', 'addComment, updateIssue', 'pulls', 'merges', 'dispatches']);
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['applied']));
});

it('skips what requires an effect that was not applied, of any kind', async () => {
  const { asked, outcomes } = await applied([
    bodyOf(1),
    bodyOf(999),
    dispatchOf(1, { requires: 'body:1' }),
    dispatchOf(999, { requires: 'body:999' }),
    { kind: 'create-branch', key: 'branch', branch: 'b', from: 'f', requires: 'body:999', reason },
    { kind: 'cancel-run', key: 'cancel', run: 7, requires: 'nothing of this name', reason },
  ]);

  expect(outcomes).toEqual({
    'body:1': 'applied',
    'body:999': 'skipped',
    'dispatch:1': 'applied',
    'dispatch:999': 'skipped',
    branch: 'skipped',
    cancel: 'skipped',
  });
  expect(asked).toEqual(['updateIssue', 'dispatches']);
});

it('skips what requires several of which one was not applied', async () => {
  const { outcomes } = await applied([
    { kind: 'close-issue', key: 'close:999', issue: 999, as: 'completed', reason },
    bodyOf(1),
    bodyOf(2),
    dispatchOf(1, { requires: ['body:1', 'close:999'] }),
    dispatchOf(2, { requires: ['body:1', 'body:2'] }),
  ]);

  expect(outcomes).toMatchObject({ 'close:999': 'skipped', 'dispatch:1': 'skipped', 'dispatch:2': 'applied' });
});

it('carries out what it can when an executor breaks, and keeps what was written', async () => {
  const { outcomes, ledger } = await applied([dispatchOf(1), dispatchOf(2)], ({ route, body }) => {
    if (!route.includes('/dispatches')) return undefined;
    const { issue } = body.inputs as { readonly issue: string };
    if (issue === '1') throw new RangeError('a bug of ours');
    return { workflow_run_id: 42 };
  });

  expect(outcomes).toEqual({ 'dispatch:1': 'failed', 'dispatch:2': 'applied' });
  expect([...ledger.dispatched]).toEqual([[2, { dispatch: 1, run: 42 }]]);
});

it('remembers what was said where the body that is to remember it failed, until reads show it', async () => {
  const comment: Effect = { kind: 'comment', key: 'lost:1', occasion: 'lost:2026', issue: 1, body: 'Gone.', reason };

  const answers = [
    { data: { m0: { clientMutationId: '1 lost:2026' } } },
    { data: { m0: null }, errors: [{ path: ['m0'], message: 'Something went wrong' }] },
  ];
  const { outcomes, ledger } = await applied([comment, bodyOf(1)], () => answers.shift() ?? {});

  expect(outcomes).toEqual({ 'lost:1': 'applied', 'body:1': 'failed' });
  const [[saying, at] = ['', 0]] = ledger.said;
  expect(saying).toBe('1 lost:2026');
  expect([withoutShown(ledger, at + 60_000).said.size, withoutShown(ledger, at + 180_000).said.size]).toEqual([1, 0]);
});
