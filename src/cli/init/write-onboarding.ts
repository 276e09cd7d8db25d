import { toFailure } from '../../github/errors.ts';
import { fullName } from '../../github/locator.ts';
import { commitFiles } from '../../github/write/commit-files.ts';
import { WRITE } from '../../github/write/executor.ts';
import type { GitHubAccess } from './github-facts.ts';
import { ONBOARDING_BRANCH, type OnboardingBranch, type OnboardingPull } from './onboarding-branch.ts';
import type { SetupFile } from './setup-target.ts';

const ONBOARDING_TITLE = 'Set up Agent Waves';

export type WrittenOnboarding =
  | { readonly kind: 'opened' | 'updated' | 'unchanged'; readonly number: number; readonly url: string }
  /** In words, with what to do. */
  | { readonly kind: 'refused'; readonly why: string };

interface OnboardingWrite {
  readonly branch: OnboardingBranch;
  /** Those to commit. */
  readonly files: readonly SetupFile[];
  readonly body: string;
}

/** One commit on the branch, then the pull request: the one that is open, or a new one. */
export async function writeOnboarding(
  access: GitHubAccess,
  { branch, files, body }: OnboardingWrite,
): Promise<WrittenOnboarding> {
  const { pull } = branch;
  if (files.length === 0 && !pull && !branch.exists) {
    return { kind: 'refused', why: `${branch.defaultBranch} has every file already: there is nothing to propose` };
  }
  try {
    const refused = files.length === 0 ? undefined : await commit(access, { branch, files });
    if (refused !== undefined) return { kind: 'refused', why: refused };
    if (!pull) return await open(access, { branch, body });
    const { number, url } = pull;
    const isSame = pull.body.replaceAll('\r\n', '\n').trim() === body.trim();
    if (!isSame) await rewrite(access, { pull, body });
    return { kind: isSame && files.length === 0 ? 'unchanged' : 'updated', number, url };
  } catch (error) {
    return { kind: 'refused', why: `GitHub answered: ${toFailure(error).message}` };
  }
}

/** @returns Why it was refused; a branch that was made for it is gone then. */
async function commit(
  access: GitHubAccess,
  { branch, files }: Pick<OnboardingWrite, 'branch' | 'files'>,
): Promise<string | undefined> {
  const { client, locator } = access;
  if (!branch.exists) {
    const ref = `refs/heads/${ONBOARDING_BRANCH}`;
    await client.request('POST /repos/{owner}/{repo}/git/refs', { ...locator, ref, sha: branch.head, ...WRITE });
  }
  const made = await commitFiles({
    client,
    locator,
    branch: ONBOARDING_BRANCH,
    expectedHead: branch.head,
    headline: ONBOARDING_TITLE,
    files: new Map(files.map(({ path, text }) => [path, text])),
  });
  if (made.kind === 'committed') return undefined;
  if (!branch.exists) {
    const ref = `heads/${ONBOARDING_BRANCH}`;
    await client.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...locator, ref, ...WRITE });
  }
  if (made.kind === 'moved') return `${ONBOARDING_BRANCH} has moved meanwhile; run init again`;
  const brings = files.some(({ path }) => path.startsWith('.github/workflows/'));
  return brings && made.kind === 'refused' ? `${workflowAdvice(access)} GitHub answered: ${made.why}` : made.why;
}

function workflowAdvice({ locator }: GitHubAccess): string {
  return [
    `The token may not write workflows of ${fullName(locator)}.`,
    'Give it `Workflows: write` beside `Contents` and `Pull requests` (a classic one: the scope `workflow`), which the',
    'GITHUB_TOKEN of a workflow never has; or run init without --pull-request and push the files yourself.',
  ].join(' ');
}

async function open(
  { client, locator }: GitHubAccess,
  { branch, body }: Pick<OnboardingWrite, 'branch' | 'body'>,
): Promise<WrittenOnboarding> {
  const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', {
    ...locator,
    head: ONBOARDING_BRANCH,
    base: branch.defaultBranch,
    title: ONBOARDING_TITLE,
    body,
    ...WRITE,
  });
  return { kind: 'opened', number: data.number, url: data.html_url };
}

async function rewrite(
  { client, locator }: GitHubAccess,
  { pull, body }: { readonly pull: OnboardingPull; readonly body: string },
): Promise<void> {
  await client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...locator,
    pull_number: pull.number,
    body,
    ...WRITE,
  });
}
