import type { ScheduledTask } from '../../planning/simulate/simulate.ts';
import { hours } from './amounts.ts';
import { fill, fillLeft } from './columns.ts';

/** One line an agent: every task from its start to its end, named where its name has room, `·` where nothing runs. */
export function gantt(
  tasks: readonly ScheduledTask[],
  { makespan, columns }: { readonly makespan: number; readonly columns: number },
): readonly string[] {
  const byAgent = new Map<string, ScheduledTask[]>();
  for (const task of tasks.toSorted((a, b) => a.start - b.start)) {
    const row = byAgent.get(task.agent);
    if (row) row.push(task);
    else byAgent.set(task.agent, [task]);
  }
  const agents = [...byAgent.keys()].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const name = Math.max(...agents.map((agent) => agent.length));
  const width = columns - name - 4;
  const rows = agents.map((agent) => `  ${fill(agent, name)}  ${row(byAgent.get(agent) ?? [], { makespan, width })}`);
  const axis = `  ${' '.repeat(name)}  0${fillLeft(`${hours(makespan, makespan)} h`, width - 1)}`;
  return [axis, ...rows];
}

function row(
  tasks: readonly ScheduledTask[],
  { makespan, width }: { readonly makespan: number; readonly width: number },
): string {
  let line = '';
  for (const { id, start, end } of tasks) {
    const from = Math.min(width - 1, Math.round((start / makespan) * width));
    const to = Math.min(width, Math.max(from + 1, Math.round((end / makespan) * width)));
    // Of tasks shorter than a character only the first of a place is drawn.
    if (from < line.length) continue;
    line += '·'.repeat(from - line.length) + bar(id, to - from);
  }
  return line + '·'.repeat(width - line.length);
}

function bar(id: string, width: number): string {
  if (width < 4) return `${'━'.repeat(width - 1)}┤`;
  const text = id.length > width - 2 ? `${id.slice(0, width - 3)}…` : id;
  return `${text.padEnd(width - 1, '━')}┤`;
}
