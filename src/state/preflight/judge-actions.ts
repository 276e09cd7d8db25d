import { matchesGlob } from '../../plan/glob.ts';
import type { ActionsPolicy, RepositoryFacts } from './facts.ts';
import { type JudgedFact, withPermission } from './judged-fact.ts';
import type { TaskWorkflow } from './task-workflow.ts';

/** Whether workflows run, and may use what the task workflow uses. */
export function judgeActions(
  { url, owner, actions }: RepositoryFacts,
  workflow: TaskWorkflow | undefined,
): readonly JudgedFact[] {
  const page = `${url}/settings/actions`;
  if (!actions.known) {
    const what = 'nobody told whether Actions are on, and which may be used';
    return [{ fact: 'actions', verdict: 'unknown', what, page, tells: withPermission(actions.permission) }];
  }
  const policy = actions.value;
  if (!policy.enabled) {
    const fix = 'allow actions under Settings, Actions, General';
    return [{ fact: 'actions', verdict: 'refused', what: 'Actions are off in this repository', fix, page }];
  }
  const on: JudgedFact = { fact: 'actions', verdict: 'ok', what: 'Actions are on', page };
  return workflow ? [on, judgeUses(workflow.uses, { policy, owner, page })] : [on];
}

interface PolicyOf {
  readonly policy: ActionsPolicy;
  /** Of the repository. */
  readonly owner: string;
  readonly page: string;
}

function judgeUses(uses: readonly string[], { policy, owner, page }: PolicyOf): JudgedFact {
  const fact = 'allowed-actions';
  const others = uses.filter((each) => !each.startsWith('./') && !each.startsWith('docker://'));
  const loose = policy.pinned ? others.filter((each) => !/@[0-9a-f]{40}$/.test(each)) : [];
  if (loose.length > 0) {
    const what = `the policy takes actions pinned to a commit alone, and the task workflow uses ${named(loose)}`;
    const fix = 'pin them to whole commits, as the template does';
    return { fact, verdict: 'refused', what, fix, page };
  }
  const verdicts = others.map((each) => ({ each, is: isAllowed(each, { policy, owner }) }));
  const refused = verdicts.flatMap(({ each, is }) => (is === false ? [each] : []));
  if (refused.length > 0) {
    const what = `the policy does not allow ${named(refused)}, which the task workflow uses`;
    const patterns = refused.map((each) => `\`${each.split('@')[0]}@*\``).join(', ');
    const fix = `allow ${patterns} under Settings, Actions, General, or by whoever sets the policy of the organization`;
    return { fact, verdict: 'refused', what, fix, page };
  }
  const unclear = verdicts.flatMap(({ each, is }) => (is === undefined ? [each] : []));
  if (unclear.length > 0) {
    const what = `the policy allows ${named(unclear)} only where GitHub has verified who made it`;
    return { fact, verdict: 'unknown', what, page, tells: 'the Marketplace shows who is verified' };
  }
  return { fact, verdict: 'ok', what: 'the policy allows the actions of the task workflow', page };
}

function named(uses: readonly string[]): string {
  return uses.map((each) => `\`${each.split('@')[0]}\``).join(', ');
}

/** @returns Undefined where it depends on who is verified. */
function isAllowed(uses: string, { policy, owner }: Pick<PolicyOf, 'policy' | 'owner'>): boolean | undefined {
  const [maker = ''] = uses.split('/');
  const isOwn = maker.toLowerCase() === owner.toLowerCase();
  if (policy.allowed === 'all' || isOwn) return true;
  if (policy.allowed === 'local_only') return false;
  if (policy.patterns.some((pattern) => pattern.startsWith('!') && matches(uses, pattern.slice(1)))) return false;
  if (policy.githubOwned && ['actions', 'github'].includes(maker.toLowerCase())) return true;
  if (policy.patterns.some((pattern) => matches(uses, pattern))) return true;
  return policy.verified ? undefined : false;
}

/** `*` stands for any text; a pattern without a version is meant for all. */
function matches(uses: string, pattern: string): boolean {
  const [name = ''] = uses.split('@');
  const against = pattern.includes('@') || pattern.endsWith('*') ? uses : name;
  return matchesGlob(against.toLowerCase(), pattern.toLowerCase());
}
