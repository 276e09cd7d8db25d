import { NEEDS, requireAccess } from '../access/permissions.ts';
import { commitsBetween, commonAncestor } from '../git/ancestry.ts';
import { changedFiles } from '../git/changed-files.ts';
import { git } from '../git/command.ts';
import { changeRefs, readRef, ZERO_OID } from '../git/refs.ts';
import { announce, checkTexts, recordIssue, reopenIssue, requireStateChange } from '../issues/issues.ts';
import { forbidden, invalidField, unprocessable } from '../model/errors.ts';
import type { Comparison } from '../model/git-objects.ts';
import {
  isPullRequest,
  type PullRecord,
  type PullRequest,
  type RepositoryRecord,
  type Viewer,
} from '../model/records.ts';
import type { Session } from '../world.ts';

interface NewPull {
  readonly repository: RepositoryRecord;
  readonly title: string;
  readonly body: string | null;
  /** A branch of the repository, or of a fork of it as `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

/**
 * Opens a pull request from a branch of the repository, or of a fork of it. Who opens one needs to write to where the
 * branch lies ("you must have write access to the head or the source branch", operation `pulls/create`).
 */
export async function openPull(session: Session, { repository, ...wanted }: NewPull): Promise<PullRequest> {
  const { world, viewer } = session;
  const { from, headRef } = headOf(session, { repository, head: wanted.head });
  requireAccess(viewer, { repository, need: from === repository ? NEEDS.writePulls : NEEDS.reviewPulls });
  if (from !== repository) requireAccess(viewer, { repository: from, need: NEEDS.writeContents });
  requireActionsMayPropose(viewer, repository);
  checkTexts(wanted, 'PullRequest');
  const [base, head] = [
    await branchHead(repository, { branch: wanted.base, field: 'base' }),
    await branchHead(from, { branch: headRef, field: 'head' }),
  ];
  await bringCommit(repository, { from, oid: head });
  const existing = openPulls(repository).some(
    ({ pull }) => pull.headRepository === from && pull.headRef === headRef && pull.baseRef === wanted.base,
  );
  if (existing) throw invalidHead(`A pull request already exists for ${from.owner.login}:${headRef}.`);
  const comparison = await compareHeads(repository, { base, head });
  if (comparison.commits === 0) throw invalidHead(`No commits between ${wanted.base} and ${headRef}`);
  const pull: PullRecord = {
    id: world.store.nextId('pull'),
    headRef,
    headRepository: from,
    headOwner: from.owner,
    baseRef: wanted.base,
    headSha: head,
    baseSha: base,
    draft: wanted.draft,
    comparison,
    mergeabilityAskedFor: null,
    reviews: [],
    requestedReviewers: new Set(),
    merged: null,
    autoMerge: null,
    queueEntry: null,
  };
  const opened = recordIssue(session, { repository, title: wanted.title, body: wanted.body, pull });
  if (!isPullRequest(opened)) throw new Error('A pull request was recorded as an issue.');
  await keepHead(opened, ZERO_OID);
  // The base may have moved while it was opened, when nobody could tell this pull request yet.
  const newest = await branchHead(repository, { branch: wanted.base, field: 'base' });
  if (newest !== opened.pull.baseSha) {
    opened.pull.baseSha = newest;
    opened.pull.comparison = await compareHeads(repository, { base: newest, head: opened.pull.headSha });
  }
  announce(session, { issue: opened, action: 'opened' });
  return opened;
}

/** Where the head's branch lies, and its name there. */
function headOf(
  { world: { store } }: Session,
  { repository, head }: { readonly repository: RepositoryRecord; readonly head: string },
): { readonly from: RepositoryRecord; readonly headRef: string } {
  const [, owner, branch] = /^([^:/]+):(.+)$/.exec(head) ?? [];
  if (owner === undefined || branch === undefined) return { from: repository, headRef: head };
  if (owner.toLowerCase() === repository.owner.login.toLowerCase()) return { from: repository, headRef: branch };
  const fork = [...store.repositories.values()].find(
    (each) => each.parent === repository && each.owner.login.toLowerCase() === owner.toLowerCase(),
  );
  if (!fork) throw invalidField('PullRequest', 'head', 'invalid');
  return { from: fork, headRef: branch };
}

/** GitHub keeps the objects of a repository and of its forks together: a commit of a fork is known here, too. */
export async function bringCommit(
  { gitDir }: RepositoryRecord,
  { from, oid }: { readonly from: Pick<RepositoryRecord, 'gitDir'>; readonly oid: string },
): Promise<void> {
  if (from.gitDir !== gitDir) await git(gitDir, ['fetch', '--quiet', '--no-write-fetch-head', from.gitDir, oid]);
}

/**
 * GITHUB_TOKEN neither opens nor approves pull requests unless the repository allows it (operation
 * `actions/set-github-actions-default-workflow-permissions-repository`, `can_approve_pull_request_reviews`).
 */
export function requireActionsMayPropose(viewer: Viewer, repository: RepositoryRecord): void {
  if (viewer.kind !== 'run' || repository.settings.actionsMayPropose) return;
  throw forbidden('GitHub Actions is not permitted to create or approve pull requests.');
}

function invalidHead(message: string) {
  return unprocessable('Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'custom', message }]);
}

async function branchHead(
  repository: RepositoryRecord,
  { branch, field }: { readonly branch: string; readonly field: 'base' | 'head' },
): Promise<string> {
  const ref = await readRef(repository, `refs/heads/${branch}`);
  if (!ref) throw invalidField('PullRequest', field, 'invalid');
  return ref.oid;
}

export function openPulls(repository: RepositoryRecord): PullRequest[] {
  return repository.issues.filter(isPullRequest).filter((each) => each.state === 'open');
}

/** What the head adds to the base, counted from where they parted. */
export async function compareHeads(
  repository: RepositoryRecord,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<Comparison> {
  const commits = (await commitsBetween(repository, { from: base, to: head, limit: Number.POSITIVE_INFINITY })).length;
  const files = await changedFiles(repository, { from: await mergeBase(repository, { base, head }), to: head });
  const sum = (field: 'additions' | 'deletions') => files.reduce((total, file) => total + file[field], 0);
  return { commits, files: files.length, additions: sum('additions'), deletions: sum('deletions') };
}

/** Where two commits parted, or the first of them when they have nothing in common. */
export async function mergeBase(
  repository: RepositoryRecord,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<string> {
  return (await commonAncestor(repository, { base, head })) ?? base;
}

/** `refs/pull/7/head` keeps the commits when the branch is gone. */
export async function keepHead({ repository, number, pull }: PullRequest, before: string): Promise<void> {
  await changeRefs(repository, [{ name: `refs/pull/${number}/head`, before, after: pull.headSha }]);
}

/** Opens a closed one again, as its branches stand by now; one that is merged or has lost its head stays closed. */
export async function reopenPull(session: Session, issue: PullRequest): Promise<void> {
  const { viewer } = session;
  const { repository, pull } = issue;
  requireStateChange(viewer, issue);
  const head = pull.headRepository && (await readRef(pull.headRepository, `refs/heads/${pull.headRef}`));
  const base = await readRef(repository, `refs/heads/${pull.baseRef}`);
  if (pull.merged || !head || !base) throw invalidField('PullRequest', 'state', 'invalid');
  const before = pull.headSha;
  if (pull.headRepository) await bringCommit(repository, { from: pull.headRepository, oid: head.oid });
  [pull.headSha, pull.baseSha] = [head.oid, base.oid];
  pull.comparison = await compareHeads(repository, { base: base.oid, head: head.oid });
  await keepHead(issue, before);
  reopenIssue(session, issue);
}

/** Puts a pull request on another base. */
export async function changeBase(
  session: Session,
  { pull, base }: { readonly pull: PullRequest; readonly base: string },
): Promise<void> {
  const { viewer } = session;
  const { repository } = pull;
  requireAccess(viewer, { repository, need: NEEDS.writePulls });
  const from = pull.pull.baseRef;
  if (from === base) return;
  pull.pull.baseSha = await branchHead(repository, { branch: base, field: 'base' });
  pull.pull.baseRef = base;
  pull.pull.mergeabilityAskedFor = null;
  pull.pull.comparison = await compareHeads(repository, { base: pull.pull.baseSha, head: pull.pull.headSha });
  announce(session, { issue: pull, action: 'edited', changes: { base: { from } } });
}
