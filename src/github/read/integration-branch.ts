import { baseBranch } from '../../plan/base-branch.ts';
import { loadConfig } from '../../plan/config.ts';
import { loadRepositoryPlan } from '../../plan/repository-plan.ts';
import { CONFIG_PATH } from '../../state/names.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { Locator } from '../locator.ts';
import type { Memory } from '../memory.ts';
import { API_VERSION, type Client } from '../octokit.ts';

/** A base that is not the default branch: how it is called, and whether it lacks something of the default branch. */

/** @returns The base, where the configuration names one; what was known before while plan or configuration are broken. */
export function configuredBase(files: Snapshot['files'], memory: Pick<Memory, 'base'>): string | undefined {
  const { base: known } = memory;
  const { plan, config } = files;
  if (known && known.plan === plan?.text && known.config === config?.text) return known.branch;
  const branch = readBase(files);
  if (branch === 'unreadable') return known?.branch;
  memory.base = { plan: plan?.text, config: config?.text, branch };
  return branch;
}

function readBase(files: Snapshot['files']): string | undefined {
  const config = loadConfig(files.config && { file: CONFIG_PATH, text: files.config.text });
  if (!config.ok) return 'unreadable';
  const { base } = config.config;
  if (base === 'default') return undefined;
  if (!base.includes('{plan}')) return base;
  const loaded = loadRepositoryPlan(files);
  return loaded.ok ? baseBranch({ config: loaded.config, plan: loaded.plan, defaultBranch: base }) : 'unreadable';
}

interface Compared {
  readonly client: Client;
  readonly locator: Locator;
  readonly memory: Memory;
  readonly base: string;
  readonly defaultBranch: string;
  readonly defaultHead: string;
  /** Files that the app writes itself: a commit that changes nothing else is none to bring over. */
  readonly projections: readonly string[];
}

/** Whether the default branch holds something that the base lacks. Asked once for each commit that is not our own. */
export async function isBehind(input: Compared): Promise<boolean> {
  const { client, locator, memory, base, defaultBranch, defaultHead, projections } = input;
  if (memory.compared?.head === defaultHead) return memory.compared.behind;
  const { data } = await client.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...locator,
    basehead: `${base}...${defaultBranch}`,
    per_page: 1,
    headers: API_VERSION,
  });
  const behind = (data.files ?? []).some(({ filename }) => !projections.includes(filename));
  memory.compared = { head: defaultHead, behind };
  return behind;
}
