import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfig } from '../../plan/config.ts';
import { CLOCK_WORKFLOW, PASS_WORKFLOW, TASK_WORKFLOW, TASK_WORKFLOW_PATH } from '../../state/names.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { withoutNextJob } from './next-job.ts';
import type { Answers } from './setup-choices.ts';

const TEMPLATES = join(PACKAGE_ROOT, 'templates');

const TASK_TEMPLATES = { normal: TASK_WORKFLOW, hardened: 'agent-task-hardened.yml' } as const;

/** What makes passes in a repository without a server. */
const HOST_TEMPLATES = [PASS_WORKFLOW, CLOCK_WORKFLOW] as const;

interface WorkflowInput extends Pick<Answers, 'workflow' | 'host' | 'agent'> {
  readonly planPath: string;
}

/** Workflows by path: as the templates have them, with our own actions pinned by their commits. */
export function workflowFiles({ workflow, host, agent, planPath }: WorkflowInput): ReadonlyMap<string, string> {
  const template = readTemplate(TASK_TEMPLATES[workflow]);
  const task = host === 'server' ? withoutNextJob(template) : template;
  const passes = host === 'actions' ? HOST_TEMPLATES : [];
  return new Map([
    [TASK_WORKFLOW_PATH, agent === 'copilot' ? withCopilot(task) : task],
    ...passes.map((name) => [`.github/workflows/${name}`, withPlan(readTemplate(name), planPath)] as const),
  ]);
}

/** A push counts that touches the plan, wherever that is. */
function withPlan(workflow: string, planPath: string): string {
  const { plan } = defaultConfig();
  return planPath === plan ? workflow : workflow.replace(`- ${plan}\n`, () => `- ${JSON.stringify(planPath)}\n`);
}

/** What a workflow that is there was made from: the defaults of a second run. */
export function workflowKind(text: string): Answers['workflow'] {
  return /^\s+stage: claim$/m.test(text) ? 'hardened' : 'normal';
}

/** Path of the workflow that makes passes. */
export const HOST_WORKFLOW_PATH = `.github/workflows/${PASS_WORKFLOW}`;

function readTemplate(name: string): string {
  return readFileSync(join(TEMPLATES, name), 'utf8');
}

const PERMISSION = '      copilot-requests: write # Copilot CLI asks its model with the token of the job';

/** Takes the comments off the three lines by which Copilot CLI runs with the token of its job. */
function withCopilot(template: string): string {
  const lines = template
    .replace(/^( +)# (copilot: true)$/m, '$1$2')
    .replace(/^( +)# (copilot-token: .*)$/m, '$1$2')
    .split('\n');
  const used = lines.findIndex((line) => /^ +copilot-token: /.test(line));
  const permissions = lines.findLastIndex((line, index) => index < used && line === '    permissions:');
  if (permissions < 0) throw new Error('the template of the task workflow has no line for Copilot CLI');
  return lines.toSpliced(permissions + 1, 0, PERMISSION).join('\n');
}
