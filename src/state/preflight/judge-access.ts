import type { Config } from '../../plan/config.ts';
import { LABEL, TASK_WORKFLOW } from '../names.ts';
import type { RepositoryFacts } from './facts.ts';
import type { JudgedFact } from './judged-fact.ts';
import { jobPermissions, type Permissions } from './task-workflow.ts';

/** Whether the repository takes anything, and who asks may do what the app does. */
export function judgeAccess(facts: RepositoryFacts, landing: Config['landing']): readonly JudgedFact[] {
  return [judgeRepository(facts), judgeToken(facts, landing), ...judgeOthers(facts), judgeLabels(facts)];
}

function judgeRepository({ url, isArchived, hasIssues, isPrivate }: RepositoryFacts): JudgedFact {
  const fact = 'repository';
  const page = `${url}/settings`;
  if (isArchived)
    return { fact, verdict: 'refused', what: 'the repository is archived', fix: 'unarchive it under Settings', page };
  if (!hasIssues) {
    const fix = 'turn Issues on under Settings, General, Features';
    return { fact, verdict: 'refused', what: 'issues are off, and every task has one', fix, page };
  }
  const what = `the repository is ${isPrivate ? 'private' : 'public'} and has issues`;
  return { fact, verdict: 'ok', what, page };
}

/** What the app cannot do without. */
function needed(landing: Config['landing']): readonly (readonly [scope: string, level: string])[] {
  const proposing = landing === 'push' ? [] : ([['pull_requests', 'write']] as const);
  return [['actions', 'write'], ['contents', 'write'], ['issues', 'write'], ...proposing];
}

/** Without these the app says in a comment what it would show elsewhere, or does without it. */
const USEFUL = [
  ['checks', 'write', 'problems of the plan are told on the plan issue alone, and not beside commits'],
  ['pull_requests', 'write', 'no pull request of a wave is opened'],
  ['statuses', 'read', 'of the checks on pull requests only those of Actions are seen'],
] as const;

function judgeToken(
  { url, viewer, granted, workflowState, workflows }: RepositoryFacts,
  landing: Config['landing'],
): JudgedFact {
  const fact = 'token';
  const { login, kind, role } = viewer;
  const page = granted?.page ?? (kind === 'actions' ? `${url}/settings/actions` : `${url}/settings/installations`);
  if (kind === 'person') {
    const what = `asked as ${login}, whose role here is ${role?.toLowerCase() ?? 'unknown'}`;
    if (role === 'ADMIN') return { fact, verdict: 'ok', what, page: `${url}/settings/access` };
    const tells = 'the token of an administrator is told every setting';
    return { fact, verdict: 'unknown', what, page: `${url}/settings/access`, tells };
  }
  // Who may write may read: what cannot even be read is lacking.
  const unread = [...(workflowState.known ? [] : ['actions']), ...(workflows.known ? [] : ['contents'])];
  const lacking = needed(landing).filter(([scope, level]) =>
    granted ? !covers(granted.permissions[scope], level) : unread.includes(scope),
  );
  if (lacking.length > 0) {
    const names = lacking.map((each) => `\`${each.join(': ')}\``).join(', ');
    const fix =
      kind === 'actions'
        ? `give the job that makes passes ${names.replaceAll('_', '-')} under \`permissions\``
        : `give the app ${names} on its settings page, and accept that on the page of the installation`;
    return { fact, verdict: 'refused', what: `${login} lacks the permission ${names}`, fix, page };
  }
  if (!granted) {
    const what = `asked as ${login}`;
    return { fact, verdict: 'unknown', what, page, tells: 'the server alone is told what the app was granted' };
  }
  const less = USEFUL.filter(([scope, level]) => !covers(granted.permissions[scope], level));
  const what = `${login} may do what it needs`;
  if (less.length === 0) return { fact, verdict: 'ok', what, page };
  const advice = less.map(([scope, level, without]) => `without \`${scope}: ${level}\` ${without}`).join('; ');
  return { fact, verdict: 'ok', what, page, advice };
}

function covers(given: string | undefined, level: string): boolean {
  return given === level || given === 'write' || given === 'admin';
}

/** Workflows that our own write results by. */
const OURS: readonly string[] = [TASK_WORKFLOW, 'agent-waves.yml', 'agent-waves-clock.yml'];

/** Every workflow comments as github-actions[bot]: one that may write issues could forge what a run reports. */
function judgeOthers({ url, workflows, workflowDefaults }: RepositoryFacts): readonly JudgedFact[] {
  const mayByDefault = workflowDefaults.known && workflowDefaults.value.mayWrite;
  const files = workflows.known ? workflows.value : [];
  const writing = files.flatMap(({ name, text }) => {
    if (OURS.includes(name)) return [];
    return jobPermissions(text).some((each) => writesIssues(each, mayByDefault)) ? [name] : [];
  });
  const fact = 'other-workflows';
  const page = `${url}/tree/HEAD/.github/workflows`;
  if (writing.length === 0)
    return [{ fact, verdict: 'ok', what: 'no other workflow says that it may write issues', page }];
  const names = writing.map((name) => `\`${name}\``).join(', ');
  const what = `other workflows may write issues: ${names}`;
  const advice =
    'they comment as `github-actions[bot]`, as runs of tasks do: give them `issues: read` where that is enough';
  return [{ fact, verdict: 'ok', what, page, advice }];
}

function writesIssues(permissions: Permissions | undefined, mayByDefault: boolean): boolean {
  if (permissions === undefined) return mayByDefault;
  return permissions === 'write-all' || (typeof permissions === 'object' && permissions.issues === 'write');
}

function judgeLabels({ url, labels }: RepositoryFacts): JudgedFact {
  const wanted = Object.values(LABEL);
  const missing = wanted.filter((name) => !labels.includes(name));
  const what =
    missing.length === 0
      ? 'every label is there'
      : `${missing.length} of ${wanted.length} labels are missing: the app makes them with its first issues`;
  return { fact: 'labels', verdict: 'ok', what, page: `${url}/labels` };
}
