import { createHash } from 'node:crypto';
import { loadPlan } from '../../../src/plan/load.ts';
import type { Plan } from '../../../src/plan/plan.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** The text of a plan of so many tasks in ten waves, two fifths of them completed, and what it loads as. */
export function planOf(
  count: number,
  title = 'A piece of work with a title',
): { readonly plan: Plan; readonly text: string } {
  const within = Math.ceil(count / 10);
  const id = (n: number) => `TASK-${String(n).padStart(3, '0')}`;
  const from = Date.UTC(2026, 2, 2, 9);
  const moment = (n: number) => new Date(from + n * 600_000).toISOString();
  const tasks = Array.from({ length: count }, (_, n) => {
    const wave = Math.floor(n / within) + 1;
    const before = n - within;
    const isDone = n < count * 0.4;
    const isRunning = !isDone && n < count * 0.45;
    return {
      id: id(n),
      title: `${title} ${n}`,
      wave,
      estimate: `${(n % 4) + 1}h`,
      dependencies: before < 0 ? [] : [id(before), ...(n % 7 === 0 && before > 0 ? [id(before - 1)] : [])],
      status: isDone ? 'completed' : isRunning ? 'in_progress' : 'pending',
      ...(isDone ? { agent_id: `A${(n % 8) + 1}`, started_at: moment(n), completed_at: moment(n + 6) } : {}),
    };
  });
  const text = JSON.stringify({ id: 'big', name: `Plan of ${count}`, tasks });
  const loaded = loadPlan({ file: 'tasks.json', text });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return { plan: loaded.plan, text };
}
