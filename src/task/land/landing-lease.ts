import { orphanCommit } from '../claim/claim-ref.ts';
import { fetchRefs } from '../git/fetch.ts';
import { gitText, type Repository } from '../git/git.ts';
import { pushRefs } from '../git/push.ts';

/** While one run holds it, no other lands: a base that moves all the time must not keep a task out for ever. */
export const LANDING_REF = 'refs/agent-waves/landing';

/** A holder that has not landed by then is taken for dead. */
const STALE_MS = 10 * 60_000;

export interface BaseTip {
  /** Newest commit of the base. */
  readonly head: string;
  /** Who holds the landing lease now, if somebody does. */
  readonly lease: { readonly commit: string; readonly fresh: boolean } | undefined;
}

/** Fetches the base and the lease in one go. */
export async function fetchBaseTip(
  repository: Repository,
  { branch, now }: { readonly branch: string; readonly now: number },
): Promise<BaseTip> {
  // A pattern instead of the name: fetching a name that does not exist is an error, and usually there is no lease.
  const refspecs = [
    `+refs/heads/${branch}:refs/agent-waves/tip/base`,
    `+${LANDING_REF}*:refs/agent-waves/tip/landing*`,
  ];
  const fetched = await fetchRefs(repository, { refspecs, flags: ['--prune'] });
  if (!fetched.ok) throw new Error(`${branch} cannot be fetched from ${repository.remote}: ${fetched.stderr.trim()}`);
  const listed = await gitText(repository, [
    'for-each-ref',
    '--format=%(refname) %(objectname) %(committerdate:unix)',
    'refs/agent-waves/tip/',
  ]);
  const refs = new Map(listed.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ')] as const));
  const [, head] = refs.get('refs/agent-waves/tip/base') ?? [];
  if (!head) throw new Error(`branch ${branch} is not on the remote`);
  const [, commit, taken] = refs.get('refs/agent-waves/tip/landing') ?? [];
  return { head, lease: commit ? { commit, fresh: now - Number(taken) * 1_000 < STALE_MS } : undefined };
}

/** @returns The commit that holds the lease for us, or undefined when somebody else was faster. */
async function acquireLease(
  repository: Repository,
  {
    holder,
    held,
  }: { readonly holder: { readonly run: number; readonly issue: number }; readonly held: string | undefined },
): Promise<string | undefined> {
  const commit = await orphanCommit(repository, holder);
  const answer = await pushRefs(repository, [{ ref: LANDING_REF, from: held ?? '', to: commit }]);
  return answer.kind === 'moved' ? commit : undefined;
}

async function releaseLease(repository: Repository, commit: string): Promise<void> {
  await pushRefs(repository, [{ ref: LANDING_REF, from: commit, to: '' }]);
}

/**
 * While GitHub merges, no other run of ours may land: it takes no expected base.
 * @returns What the work says, or undefined where the base has moved or another one has the lease.
 */
export async function underLease<Value>(
  repository: Repository,
  {
    branch,
    head,
    now,
    holder,
  }: {
    readonly branch: string;
    readonly head: string;
    readonly now: number;
    readonly holder: { readonly run: number; readonly issue: number };
  },
  work: () => Promise<Value>,
): Promise<Value | undefined> {
  const tip = await fetchBaseTip(repository, { branch, now });
  if (tip.head !== head || tip.lease?.fresh) return undefined;
  const lease = await acquireLease(repository, { holder, held: tip.lease?.commit });
  if (lease === undefined) return undefined;
  try {
    return await work();
  } finally {
    await releaseLease(repository, lease);
  }
}
