import type { Config } from '../../plan/config.ts';
import { unreachable } from '../unreachable.ts';
import type { BaseRule, RepositoryFacts } from './facts.ts';
import { type JudgedFact, type RefusedFact, withPermission } from './judged-fact.ts';
import type { TaskWorkflow } from './task-workflow.ts';

interface Landing {
  readonly landing: Config['landing'];
  /** Undefined where it is missing, or cannot be read. */
  readonly workflow: TaskWorkflow | undefined;
}

/** Whether verified work could reach the base by the chosen way. */
export function judgeLanding(facts: RepositoryFacts, chosen: Landing): readonly JudgedFact[] {
  return [judgeRules(facts, chosen), ...judgeMerging(facts, chosen), ...judgeProposing(facts, chosen)];
}

function judgeRules(facts: RepositoryFacts, { landing, workflow }: Landing): JudgedFact {
  const { url, base, rules, viewer } = facts;
  const page = `${url}/settings/rules`;
  const what = obstaclesOf(facts, landing);
  const named = `\`${base.branch}\``;
  if (what === undefined) {
    const isTold = landing === 'review' || viewer.kind === 'actions';
    if (!isTold && rules.some(({ kind }) => kind === 'classic')) {
      const what = `whom the branch protection of ${named} lets push is told to each token for itself`;
      return { fact: 'rules', verdict: 'unknown', what, page, tells: 'the token of the task workflow is told' };
    }
    const what = `the rules of ${named} let work land by \`landing: ${landing}\``;
    return { fact: 'rules', verdict: 'ok', what, page };
  }
  if (hasOwnToken(workflow)) {
    const tells = 'whether the rules bind the token that the workflow gives the action is told to nobody else';
    return { fact: 'rules', verdict: 'unknown', what, page, tells };
  }
  return { fact: 'rules', verdict: 'refused', what, page, fix: fixFor(landing) };
}

/** Rules as they bind the token that asked, where work lands under that token. */
export function judgeBindingRules(
  facts: Pick<RepositoryFacts, 'url' | 'base' | 'rules'>,
  landing: Config['landing'],
): RefusedFact | undefined {
  const what = obstaclesOf(facts, landing);
  if (what === undefined) return undefined;
  return { fact: 'rules', verdict: 'refused', what, page: `${facts.url}/settings/rules`, fix: fixFor(landing) };
}

/** @returns What of the rules keeps work from landing; undefined where nothing does. */
function obstaclesOf({ base, rules }: Pick<RepositoryFacts, 'base' | 'rules'>, landing: Config['landing']) {
  const found = rules.flatMap((rule) => obstacle(rule, { landing, base }) ?? []);
  return found.length === 0 ? undefined : `\`${base.branch}\` ${found.map(({ what }) => what).join(', and ')}`;
}

/** GITHUB_TOKEN can bypass no rule; a token of an app or a person may. */
export function hasOwnToken(workflow: TaskWorkflow | undefined): boolean {
  return (workflow?.jobs ?? []).some(
    ({ given: { token } }) => token !== undefined && !/\b(?:github\.token|secrets\.GITHUB_TOKEN)\b/.test(token),
  );
}

interface Obstacle {
  /** What the branch does, as in `main takes …`. */
  readonly what: string;
}

/** What of a rule keeps work from landing by itself; in review people merge. */
function obstacle(
  rule: BaseRule,
  { landing, base }: Pick<Landing, 'landing'> & Pick<RepositoryFacts, 'base'>,
): Obstacle | undefined {
  const isPush = landing === 'push';
  if (rule.kind === 'creation') {
    return base.exists ? undefined : { what: 'may not be made by this app' };
  }
  if (landing === 'review') return undefined;
  switch (rule.kind) {
    case 'pull-request':
      if (isPush) return { what: 'takes pull requests alone' };
      if (rule.approvals > 0) return { what: `takes no pull request without ${approvals(rule.approvals)}` };
      return rule.codeOwners ? { what: 'takes no pull request that code owners have not approved' } : undefined;
    case 'checks': {
      const names = rule.names.map((name) => `\`${name.replaceAll('`', '')}\``).join(', ');
      // What GITHUB_TOKEN pushes or proposes starts no checks by itself.
      return { what: `requires the checks ${names}, which GitHub does not start for what GITHUB_TOKEN does` };
    }
    case 'merge-queue':
      return { what: 'takes changes through its merge queue alone' };
    case 'signatures':
      return isPush ? { what: 'takes signed commits alone' } : undefined;
    case 'deployments':
      return { what: 'requires deployments first' };
    case 'updates':
      return { what: 'may be moved by those alone who bypass its rule' };
    case 'classic':
      return undefined;
    default:
      return unreachable(rule);
  }
}

function approvals(count: number): string {
  return count === 1 ? 'an approval' : `${count} approvals`;
}

function fixFor(landing: Config['landing']): string {
  const own = 'or give the action the `token` of an app that bypasses the rule (GITHUB_TOKEN cannot)';
  if (landing === 'review') return `let the app bypass the rule, or set another \`base\``;
  return `set \`landing: review\`, or land on a branch of the plan with \`base: agent-waves/{plan}\`, ${own}`;
}

function judgeMerging({ url, base, maySquash, rules }: RepositoryFacts, { landing }: Landing): readonly JudgedFact[] {
  if (landing !== 'merge') return [];
  const fact = 'merging';
  if (!maySquash) {
    const fix = 'allow squash merging under Settings, General, Pull Requests; or set `landing: review` or `push`';
    const what = 'the repository does not allow squash merging, by which `landing: merge` lands';
    return [{ fact, verdict: 'refused', what, fix, page: `${url}/settings` }];
  }
  const isForbidden = rules.some(
    (rule) => rule.kind === 'pull-request' && rule.methods !== undefined && !rule.methods.includes('squash'),
  );
  if (isForbidden) {
    const what = `a rule of \`${base.branch}\` does not allow squash merging, by which \`landing: merge\` lands`;
    const fix = 'allow squash in that rule, or set `landing: review`';
    return [{ fact, verdict: 'refused', what, fix, page: `${url}/settings/rules` }];
  }
  return [{ fact, verdict: 'ok', what: 'pull requests may be squashed', page: `${url}/settings` }];
}

function judgeProposing(
  { url, workflowDefaults }: RepositoryFacts,
  { landing, workflow }: Landing,
): readonly JudgedFact[] {
  if (landing === 'push' || hasOwnToken(workflow)) return [];
  const fact = 'pull-requests';
  const page = `${url}/settings/actions`;
  if (!workflowDefaults.known) {
    const what = 'nobody told whether workflows may open pull requests';
    return [{ fact, verdict: 'unknown', what, page, tells: withPermission(workflowDefaults.permission) }];
  }
  if (workflowDefaults.value.mayPropose)
    return [{ fact, verdict: 'ok', what: 'workflows may open pull requests', page }];
  return [noPullRequests(url, landing)];
}

/** @param words GitHub's, where it was asked for one. */
export function noPullRequests(url: string, landing: Config['landing'], words?: string): RefusedFact {
  const said = words === undefined ? '' : ` (${words.replace(/\s+/g, ' ').slice(0, 150)})`;
  const allow = 'allow GitHub Actions to create and approve pull requests under Settings, Actions, General';
  return {
    fact: 'pull-requests',
    verdict: 'refused',
    what: `workflows may not open pull requests, by which \`landing: ${landing}\` lands${said}`,
    fix: words === undefined ? allow : `give the job \`pull-requests: write\`, and ${allow}`,
    page: `${url}/settings/actions`,
  };
}
