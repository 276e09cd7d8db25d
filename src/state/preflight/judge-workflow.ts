import type { Config } from '../../plan/config.ts';
import { TASK_WORKFLOW, TASK_WORKFLOW_PATH } from '../names.ts';
import type { RepositoryFacts } from './facts.ts';
import { hasOwnToken } from './judge-landing.ts';
import { type JudgedFact, withPermission } from './judged-fact.ts';
import type { Permissions, TaskJob, TaskWorkflow } from './task-workflow.ts';

interface Judging {
  readonly landing: Config['landing'];
  /** Undefined where it is missing, or cannot be read. */
  readonly workflow: TaskWorkflow | undefined;
}

/** Whether a run of the task workflow can be started, and could do its work. */
export function judgeWorkflow(facts: RepositoryFacts, { landing, workflow }: Judging): readonly JudgedFact[] {
  const page = `${facts.url}/blob/${facts.defaultBranch}/${TASK_WORKFLOW_PATH}`;
  const missing = judgePresence(facts);
  if (missing.verdict === 'refused') return [missing];
  if (!workflow) {
    const what = `\`${TASK_WORKFLOW_PATH}\` cannot be read here`;
    return [missing, { fact: 'template', verdict: 'unknown', what, page, tells: 'Actions shows whether it is valid' }];
  }
  return [
    missing,
    judgeTemplate(workflow, { page, isPrivate: facts.isPrivate }),
    judgeJobs(workflow, { landing, page }),
  ];
}

function judgePresence(facts: RepositoryFacts): JudgedFact {
  const { url, defaultBranch, workflows, elsewhere, workflowState } = facts;
  const fact = 'task-workflow';
  const page = `${url}/actions/workflows/${TASK_WORKFLOW}`;
  if (!workflows.known) {
    const tells = withPermission(workflows.permission);
    return { fact, verdict: 'unknown', what: 'nobody told whether the task workflow is there', page, tells };
  }
  if (!workflows.value.some(({ name }) => name === TASK_WORKFLOW)) {
    const [branch] = elsewhere;
    if (branch !== undefined) {
      const what = `\`${TASK_WORKFLOW_PATH}\` is on the branch \`${branch}\` and not on \`${defaultBranch}\`, where alone GitHub starts it`;
      const fix = `merge \`${branch}\` into \`${defaultBranch}\``;
      return { fact, verdict: 'refused', what, fix, page: `${url}/tree/${branch}/.github/workflows` };
    }
    const what = `\`${defaultBranch}\` has no \`${TASK_WORKFLOW_PATH}\``;
    const fix = 'run `agent-waves init`, or copy it from the templates, and commit it';
    return { fact, verdict: 'refused', what, fix, page: `${url}/tree/${defaultBranch}/.github/workflows` };
  }
  if (!workflowState.known) {
    const tells = withPermission(workflowState.permission);
    return { fact, verdict: 'unknown', what: 'nobody told whether the task workflow is enabled', page, tells };
  }
  const state = workflowState.value;
  if (state?.startsWith('disabled')) {
    const why = state === 'disabled_inactivity' ? ', since nothing happened here for 60 days' : '';
    const fix = 'choose "Enable workflow" on its page';
    return { fact, verdict: 'refused', what: `the task workflow is disabled${why}`, fix, page };
  }
  return { fact, verdict: 'ok', what: `\`${TASK_WORKFLOW_PATH}\` is on \`${defaultBranch}\` and enabled`, page };
}

/** What a dispatch gives, and a run is recognised by. */
const INPUTS = ['task', 'issue', 'attempt', 'slice', 'dispatch'];

/** Older templates hand things over in another way. */
const OLDEST_TEMPLATE = [0, 1, 0];

interface TemplatePlace {
  readonly page: string;
  readonly isPrivate: boolean;
}

