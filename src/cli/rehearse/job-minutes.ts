import type { RunRecord } from 'embedded-github';

/** What jobs took, as GitHub charges it: each is rounded up to a minute. */
export interface JobMinutes {
  readonly total: number;
  /** Of all jobs, by the number of tasks. */
  readonly per_task: number;
  /** By workflow and job; that of a task without its name. */
  readonly by_job: Readonly<Record<string, { readonly count: number; readonly minutes: number }>>;
}

type MeasuredRun = Pick<RunRecord, 'jobs' | 'inputs'> & { readonly workflow: { readonly path: string } };

export function jobMinutes(runs: readonly MeasuredRun[], tasks: number): JobMinutes {
  const byJob = new Map<string, { count: number; minutes: number }>();
  for (const { workflow, jobs, inputs } of runs)
    for (const { name, conclusion, started_at: from, completed_at: to } of jobs) {
      if (conclusion === 'skipped') continue;
      const { task } = inputs;
      const job = task === undefined ? name : name.replace(task, 'task').replace('task · ', '');
      const key = `${workflow.path.replace(/^.*\//, '')} ${job}`;
      const known = byJob.get(key) ?? { count: 0, minutes: 0 };
      const minutes = Math.max(1, Math.ceil((Date.parse(to) - Date.parse(from)) / 60_000));
      byJob.set(key, { count: known.count + 1, minutes: known.minutes + minutes });
    }
  const total = [...byJob.values()].reduce((sum, { minutes }) => sum + minutes, 0);
  return { total, per_task: Math.round((total / tasks) * 10) / 10, by_job: Object.fromEntries([...byJob].sort()) };
}
