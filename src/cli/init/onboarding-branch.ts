import { toFailure } from '../../github/errors.ts';
import { fullName } from '../../github/locator.ts';
import { API_VERSION } from '../../github/octokit.ts';
import { UsageError } from '../usage-error.ts';
import type { GitHubAccess } from './github-facts.ts';
import { memoryIn, type OnboardingMemory } from './onboarding-body.ts';
import { digestOf, type SetupTarget } from './setup-target.ts';

/** The branch of the one pull request that sets a repository up. */
export const ONBOARDING_BRANCH = 'agent-waves-onboarding';

export interface OnboardingPull {
  readonly number: number;
  readonly url: string;
  readonly body: string;
}

/** The pull request as it is, and what its branch holds. */
export interface OnboardingBranch extends SetupTarget {
  readonly defaultBranch: string;
  /** The commit to build on: of the branch, or of the default branch where there is none yet. */
  readonly head: string;
  readonly exists: boolean;
  /** Open; undefined where none is. */
  readonly pull: OnboardingPull | undefined;
  readonly memory: OnboardingMemory;
}

/** @throws UsageError where no pull request can be made here, with what to do. */
export async function readOnboarding(access: GitHubAccess, defaultBranch: string): Promise<OnboardingBranch> {
  const own = await headOf(access, ONBOARDING_BRANCH);
  const pull = await pullOf(access, own !== undefined);
  const head = own ?? (await headOf(access, defaultBranch));
  if (head === undefined) {
    throw new UsageError(`${fullName(access.locator)} has no commit on ${defaultBranch} yet; push one first`);
  }
  const memory = memoryIn(pull?.body ?? '');
  const texts = new Map<string, Promise<string | undefined>>();
  return {
    defaultBranch,
    head,
    exists: own !== undefined,
    pull,
    memory,
    read: (path) => {
      const known = texts.get(path) ?? readAt(access, { path, ref: head });
      texts.set(path, known);
      return known;
    },
    isOurs: (path, text) => Object.hasOwn(memory.files, path) && memory.files[path] === digestOf(text),
  };
}

async function headOf({ client, locator }: GitHubAccess, branch: string): Promise<string | undefined> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...locator,
      ref: `heads/${branch}`,
      headers: API_VERSION,
    });
    return data.object.sha;
  } catch (error) {
    return whereMissing(error);
  }
}

async function pullOf({ client, locator }: GitHubAccess, hasBranch: boolean): Promise<OnboardingPull | undefined> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', {
    ...locator,
    head: `${locator.owner}:${ONBOARDING_BRANCH}`,
    state: 'all',
    per_page: 100,
    headers: API_VERSION,
  });
  const open = data.find(({ state }) => state === 'open');
  if (open) return { number: open.number, url: open.html_url, body: open.body ?? '' };
  const [closed] = data;
  // A branch without any was left by an `init` that ended in the middle: that one is taken up.
  if (closed && hasBranch) {
    throw new UsageError(
      `#${closed.number} of ${ONBOARDING_BRANCH} is closed: open it again, or delete that branch to get a new pull request`,
    );
  }
  return undefined;
}

async function readAt(
  { client, locator }: GitHubAccess,
  { path, ref }: { readonly path: string; readonly ref: string },
): Promise<string | undefined> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...locator,
      path,
      ref,
      headers: API_VERSION,
    });
    if (Array.isArray(data) || data.type !== 'file' || !('content' in data) || data.encoding !== 'base64') {
      throw new UsageError(`${path} on GitHub is no file that can be read; put a file in its place, or remove it`);
    }
    return Buffer.from(data.content, 'base64').toString('utf8');
  } catch (error) {
    return whereMissing(error);
  }
}

/** 404: there is none. 409 of an empty repository, as well. */
function whereMissing(error: unknown): undefined {
  if (error instanceof UsageError) throw error;
  const failure = toFailure(error);
  if (failure.kind === 'refused' && (failure.status === 404 || failure.status === 409)) return undefined;
  throw error;
}
