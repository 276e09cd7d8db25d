import type { TaskId, Wave } from '../plan/plan.ts';
import { CONFIG_PATH, PROGRESS_BRANCH } from '../state/names.ts';
import type { GroupRecord } from '../state/record.ts';
import type { TaskView } from '../state/task-view.ts';
import type { Situation } from './effects/plan-effects.ts';
import { planBody, waveBody } from './group-body.ts';
import { taskBody } from './task-body.ts';

/** Bodies of issues as the situation of a decision would have them. */

type About = Pick<Situation, 'plan' | 'config' | 'snapshot' | 'notice' | 'path' | 'subjects' | 'tasks' | 'byWave'>;

export function bodyOf({ task, record }: TaskView, { config, snapshot, subjects }: About): string {
  const issueOf = (id: TaskId) => subjects.tasks.get(id)?.issue.number;
  return taskBody({ task, config, record, issueOf, repositoryUrl: snapshot.repository.url });
}

export function planBodyOf(
  record: GroupRecord,
  { plan, config, snapshot, notice, path, subjects, tasks, byWave }: About,
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
    waveIssues: new Map([...subjects.waves].map(([number, { issue }]) => [number, issue.number])),
    notice,
    links: {
      plan: link(config.plan),
      progress: link(config.progress, snapshot.progressAside ? PROGRESS_BRANCH : defaultBranch),
      config: link(CONFIG_PATH),
    },
    progressAside: snapshot.progressAside === true,
    criticalPathMinutes: path.minutes,
  });
}

export function waveBodyOf(wave: Wave, record: GroupRecord, { byWave }: About): string {
  return waveBody({ wave, record, tasks: byWave.get(wave.number) ?? [] });
}
