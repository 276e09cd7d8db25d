import { readFileSync } from 'node:fs';
import { TASK_WORKFLOW } from '../../../packages/embedded-github/test/support/town.ts';

export const PLAN_PATH = 'docs/planning/tasks.json';
const CONFIG_PATH = '.github/agent-waves.yml';

export interface SceneFiles {
  /** The plan as an object, or the text of its file. */
  readonly plan: object | string;
  /** Text of the configuration; by default work lands by push. */
  readonly config?: string;
  /** Further files of the first commit. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What `prepare` answers stands in the first line; the rest is what users have. */
const TEMPLATE = readFileSync(new URL('../../../templates/agent-task.yml', import.meta.url), 'utf8');

const OTHER_WORKFLOW = `# ${JSON.stringify({ name: 'Other', events: ['workflow_dispatch'], dispatchInputs: [] })}\non: workflow_dispatch\n`;

/** What the first commit holds: the workflow of tasks and another one, which writes under the same identity. */
export function filesOf({ plan, config, files }: SceneFiles): Record<string, string> {
  const dispatchInputs = ['task', 'issue', 'attempt', 'slice', 'dispatch'].map((name) => ({ name, required: true }));
  const workflow = TASK_WORKFLOW.replace(
    /"dispatchInputs":\[.*?\]/,
    `"dispatchInputs":${JSON.stringify(dispatchInputs)}`,
  );
  return {
    [CONFIG_PATH]: config ?? 'landing: push\n',
    [PLAN_PATH]: planText(plan),
    '.github/workflows/agent-task.yml': withTemplate(workflow),
    '.github/workflows/other.yml': OTHER_WORKFLOW,
    ...files,
  };
}

/** What `prepare` answers as it is described there, with the rest of the workflow as users have it. */
export function withTemplate(described: string): string {
  return `${described.split('\n')[0]}\n${TEMPLATE}`;
}

export function planText(plan: object | string): string {
  return typeof plan === 'string' ? plan : `${JSON.stringify(plan, undefined, 2)}\n`;
}
