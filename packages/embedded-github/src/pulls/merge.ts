import { hasAccess, NEEDS, requireAccess } from '../access/permissions.ts';
import { commitsBetween } from '../git/ancestry.ts';
import { changedPaths } from '../git/changed-files.ts';
import { readCommit, type Signature, writeCommit } from '../git/commits.ts';
import { mergeTrees, rebaseCommits } from '../git/merge.ts';
import { changeRefs, readRef, ZERO_OID } from '../git/refs.ts';
import { closeMentioned } from '../issues/closing-keywords.ts';
import { closeIssue } from '../issues/issues.ts';
import type { UserRecord } from '../model/accounts.ts';
import { ApiError, forbidden } from '../model/errors.ts';
import type { PullRequest, RepositoryRecord, Viewer } from '../model/records.ts';
import type { MergeMethod, MergeOptions, Ruleset } from '../model/rules.ts';
import { mergeQueueOf } from '../rules/rulesets.ts';
import { refusal } from '../rules/violations.ts';
import type { Session, World } from '../world.ts';
import { bindingRules, isBehind, unmetRules } from './mergeability.ts';
import { mergeBase } from './open.ts';

const NOT_MERGEABLE = 'Pull Request is not mergeable';

/** Merges for the viewer, whom rules may bind (operation `pulls/merge`). @returns The commit that the base then stands on. */
export async function mergePull(
  session: Session,
  { pull, ...options }: MergeOptions & { readonly expectedHead?: string | undefined; readonly pull: PullRequest },
): Promise<string> {
  const { world, viewer } = session;
  const { repository } = pull;
  requireAccess(viewer, { repository, need: NEEDS.mergePulls });
  requireExpectedHead(pull, options.expectedHead);
  if (pull.state === 'closed') throw new ApiError(405, NOT_MERGEABLE);
  if (pull.pull.draft) throw new ApiError(405, 'Pull Request is still a draft');
  const rulesets = bindingRules(pull, viewer);
  requireMethod(repository, { rulesets, method: options.method });
  await requireWorkflowAccess(viewer, pull);
  const unmet = [...(await unmetRules(pull, rulesets)), ...ruleReasons(rulesets, options.method)];
  if (await isBehind(pull, rulesets)) unmet.push('The head branch is not up to date with the base branch.');
  if (unmet.length > 0) throw refusal(405, unmet);
  const { baseRef, baseSha } = pull.pull;
  const merge = await buildMerge(world, { pull, base: baseSha, by: viewer.user, options });
  if (merge === null) throw new ApiError(405, NOT_MERGEABLE);
  const change = { name: `refs/heads/${baseRef}`, before: baseSha, after: merge };
  if (!(await changeRefs(repository, [change]))) {
    throw new ApiError(405, 'Base branch was modified. Review and try the merge again.');
  }
  await markMerged(session, { pull, commit: merge });
  world.refsChanged({ repository, viewer, changes: [change] });
  return merge;
}

export function requireExpectedHead(pull: PullRequest, expected: string | null | undefined): void {
  if (!expected || expected === pull.pull.headSha) return;
  throw new ApiError(409, 'Head branch was modified. Review and try the merge again.', { type: 'UNPROCESSABLE' });
}

const METHOD_NAMES = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' } as const;

function requireMethod(
  repository: RepositoryRecord,
  { rulesets, method }: { readonly rulesets: readonly Ruleset[]; readonly method: MergeMethod },
): void {
  const excluded = rulesets.some((each) => each.pullRequest?.methods && !each.pullRequest.methods.includes(method));
  if (repository.settings[method] && !excluded) return;
  throw new ApiError(405, `${METHOD_NAMES[method]} are not allowed on this repository.`);
}

function ruleReasons(rulesets: readonly Ruleset[], method: MergeMethod): readonly string[] {
  return [
    ...(mergeQueueOf(rulesets) ? ['Changes must be made through the merge queue'] : []),
    ...(method === 'merge' && rulesets.some((each) => each.linearHistory)
      ? ['This branch must not contain merge commits.']
      : []),
  ];
}

/** A token that may not write workflows cannot merge any either. */
async function requireWorkflowAccess(viewer: Viewer, pull: PullRequest): Promise<void> {
  const { repository } = pull;
  if (hasAccess(viewer, { repository, need: NEEDS.writeWorkflows })) return;
  const { baseSha, headSha } = pull.pull;
  const files = await changedPaths(repository, {
    from: await mergeBase(repository, { base: baseSha, head: headSha }),
    to: headSha,
  });
  if (files.some(({ path }) => path.startsWith('.github/workflows/'))) throw forbidden();
}

/** The commit that a merge would make, on no ref yet; null when it conflicts. */
export async function buildMerge(
  world: World,
  {
    pull,
    base,
    by,
    options,
  }: { readonly pull: PullRequest; readonly base: string; readonly by: UserRecord; readonly options: MergeOptions },
): Promise<string | null> {
  const { repository } = pull;
  const { headSha: head } = pull.pull;
  const now = world.clock();
  if (options.method === 'rebase') return rebaseCommits(repository, { base, head, now });
  const tree = await mergeTrees(repository, { ours: base, theirs: head });
  if (tree === null) return null;
  const texts = await defaultTexts(pull, { base, method: options.method });
  const [title, text] = [options.title ?? texts.title, options.message ?? texts.text];
  const message = text === '' ? title : `${title}\n\n${text}`;
  const squash = options.method === 'squash';
  const author = signature(squash ? pull.author : by, now);
  return writeCommit(repository, { tree, parents: squash ? [base] : [base, head], message, author, now });
}