function judgeTemplate(workflow: TaskWorkflow, { page, isPrivate }: TemplatePlace): JudgedFact {
  const fact = 'template';
  const refused = (what: string): JudgedFact => {
    const fix = 'take the template of this version: `agent-waves init --overwrite`';
    return { fact, verdict: 'refused', what, fix, page };
  };
  const { inputs, jobs, runName } = workflow;
  if (!inputs) return refused('the task workflow lacks `workflow_dispatch`, so that nothing can start it');
  const lacking = INPUTS.filter((name) => !inputs.has(name));
  if (lacking.length > 0) return refused(`the task workflow takes no input ${list(lacking)}: it is an old template`);
  const more = [...inputs].flatMap(([name, { required }]) => (required && !INPUTS.includes(name) ? [name] : []));
  if (more.length > 0) return refused(`the task workflow requires the input ${list(more)}, which nobody gives`);
  if (!INPUTS.every((name) => new RegExp(`inputs\\.${name}\\b`).test(runName)))
    return refused('the `run-name` of the task workflow does not name its inputs, so that its runs are not recognised');
  const [first] = jobs;
  if (!first) {
    const tells = 'a job that calls another workflow is not looked into';
    return { fact, verdict: 'unknown', what: 'no job of the task workflow runs our action itself', page, tells };
  }
  const version = versionOf(first);
  if (!version) {
    const what = `which version of the action the task workflow runs is not told by \`${first.action.uses}\``;
    return { fact, verdict: 'unknown', what, page, tells: 'a comment beside it would, as in `# v0.1.0`' };
  }
  const written = version.join('.');
  if (isOlder(version)) return refused(`the task workflow is an old template, of version ${written}`);
  const isHardened = jobs.some(({ given }) => given.stage !== undefined && given.stage !== 'all');
  const what = `the task workflow is of version ${written}${isHardened ? ', of several jobs' : ''}`;
  if (isPrivate || isHardened) return { fact, verdict: 'ok', what, page };
  const advice =
    'this repository is public: the workflow of several jobs keeps what an agent wrote apart from the token that may write; `agent-waves init --workflow hardened`';
  return { fact, verdict: 'ok', what, page, advice };
}

/** Of the comment beside a commit, else of the tag. */
function versionOf({ action: { uses, version } }: TaskJob): readonly number[] | undefined {
  const found = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(version ?? uses.split('@')[1] ?? '');
  return found?.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)]));
}

/** A tag that names less than the whole version moves with the newest. */
function isOlder(version: readonly number[]): boolean {
  for (const [place, part] of version.entries()) {
    const oldest = OLDEST_TEMPLATE[place] ?? 0;
    if (part !== oldest) return part < oldest;
  }
  return false;
}

interface JobPlace {
  readonly landing: Config['landing'];
  readonly page: string;
}

/** Whether the token of each job may do what its part of a task does. */
function judgeJobs(workflow: TaskWorkflow, { landing, page }: JobPlace): JudgedFact {
  const fact = 'job-permissions';
  if (hasOwnToken(workflow)) {
    const tells = 'what it may do is not to be seen here';
    return { fact, verdict: 'unknown', what: 'the workflow gives the action a token of its own', page, tells };
  }
  const lacking = workflow.jobs.flatMap(({ name, permissions, given }) =>
    needsOf(given.stage ?? 'all', landing).flatMap((need) =>
      permissions === undefined || allows(permissions, need) ? [] : [{ name, need }],
    ),
  );
  if (lacking.length > 0) {
    const what = lacking.map(({ name, need }) => `the job \`${name}\` lacks \`${need.join(': ')}\``).join(', and ');
    const fix = 'add it under `permissions` of that job, as the template has it';
    return { fact, verdict: 'refused', what, fix, page };
  }
  if (workflow.jobs.some(({ permissions }) => permissions === undefined)) {
    const tells = 'Settings, Actions, General say what a workflow without `permissions` may do';
    return { fact, verdict: 'unknown', what: 'a job of the task workflow has no `permissions`', page, tells };
  }
  return { fact, verdict: 'ok', what: 'the jobs of the task workflow may do what their parts need', page };
}

type JobNeed = readonly [scope: string, level: 'read' | 'write'];

/** What cannot be done without; what else a template grants makes more be shown. */
function needsOf(stage: string, landing: Config['landing']): readonly JobNeed[] {
  const proposing: readonly JobNeed[] = landing === 'push' ? [] : [['pull-requests', 'write']];
  switch (stage) {
    case 'all':
      return [['contents', 'write'], ['issues', 'write'], ...proposing];
    case 'claim':
      return [
        ['contents', 'write'],
        ['issues', 'read'],
      ];
    case 'land':
      return [['contents', 'write'], ...proposing];
    case 'report':
      return [['issues', 'write']];
    default:
      return [];
  }
}

function allows(permissions: Permissions, [scope, level]: JobNeed): boolean {
  if (permissions === 'write-all') return true;
  if (permissions === 'read-all') return level === 'read';
  const granted = permissions[scope];
  return granted === 'write' || (granted === 'read' && level === 'read');
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
