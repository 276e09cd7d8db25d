import * as z from 'zod/mini';
import { orphanCommit } from '../claim/claim-ref.ts';
import { isAncestor } from '../git/base.ts';
import { fetchRefs, listFetched } from '../git/fetch.ts';
import { gitText, type Repository } from '../git/git.ts';
import { pushRefs } from '../git/push.ts';
import type { Clock } from '../protocol/clock.ts';
import { parseJson } from '../protocol/json.ts';
import type { PullRequestState } from './pull-requests.ts';

/** Who holds it has GitHub merge, which takes no expected base: no other run of ours lands meanwhile. */
const LANDING_REF = 'refs/agent-waves/landing';

/** A holder whose pull request is still open after this long is taken for dead: merging is one request. */
const DEAD_MS = 10 * 60_000;
const GIVE_UP_MS = 2 * DEAD_MS;
const PAUSE_MS = 2_000;

const holderSchema = z.object({ run: z.number(), issue: z.number(), pull: z.number() });

export interface LeaseRequest {
  readonly repository: Repository;
  readonly clock: Clock;
  readonly branch: string;
  /** The commit of the base that the work was verified on. */
  readonly head: string;
  readonly holder: Readonly<z.infer<typeof holderSchema>>;
  /** What has become of the pull request of whoever holds the lease. */
  readonly readPull: (number: number) => Promise<PullRequestState>;
}

/** @returns What the work says, or undefined where the base has moved, or somebody else does not let go of the lease. */
export async function underLease<Value>(request: LeaseRequest, work: () => Promise<Value>): Promise<Value | undefined> {
  const lease = await takeLease(request);
  if (lease === undefined) return undefined;
  try {
    return await work();
  } finally {
    await pushRefs(request.repository, [{ ref: LANDING_REF, from: lease, to: '' }]);
  }
}

/** @returns The commit that holds the lease for us. */
async function takeLease(request: LeaseRequest): Promise<string | undefined> {
  const { repository, clock, branch, head } = request;
  const commit = await orphanCommit(repository, request.holder);
  const began = clock.elapsed();
  const seen = new Map<string, number>();
  for (;;) {
    const tip = await fetchBaseTip(repository, branch);
    if (tip.head !== head) return undefined;
    const { lease } = tip;
    if (lease === commit) return commit;
    const now = clock.elapsed();
    if (lease !== undefined && !seen.has(lease)) seen.set(lease, now);
    const age = lease === undefined ? 0 : now - (seen.get(lease) ?? now);
    if (lease === undefined || (await mayTakeOver(request, { lease, age }))) {
      const answer = await pushRefs(repository, [{ ref: LANDING_REF, from: lease ?? '', to: commit }]);
      if (answer.kind === 'moved') return commit;
    }
    if (now - began >= GIVE_UP_MS) return undefined;
    await clock.sleep(PAUSE_MS);
  }
}

/** Nobody does before it has read what became of the holder's pull request: its merge may be what moves the base next. */
async function mayTakeOver(
  { repository, head, readPull }: LeaseRequest,
  { lease, age }: { readonly lease: string; readonly age: number },
): Promise<boolean> {
  const message = await gitText(repository, ['log', '-1', '--format=%B', lease]);
  const pull = parseJson(message, holderSchema)?.pull;
  const state = pull === undefined ? undefined : await readPull(pull);
  if (state?.kind === 'closed') return true;
  // The base was read before the merge.
  const isThere = state?.kind === 'merged' && (await isAncestor(repository, { commit: state.commit, head }));
  return isThere || age >= DEAD_MS;
}

const LOCAL = 'refs/agent-waves/merging/';

interface BaseTip {
  /** Newest commit of the base. */
  readonly head: string;
  /** The commit that holds the lease now. */
  readonly lease: string | undefined;
}

/** Fetches the base and the lease in one go. */
export async function fetchBaseTip(repository: Repository, branch: string): Promise<BaseTip> {
  // A pattern instead of the name: fetching a name that does not exist is an error, and usually there is no lease.
  const refspecs = [`+refs/heads/${branch}:${LOCAL}base`, `+${LANDING_REF}*:${LOCAL}landing*`];
  const fetched = await fetchRefs(repository, { refspecs, flags: ['--prune'] });
  if (!fetched.ok) throw new Error(`${branch} cannot be fetched from ${repository.remote}: ${fetched.stderr.trim()}`);
  const refs = await listFetched(repository, LOCAL);
  const base = refs.get('base');
  if (!base) throw new Error(`branch ${branch} is not on the remote`);
  return { head: base.commit, lease: refs.get('landing')?.commit };
}