/** A person or app as the author of what GitHub commits for them. */
export function signature({ login, id }: UserRecord, date: number): Signature {
  return { name: login, email: `${id}+${login}@users.noreply.github.com`, date };
}

/** GitHub's words: a single commit lends a squash its own message, several are listed. */
async function defaultTexts(
  pull: PullRequest,
  { base, method }: { readonly base: string; readonly method: MergeMethod },
): Promise<{ readonly title: string; readonly text: string }> {
  const { repository, number, title } = pull;
  const { headRef, headSha } = pull.pull;
  if (method === 'merge') {
    return { title: `Merge pull request #${number} from ${pull.pull.headOwner.login}/${headRef}`, text: title };
  }
  const commits = await commitsBetween(repository, { from: base, to: headSha });
  const [only] = commits;
  if (commits.length === 1 && only) {
    const [headline = '', ...rest] = only.message.split('\n');
    return { title: `${headline} (#${number})`, text: rest.join('\n').trim() };
  }
  return { title: `${title} (#${number})`, text: commits.map(({ message }) => `* ${message}`).join('\n\n') };
}

/** Closes a pull request as merged, and with it the issues that its text fixes when it reached the default branch. */
export async function markMerged(
  session: Session,
  { pull, commit }: { readonly pull: PullRequest; readonly commit: string },
): Promise<void> {
  const { world, viewer } = session;
  const { repository } = pull;
  pull.pull.merged = { at: world.clock(), by: viewer.user, commit };
  pull.pull.queueEntry = null;
  closeIssue(session, { issue: pull, reason: 'completed', commit });
  if (pull.pull.baseRef === repository.defaultBranch && pull.body !== null) {
    closeMentioned(session, { repository, text: pull.body, commit });
  }
  if (repository.settings.deleteBranchOnMerge) await deleteHead(session, pull);
}

async function deleteHead({ world, viewer }: Session, { repository, pull }: PullRequest): Promise<void> {
  if (pull.headRepository !== repository) return;
  const name = `refs/heads/${pull.headRef}`;
  const ref = await readRef(repository, name);
  if (!ref || ref.oid !== pull.headSha) return;
  const change = { name, before: ref.oid, after: ZERO_OID };
  if (await changeRefs(repository, [change])) world.refsChanged({ repository, viewer, changes: [change] });
}

/** Merges the base into the head, as the button "Update branch" does. Throws when they conflict. */
export async function updateHead(
  session: Session,
  { pull, expectedHead }: { readonly pull: PullRequest; readonly expectedHead: string | undefined },
): Promise<void> {
  const { world, viewer } = session;
  const { repository } = pull;
  requireAccess(viewer, { repository, need: NEEDS.mergePulls });
  const { baseRef, baseSha, headRef, headSha, headRepository } = pull.pull;
  // `maintainer_can_modify` is false here, always.
  if (headRepository !== repository) throw forbidden();
  if (expectedHead !== undefined && expectedHead !== headSha) {
    throw new ApiError(422, `expected head sha didn’t match current head ref.`);
  }
  if ((await mergeBase(repository, { base: baseSha, head: headSha })) === baseSha) {
    throw new ApiError(422, 'There are no new commits on the base branch.');
  }
  const tree = await mergeTrees(repository, { ours: headSha, theirs: baseSha });
  if (tree === null) throw new ApiError(422, 'merge conflict between base and head');
  const now = world.clock();
  const message = `Merge branch '${baseRef}' into ${headRef}`;
  const author = signature(viewer.user, now);
  const after = writeCommit(repository, { tree, parents: [headSha, baseSha], message, author, now });
  const change = { name: `refs/heads/${headRef}`, before: headSha, after };
  if (!(await changeRefs(repository, [change]))) throw new ApiError(422, 'Head branch was modified.');
  world.refsChanged({ repository, viewer, changes: [change] });
}

/** The test merge that runs of a pull request stand on, at `refs/pull/7/merge`; null when there is a conflict. */
export async function testMerge(world: World, pull: PullRequest): Promise<{ ref: string; sha: string } | null> {
  const { repository, number } = pull;
  const { baseSha, headSha } = pull.pull;
  const tree = await mergeTrees(repository, { ours: baseSha, theirs: headSha });
  if (tree === null) return null;
  const now = world.clock();
  const message = `Merge ${headSha} into ${baseSha}`;
  const author = (await readCommit(repository, headSha))?.author ?? signature(pull.author, now);
  const sha = writeCommit(repository, { tree, parents: [baseSha, headSha], message, author, now });
  const ref = `refs/pull/${number}/merge`;
  const before = (await readRef(repository, ref))?.oid ?? ZERO_OID;
  await changeRefs(repository, [{ name: ref, before, after: sha }]);
  return { ref, sha };
}
