import { readFileSync } from 'node:fs';
import { CLOCK_WORKFLOW, PASS_WORKFLOW, TASK_WORKFLOW } from '../../../src/state/names.ts';
import type { Landing } from '../runs/run-input.ts';
import type { Bias } from './bias.ts';
import type { Random } from './random.ts';

export const PLAN_PATH = 'docs/planning/tasks.json';

export interface DrawnTask {
  id: string;
  title: string;
  wave: number;
  estimate: string;
  dependencies: string[];
  status?: string;
}

export interface DrawnPlan {
  id: string;
  name: string;
  tasks: DrawnTask[];
}

const TASKS = 12;

/** Twelve tasks in three waves, each of which needs up to two earlier ones. */
export function drawPlan(random: Random, { tasks: count = TASKS, needs: most = 2 }: Bias = {}): DrawnPlan {
  const tasks: DrawnTask[] = [];
  for (let index = 0; index < count; index++) {
    const needs = new Set<string>();
    const wanted = index === 0 ? 0 : random.between('plan', 0, most);
    for (let each = 0; each < wanted; each++) needs.add(random.pick('plan', tasks).id);
    const id = `T-${String(index + 1).padStart(2, '0')}`;
    const estimate = random.pick('plan', ['20min', '45min', '90min', '3h']);
    tasks.push({
      id,
      title: `Make part ${index + 1}`,
      wave: 1 + Math.floor((index * 3) / count),
      estimate,
      dependencies: [...needs],
    });
  }
  return { id: 'daw', name: 'DAW', tasks };
}

export function planText(plan: object): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

/** Half of all worlds push, as most repositories do. */
const LANDINGS: readonly Landing[] = ['push', 'push', 'merge', 'review'];

const template = (name: string) => readFileSync(new URL(`../../../templates/${name}`, import.meta.url), 'utf8');

const OTHER =
  'name: Other\non: workflow_dispatch\njobs:\n  other:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "true"\n';

interface FilesInput {
  readonly plan: DrawnPlan;
  readonly withoutServer: boolean;
  readonly bias?: Bias;
}

/** What the first commit holds. */
export function drawFiles(random: Random, given: FilesInput) {
  const { bias = {} } = given;
  const parallel = bias.parallel ?? random.between('config', 2, 4);
  const landing = bias.landing ?? random.pick('landing', LANDINGS);
  const apart = bias.isProgressApart ? 'progress_branch: true\n' : '';
  const names = [TASK_WORKFLOW, ...(given.withoutServer ? [PASS_WORKFLOW, CLOCK_WORKFLOW] : [])];
  const workflows = Object.fromEntries(names.map((name) => [`.github/workflows/${name}`, template(name)]));
  const files: Record<string, string> = {
    '.github/agent-waves.yml': `landing: ${landing}\nmax_parallel: ${parallel}\n${apart}`,
    [PLAN_PATH]: planText(given.plan),
    '.github/workflows/other.yml': OTHER,
    ...workflows,
  };
  return { files, parallel, landing };
}
