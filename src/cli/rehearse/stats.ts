import { landingLines } from './landing-reports.ts';
import { describeMode } from './mode.ts';
import type { Report } from './report.ts';

/** Routes that are listed by name; the rest is one line. */
const MAX_ROUTES = 12;

/** What a rehearsal measured, for whoever works on its speed. */
export function statsText(report: Report): string {
  const { tasks, requests } = report;
  const perTask = (count: number) => (count / tasks.total).toFixed(1);
  const routes = Object.entries(requests.by_route);
  const rest = routes.slice(MAX_ROUTES).reduce((sum, [, count]) => sum + count, 0);
  const api = routes.filter(([route]) => !route.startsWith('git ')).reduce((sum, [, count]) => sum + count, 0);
  return [
    '',
    `mode: ${describeMode(report.mode)}${interruptions(report)}`,
    `makespan ${report.makespan_s.toFixed(1)} s; the critical path of the scripted work alone takes ${report.bound_s.toFixed(1)} s; at most ${report.max_running} at once; ${report.wall_s.toFixed(1)} s in all`,
    `${api} API requests (${perTask(api)} a task), ${requests.total - api} git requests, ${report.webhooks} webhooks`,
    ...routes.slice(0, MAX_ROUTES).map(([route, count]) => `  ${perTask(count).padStart(6)} a task  ${route}`),
    ...(rest > 0 ? [`  ${perTask(rest).padStart(6)} a task  ${routes.length - MAX_ROUTES} further routes`] : []),
    'mean time of a task run, by step:',
    ...Object.entries(report.step_ms).map(([step, took]) => `  ${String(took).padStart(6)} ms  ${step}`),
    ...chainLines(report),
    ...landingLines(report.landings),
    processorLine(report),
  ].join('\n');
}

/** Where the seconds went that decided the makespan. */
function chainLines({ decisive_chain: chain }: Report): readonly string[] {
  if (chain.length === 0) return [];
  const times = new Map<string, number>();
  const add = (what: string, took: number) => times.set(what, (times.get(what) ?? 0) + took);
  for (const { until_dispatch_ms, until_run_ms, steps_ms, other_ms } of chain) {
    add('from a report to the dispatch that it frees', until_dispatch_ms);
    add('from a dispatch to the first step of its run', until_run_ms);
    for (const [name, took] of Object.entries(steps_ms)) add(name, took);
    add('between steps and jobs', other_ms);
  }
  return [
    `time of the chain that decided, ${chain.length} tasks (${chain.map(({ task }) => task).join(', ')}):`,
    ...[...times].map(([what, took]) => `  ${String(Math.round(took)).padStart(6)} ms  ${what}`),
  ];
}

/** What of the time is the product's, and what the rehearsal's own. */
function processorLine({ processor, tasks }: Report): string {
  if (!processor) return 'processor time: not known on this machine';
  const { app_s, steps_s, rehearsal_s, rehearsal_processes_s, estimated_s } = processor;
  const told = (seconds: number) => `${seconds.toFixed(1)} s (${(seconds / tasks.total).toFixed(2)} a task)`;
  return [
    `processor time: app ${told(app_s)}, steps with agent and checks ${told(steps_s)}`,
    `the rehearsal itself ${told(rehearsal_s)} and its git ${told(rehearsal_processes_s)}`,
    ...(estimated_s > 0 ? [`${estimated_s.toFixed(1)} s of them told apart by averages`] : []),
  ].join('; ');
}

/** What slices, kills and checkpoints came to. */
function interruptions({ by_task: tasks }: Report): string {
  const total = (count: (task: Report['by_task'][number]) => number) =>
    tasks.reduce((sum, task) => sum + count(task), 0);
  const [sliced, kills] = [
    tasks.filter(({ slices, attempts }) => slices > attempts).length,
    total((task) => task.kills),
  ];
  const restored = total((task) => task.checkpoints_restored);
  if (sliced + kills + restored === 0) return '';
  return `: ${sliced} tasks in several runs, ${kills} runners killed, ${restored} checkpoints restored`;
}
