import type { Effect } from '../../../../src/decide/effects/effect.ts';
import { newMemory } from '../../../../src/github/memory.ts';
import { type Client, createClient } from '../../../../src/github/octokit.ts';
import { apply } from '../../../../src/github/write/apply.ts';
import type { EffectOutcomes } from '../../../../src/github/write/executor.ts';
import type { Turn } from '../../../../src/github/write/turn.ts';
import { type Pass, reconcile } from '../../../../src/reconcile.ts';
import { TIMINGS } from '../../../../src/state/timings.ts';
import { closeAsCompleted, readIssues, readTaskIssue, type TaskIssue } from '../../../../src/task/claim/issue.ts';
import { rejectActor } from '../../../../src/task/claim/reject-actor.ts';
import { enableAutoMerge, mergePullRequest, openPullRequest } from '../../../../src/task/land/pull-requests.ts';
import type { Clock } from '../../../../src/task/protocol/clock.ts';
import type { JobContext } from '../../../../src/task/protocol/job.ts';
import { postResult } from '../../../../src/task/report/post-result.ts';
import { PureWorld } from '../../../support/pure-world.ts';
import { GITHUB, locator } from './github-mock.ts';

/**
 * What the tests of this folder speak of: the one file here that knows how passes remember and where a task run keeps
 * its requests.
 */

/** An installation's token in the form that it has since April 2026. */
export const TOKEN = `ghs_123_${'a'.repeat(40)}.${'b'.repeat(400)}.${'c'.repeat(60)}`;

export function client(baseUrl: string = GITHUB): Client {
  const made = createClient({ token: TOKEN, baseUrl });
  // It logs every request that fails, and these tests are about nothing else.
  if ('log' in made) Object.assign(made.log as object, { error: () => {} });
  return made;
}

/** Node ids of what the effects of a test speak of: issues 1 to 3, and labels by name. */
function knownWorld(): PureWorld {
  const world = new PureWorld();
  for (const title of ['DAW', 'A: First', 'B: Second'])
    world.open({ title, body: 'old', labels: [], parent: undefined, by: 'waves[bot]' });
  for (const name of ['agent:running', 'agent:failed']) world.labels.set(name, `LA_${name}`);
  return world;
}

/** Carries effects out in a repository that the pass before knows: the one place here that knows how passes remember. */
export async function applyEffects(
  effects: readonly Effect[],
  { github = client(), turn }: { readonly github?: Client; readonly turn?: Turn } = {},
): Promise<EffectOutcomes> {
  const snapshot = knownWorld().snapshot({ plan: undefined, config: undefined, progress: undefined });
  const { ledger } = newMemory();
  const { outcomes } = await apply(effects, { client: github, locator, snapshot, ledger, turn });
  return outcomes;
}

/** Passes of one process: each remembers what those before it saw. */
export function processOf(github: Client = client()): () => Promise<Pass> {
  let memory = newMemory();
  return async () => {
    const pass = await reconcile({ client: github, locator, app: 'waves[bot]', memory, timings: TIMINGS });
    memory = pass.memory;
    return pass;
  };
}

/** What a task run asks of GitHub by itself. */
export const task = {
  closeAsCompleted,
  enableAutoMerge,
  mergePullRequest,
  openPullRequest,
  postResult,
  readIssues,
  readTaskIssue,
  rejectActor,
} as const;

export type { Clock, TaskIssue };

/** The job of a task run, as far as its requests depend on it. */
export const job: JobContext = {
  owner: locator.owner,
  repository: locator.repo,
  run: 501,
  runAttempt: 1,
  actor: 'waves[bot]',
  remote: 'https://github.com/acme/daw',
  apiUrl: GITHUB,
  runUrl: 'https://github.com/acme/daw/actions/runs/501',
  token: TOKEN,
  workspace: '/nowhere',
  folder: '/nowhere',
  summaryFile: undefined,
};
