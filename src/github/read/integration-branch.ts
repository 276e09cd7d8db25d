import type { IntegrationBranch } from '../../state/snapshot.ts';
import type { BaseComparison, IssueCache } from '../issue-cache.ts';
import { type Ledger, workAt } from '../ledger.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

interface IntegrationBranchInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly cache: IssueCache;
  readonly ledger: Ledger;
  /** The base, where it is not the default branch. */
  readonly branch: string;
  readonly exists: boolean;
  readonly defaultBranch: string;
  readonly defaultHead: string;
  /** Files that the app writes itself: a commit that changes nothing else is none to bring over. */
  readonly projections: readonly string[];
}

interface IntegrationBranchReading {
  readonly integrationBranch: IntegrationBranch;
  readonly comparison: BaseComparison | undefined;
}

/** A base that is not the default branch, and whether it lacks something of the default branch. */
export async function readIntegrationBranch(input: IntegrationBranchInput): Promise<IntegrationBranchReading> {
  const { branch, exists, defaultHead, cache, ledger } = input;
  if (!exists) {
    const refused = ledger.refusedBranches.get(branch);
    const missing = { branch, exists, defaultHead, behind: false };
    const integrationBranch = refused === undefined ? missing : { ...missing, refused };
    return { integrationBranch, comparison: cache.comparison };
  }
  const { conflict, ...comparison } = await compare(input);
  const there = { branch, exists, defaultHead, behind: comparison.behind };
  return { integrationBranch: conflict === undefined ? there : { ...there, conflict }, comparison };
}

/** Asked once for each commit that is not our own; what a merge of ours brought over need not be asked for. */
async function compare(input: IntegrationBranchInput): Promise<BaseComparison & { readonly conflict?: string }> {
  const { cache, ledger, branch, defaultBranch, defaultHead, projections } = input;
  const head = workAt(defaultHead, ledger);
  const { merged } = ledger;
  if (merged && workAt(merged.head, ledger) === head) return { ...merged, head, behind: merged.conflict !== undefined };
  if (cache.comparison?.head === head) return cache.comparison;
  const { data } = await input.client.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...input.locator,
    basehead: `${branch}...${defaultBranch}`,
    per_page: 1,
    headers: API_VERSION,
  });
  return { head, behind: (data.files ?? []).some(({ filename }) => !projections.includes(filename)) };
}
