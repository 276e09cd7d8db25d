import { ACTIONS_LOGIN, TASK_WORKFLOW } from '../../../state/names.ts';
import type { BaseRule, GrantedPermissions, RepositoryFacts, Viewer } from '../../../state/preflight/facts.ts';
import type { Locator } from '../../locator.ts';
import type { Client } from '../../octokit.ts';
import { classicRules, readRulesets } from './base-rules.ts';
import { branchesWithWorkflow, querySettings, workflowTexts } from './repository-query.ts';
import { readSettings } from './setting-facts.ts';

export interface FactsQuestion {
  readonly client: Client;
  readonly locator: Locator;
  /** The branch that work lands on; undefined where it is the default branch. */
  readonly base: string | undefined;
  /** What the app's installation was given, where its own key can ask. */
  readonly granted?: GrantedPermissions | undefined;
}

/**
 * Reads by about ten requests what decides whether work could land: once a plan.
 * @throws where GitHub does not answer; what it refuses to tell is not known.
 */
export async function readRepositoryFacts(question: FactsQuestion): Promise<RepositoryFacts> {
  const { client, locator, base, granted } = question;
  const [{ viewer, node, readsFiles }, settings] = await Promise.all([querySettings(question), readSettings(question)]);
  const workflows = workflowTexts(node);
  const isMissing = readsFiles && !workflows.some(({ name }) => name === TASK_WORKFLOW);
  const defaultBranch = node.defaultBranchRef?.name ?? 'main';
  const branch = base ?? defaultBranch;
  const [rulesets, elsewhere] = await Promise.all([
    readRulesets({ client, locator, branch }),
    isMissing ? branchesWithWorkflow({ client, locator }) : [],
  ]);
  const ref = base === undefined ? node.defaultBranchRef : node.base;
  const queue: readonly BaseRule[] = node.mergeQueue ? [{ kind: 'merge-queue' }] : [];
  const rules = [...rulesets, ...classicRules(ref?.refUpdateRule)];
  return {
    ...settings,
    viewer: viewerOf(viewer, node.viewerPermission),
    owner: node.owner.login,
    url: node.url,
    isPrivate: node.isPrivate,
    isArchived: node.isArchived,
    hasIssues: node.hasIssuesEnabled,
    defaultBranch,
    base: { branch, exists: Boolean(ref) },
    rules: rules.some(({ kind }) => kind === 'merge-queue') ? rules : [...rules, ...queue],
    maySquash: node.squashMergeAllowed,
    workflows: readsFiles ? { known: true, value: workflows } : { known: false, permission: 'contents: read' },
    elsewhere,
    labels: node.labels.nodes.map(({ name }) => name),
    granted,
  };
}

function viewerOf(login: string, role: string | null): Viewer {
  if (!login.endsWith('[bot]')) return { login, kind: 'person', role: role ?? undefined };
  return { login, kind: login === ACTIONS_LOGIN ? 'actions' : 'app', role: undefined };
}
