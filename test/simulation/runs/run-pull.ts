import { readTrailers } from '../../../src/state/landing-trailers.ts';
import { ACTIONS_LOGIN, taskBranch } from '../../../src/state/names.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import {
  closePullRequest,
  enableAutoMerge,
  mergePullRequest,
  openPullRequest,
  readPullRequest,
  type TaskPullRequest,
} from '../../../src/task/land/pull-requests.ts';
import type { RunClaim } from './run-claim.ts';
import type { Ending, TaskRunInput } from './run-input.ts';

/** Of the product's `landing-lease.ts`, which asks git. */
const LANDING_REF = 'refs/agent-waves/landing';
const DEAD_MS = 10 * 60_000;
const GIVE_UP_MS = 2 * DEAD_MS;

/** Work on a commit of the base. */
interface Verified {
  readonly head: string;
  readonly commit: string;
  readonly message: string;
  /** Whether its checks passed: a guard that is taken out lands what failed. */
  readonly passed: boolean;
}

export interface PullInput extends TaskRunInput {
  readonly claim: RunClaim;
  readonly review: TaskRecord['review'];
  /** Why nothing of this run may land any more. */
  readonly refused: () => Promise<string | undefined>;
}

/** As `openForReview` does it. @returns How it ended; undefined where branch or base were moved meanwhile. */
export async function openForReview(work: Verified, input: PullInput): Promise<Ending | undefined> {
  const { client, claim } = input;
  if (!claim.isHeld()) return { outcome: 'superseded', why: 'the claim of this run is gone' };
  const opened = await openPull(work, input);
  if (!opened || 'outcome' in opened) return opened;
  const { pull, head, title, message } = opened;
  const refused = await refusedBeforeMerge(pull, input);
  if (refused) return refused;
  await enableAutoMerge(client, { nodeId: pull.nodeId, title, message });
  return { outcome: 'in-review', pull: { number: pull.number, head } };
}

/** As `squashMerge` does it. */
export async function squashMerge(work: Verified, input: PullInput): Promise<Ending | undefined> {
  const opened = await openPull(work, input);
  if (!opened || 'outcome' in opened) return opened;
  const { pull, head, title, message } = opened;
  await input.onMerge();
  const lease = await takeLease(work, { ...input, pull });
  if (lease === undefined) return undefined;
  try {
    const refused = await refusedBeforeMerge(pull, input);
    if (refused) return refused;
    const { client, job, claim, dispatch } = input;
    const answer = await mergePullRequest(client, { job, number: pull.number, head, title, message });
    if (answer.kind === 'moved') return undefined;
    if (answer.kind === 'refused') return { outcome: 'infrastructure', why: answer.words };
    const landed = await confirmMerged(work, answer.commit, input);
    await claim.push([{ ref: `refs/heads/${taskBranch(dispatch.task)}`, from: head, to: null }]);
    return landed;
  } finally {
    await input.claim.push([{ ref: LANDING_REF, from: lease, to: null }]);
  }
}

/** What landed is what was verified, or is verified now: a person may have been faster, and no run of ours. */
async function confirmMerged({ head, commit, passed }: Verified, merged: string, input: PullInput): Promise<Ending> {
  const { git, clock, fate, onVerified, onLanded } = input;
  const [tree, wanted] = [(await git.commit(merged)).tree, (await git.commit(commit)).tree];
  const between = [];
  for (const each of await git.history((await git.commit(merged)).parents[0] ?? head)) {
    if (each.oid === head) break;
    between.push(each);
  }
  const isAlone = between.every(({ message }) => readTrailers(message).length === 0);
  if (passed && (tree === wanted || isAlone)) onVerified(merged);
  await onLanded(merged);
  if (tree !== wanted) await clock.sleep(fate.verifies);
  return { outcome: 'completed', commit: merged };
}

async function refusedBeforeMerge(pull: TaskPullRequest, input: PullInput): Promise<Ending | undefined> {
  const { client, job, claim, refused } = input;
  const why = claim.isHeld() ? await refused() : 'the claim of this run is gone';
  if (why === undefined) return undefined;
  await closePullRequest(client, { job, number: pull.number });
  return { outcome: 'superseded', why };
}

interface Opened {
  readonly pull: TaskPullRequest;
  readonly head: string;
  readonly title: string;
  readonly message: string;
}

async function openPull(work: Verified, input: PullInput): Promise<Opened | Ending | undefined> {
  const { client, job, dispatch, git, claim, review, onVerified } = input;
  const branch = taskBranch(dispatch.task);
  const ref = `refs/heads/${branch}`;
  const there = git.read(ref);
  if (review && there !== review.head) return { outcome: 'conflict', why: `somebody pushed to ${branch}` };
  const { tree } = await git.commit(work.commit);
  const parents = review ? [review.head, work.head] : [work.head];
  const head = git.write({ tree, parents, message: work.message, by: ACTIONS_LOGIN });
  if (work.passed) onVerified(head);
  if ((await claim.push([{ ref, from: there ?? null, to: head }])) !== 'moved') return undefined;
  const [title = '', ...rest] = work.message.split('\n');
  const pull = await openPullRequest(client, { job, branch, base: 'main', title, body: 'Wrote it.' });
  return { pull, head, title, message: rest.join('\n').trim() };
}

/** As `underLease` takes it: nobody else of ours lands until it is given back, or its holder is dead. */
async function takeLease(
  { head }: Verified,
  input: PullInput & { readonly pull: TaskPullRequest },
): Promise<string | undefined> {
  const { git, clock, job, dispatch, client, claim, pull, planted } = input;
  const own = git.say({ run: job.run, issue: dispatch.issue, pull: pull.number });
  if (planted.has('landing lease')) return own;
  const began = clock.elapsed();
  const seen = new Map<string, number>();
  while (clock.elapsed() - began < GIVE_UP_MS) {
    if (git.head() !== head) return undefined;
    const held = git.read(LANDING_REF);
    if (held === own) return own;
    if (held !== undefined) seen.set(held, seen.get(held) ?? clock.elapsed());
    const age = held === undefined ? 0 : clock.elapsed() - (seen.get(held) ?? 0);
    if (held === undefined || age >= DEAD_MS || (await isOver(held, { ...input, client })))
      if ((await claim.push([{ ref: LANDING_REF, from: held ?? null, to: own }])) === 'moved') return own;
    await clock.sleep(2_000);
  }
  return undefined;
}

async function isOver(held: string, { git, client, job }: PullInput): Promise<boolean> {
  const { pull } = JSON.parse((await git.commit(held)).message) as { readonly pull: number };
  const state = await readPullRequest(client, { job, number: pull });
  return state.kind === 'closed' || (state.kind === 'merged' && (await git.isAncestor(state.commit, git.head())));
}
