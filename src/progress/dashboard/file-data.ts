import { criticalPath } from '../../plan/critical-path.ts';
import { formatMinutes } from '../../plan/estimate.ts';
import { buildGraph } from '../../plan/graph.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import { waveName } from '../../plan/waves.ts';
import { oneLine } from '../../state/markdown.ts';
import type { DashboardData, DashboardTask } from './dashboard-data.ts';

/** What the app wrote beside the status of a task. */
export interface WrittenStatus {
  readonly agent_id?: string | undefined;
  readonly started_at?: string | undefined;
  readonly completed_at?: string | undefined;
}

interface FileInput {
  readonly plan: Plan;
  readonly shape: string;
  /** By id of the task, as the file spells it. */
  readonly written: ReadonlyMap<string, WrittenStatus>;
}

/** Words and colours of the four states that a plan file knows. */
const SHADES = {
  completed: ['completed', 'completed'],
  in_progress: ['running', 'running'],
  blocked: ['stuck', 'blocked'],
  pending: ['held', 'waiting'],
} as const;

/** What the plan file itself tells of its state: no reasons, attempts or costs, and nothing of issues. */
export function fileData({ plan, shape, written }: FileInput): DashboardData {
  const onPath = new Set(criticalPath(plan, buildGraph(plan)).path);
  const isDone = ({ status }: Task) => status === 'completed';
  const minutes = (tasks: readonly Task[]) => tasks.reduce((sum, task) => sum + task.minutes, 0);
  const over = plan.tasks.filter(isDone);
  return {
    shape,
    plan: { name: oneLine(plan.name), url: '' },
    over: over.length,
    work: [minutes(over), minutes(plan.tasks)],
    finish: over.length === plan.tasks.length ? 'Finished.' : '',
    waves: plan.waves.map((wave) => {
      const within = plan.tasks.filter((task) => task.wave === wave.number);
      const running = within.filter(({ status }) => status === 'in_progress').length;
      const counts = { tasks: within.length, over: within.filter(isDone).length, running };
      return { number: wave.number, name: oneLine(waveName(wave)), ...counts };
    }),
    tasks: plan.tasks.map((task): DashboardTask => {
      const [shade, word] = SHADES[task.status];
      const { agent_id: slot, started_at: started, completed_at: completed } = written.get(task.id) ?? {};
      return {
        id: task.id,
        title: oneLine(task.title),
        wave: task.wave,
        shade,
        word,
        reason: '',
        estimate: formatMinutes(task.minutes),
        needs: task.dependencies,
        ...(onPath.has(task.id) ? { critical: true } : {}),
        ...(slot === undefined ? {} : { slot }),
        ...(started === undefined ? {} : { started }),
        ...(completed === undefined ? {} : { completed }),
      };
    }),
    bars: plan.tasks.flatMap(({ id }, n) => {
      const { started_at: start, completed_at: end } = written.get(id) ?? {};
      return start !== undefined && end !== undefined ? [{ n, start, end, actual: true }] : [];
    }),
  };
}
