import { toFailure } from '../../github/errors.ts';
import { fullName, type Locator } from '../../github/locator.ts';
import { API_VERSION, type Client } from '../../github/octokit.ts';
import { readRulesets } from '../../github/read/preflight/base-rules.ts';

/** What GitHub tells of the repository; without a token, or where it refuses, nothing but why. */
export type GitHubFacts =
  | { readonly known: false; readonly why: string }
  | {
      readonly known: true;
      readonly defaultBranch: string;
      readonly isPrivate: boolean;
      /** Approvals that a pull request to the default branch needs. */
      readonly reviews: number;
      /** True where the default branch takes pull requests alone. */
      readonly onlyPulls: boolean;
      readonly requiredChecks: readonly string[];
      readonly hasMergeQueue: boolean;
    };

/** A repository on GitHub, under somebody's token. */
export interface GitHubAccess {
  readonly client: Client;
  readonly locator: Locator;
}

export async function readGitHub({ client, locator }: GitHubAccess): Promise<GitHubFacts> {
  try {
    const { data: repository } = await client.request('GET /repos/{owner}/{repo}', {
      ...locator,
      headers: API_VERSION,
    });
    const rules = await readRulesets({ client, locator, branch: repository.default_branch });
    const pulls = rules.filter((rule) => rule.kind === 'pull-request');
    return {
      known: true,
      defaultBranch: repository.default_branch,
      isPrivate: repository.private,
      reviews: Math.max(0, ...pulls.map(({ approvals }) => approvals)),
      onlyPulls: pulls.length > 0,
      requiredChecks: [...new Set(rules.flatMap((rule) => (rule.kind === 'checks' ? rule.names : [])))],
      hasMergeQueue: rules.some(({ kind }) => kind === 'merge-queue'),
    };
  } catch (error) {
    return { known: false, why: `GitHub does not tell of ${fullName(locator)}: ${toFailure(error).message}` };
  }
}
