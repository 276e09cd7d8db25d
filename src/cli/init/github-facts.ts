import { toFailure } from '../../github/errors.ts';
import { fullName, type Locator } from '../../github/locator.ts';
import { API_VERSION, type Client } from '../../github/octokit.ts';

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
    const { data: rules } = await client.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', {
      ...locator,
      branch: repository.default_branch,
      per_page: 100,
      headers: API_VERSION,
    });
    const pulls = rules.flatMap((rule) => (rule.type === 'pull_request' ? [rule.parameters] : []));
    const checks = rules.flatMap((rule) =>
      rule.type === 'required_status_checks' ? (rule.parameters?.required_status_checks ?? []) : [],
    );
    return {
      known: true,
      defaultBranch: repository.default_branch,
      isPrivate: repository.private,
      reviews: Math.max(0, ...pulls.map((parameters) => parameters?.required_approving_review_count ?? 0)),
      onlyPulls: pulls.length > 0,
      requiredChecks: [...new Set(checks.map(({ context }) => context))],
      hasMergeQueue: rules.some(({ type }) => type === 'merge_queue'),
    };
  } catch (error) {
    return { known: false, why: `GitHub does not tell of ${fullName(locator)}: ${toFailure(error).message}` };
  }
}
