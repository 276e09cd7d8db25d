import type { TaskId, Wave } from '../plan/plan.ts';
import { CONFIG_PATH, PROGRESS_BRANCH } from '../state/names.ts';
import type { GroupRecord } from '../state/record.ts';
import type { Situation } from '../state/situation.ts';
import { type PlanBodyText, planBody, waveBody } from './group-body.ts';
import type { Expected } from './plan-dashboard.ts';
import { type TaskBodyInput, taskBody, taskText } from './task-body.ts';

/** Bodies of issues as the situation of a decision would have them. */

type About = Pick<
  Situation,
  'plan' | 'config' | 'snapshot' | 'notice' | 'meter' | 'path' | 'tracked' | 'tasks' | 'byWave' | 'derivations'
>;

/** Before anything has happened, and where what is expected does not matter. */
export const NOTHING_EXPECTED: Expected = { finish: undefined, unforeseen: 0, next: [] };

type TaskAndRecord = Pick<TaskBodyInput, 'task' | 'record'>;

export function taskBodyOf(one: TaskAndRecord, about: About): string {
  return taskBody(taskInput(one, about));
}

/** The same without its record. */
export function taskTextOf(one: TaskAndRecord, about: About): string {
  return taskText(taskInput(one, about));
}

function taskInput({ task, record }: TaskAndRecord, { config, snapshot, tracked }: About): TaskBodyInput {
  const issueOf = (id: TaskId) => tracked.tasks.get(id)?.issue.number;
  return { task, config, record, issueOf, repositoryUrl: snapshot.repository.url };
}

export function planBodyOf({
  plan,
  config,
  snapshot,
  notice,
  meter,
  path,
  tracked,
  tasks,
  byWave,
  derivations,
}: About): PlanBodyText {
  const { url, defaultBranch } = snapshot.repository;
  const link = (file: string, branch = defaultBranch) =>
    `${url}/blob/${branch}/${file.split('/').map(encodeURIComponent).join('/')}`;
  return planBody({
    plan,
    config,
    tasks,
    byWave,
    waveIssues: new Map([...tracked.waves].map(([number, { issue }]) => [number, issue.number])),
    notice,
    meter,
    links: {
      plan: link(config.plan),
      progress: link(
        config.progress,
        config.progress_branch || snapshot.usesProgressBranch ? PROGRESS_BRANCH : defaultBranch,
      ),
      config: link(snapshot.files.config?.path ?? CONFIG_PATH),
    },
    isKeptAside: !config.progress_branch && snapshot.usesProgressBranch === true,
    criticalPathMinutes: path.minutes,
    repositoryUrl: url,
    derivations,
  });
}

export function waveBodyOf(
  { wave, record }: { readonly wave: Wave; readonly record: GroupRecord },
  { byWave }: Pick<About, 'byWave'>,
): string {
  return waveBody({ wave, record, tasks: byWave.get(wave.number) ?? [] });
}
