import type { TaskId, Wave } from '../plan/plan.ts';
import { CONFIG_PATH, PROGRESS_BRANCH } from '../state/names.ts';
import type { GroupRecord } from '../state/record.ts';
import type { Situation } from '../state/situation.ts';
import { planBody, waveBody } from './group-body.ts';
import { type TaskBodyInput, taskBody } from './task-body.ts';

/** Bodies of issues as the situation of a decision would have them. */

type About = Pick<Situation, 'plan' | 'config' | 'snapshot' | 'notice' | 'path' | 'tracked' | 'tasks' | 'byWave'>;

export function taskBodyOf(
  { task, record }: Pick<TaskBodyInput, 'task' | 'record'>,
  { config, snapshot, tracked }: About,
): string {
  const issueOf = (id: TaskId) => tracked.tasks.get(id)?.issue.number;
  return taskBody({ task, config, record, issueOf, repositoryUrl: snapshot.repository.url });
}

export function planBodyOf(
  record: GroupRecord,
  { plan, config, snapshot, notice, path, tracked, tasks, byWave }: About,
): string {
  const { url, defaultBranch } = snapshot.repository;
  const link = (file: string, branch = defaultBranch) =>
    `${url}/blob/${branch}/${file.split('/').map(encodeURIComponent).join('/')}`;
  return planBody({
    plan,
    config,
    record,
    tasks,
    byWave,
    waveIssues: new Map([...tracked.waves].map(([number, { issue }]) => [number, issue.number])),
    notice,
    links: {
      plan: link(config.plan),
      progress: link(config.progress, snapshot.usesProgressBranch ? PROGRESS_BRANCH : defaultBranch),
      config: link(snapshot.files.config?.path ?? CONFIG_PATH),
    },
    usesProgressBranch: snapshot.usesProgressBranch === true,
    criticalPathMinutes: path.minutes,
  });
}

export function waveBodyOf(
  { wave, record }: { readonly wave: Wave; readonly record: GroupRecord },
  { byWave }: Pick<About, 'byWave'>,
): string {
  return waveBody({ wave, record, tasks: byWave.get(wave.number) ?? [] });
}
