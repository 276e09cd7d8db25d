import type { Config } from '../../plan/config.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import type { DispatchInputs } from '../../state/names.ts';
import { readGroupRecord, type TaskRecord } from '../../state/record.ts';
import type { Settings } from '../claim/settings.ts';
import type { Landing } from '../git/trailers.ts';
import type { BriefSource, CompletedWave, Resumed } from './source.ts';

/** Characters that a token stands for, roughly, in English and code. */
const CHARACTERS_PER_TOKEN = 4;

export interface BriefFacts {
  readonly settings: Settings;
  readonly task: Task;
  readonly record: TaskRecord;
  readonly dispatch: DispatchInputs;
  /** Newest first. */
  readonly landings: readonly Landing[];
  /** Bodies of closed wave issues, as the app wrote them. */
  readonly waves: readonly string[];
  readonly resumed: Resumed | undefined;
}

export function gatherBrief({
  settings: { plan, config },
  task,
  record,
  dispatch,
  landings,
  waves,
  resumed,
}: BriefFacts): BriefSource {
  return {
    plan: plan.name,
    task,
    attempt: dispatch.attempt,
    dependencies: plan.tasks
      .filter(({ id }) => task.dependencies.includes(id))
      .map(({ id, title }) => {
        const landing = landings.find((candidate) => candidate.issue === record.needs[id]);
        return { id, title, commit: landing?.commit, summary: landing?.summary ?? '' };
      }),
    completedWaves: completedWaves(plan, summariesIn(waves, record.plan)),
    guidance: record.guidance,
    told: record.told?.map(({ by, at, text }) => ({ by, at, text })),
    lastFailure: record.failure,
    resumed,
    characters: briefCharacters(config),
    context: config.context,
  };
}

/** @returns How long a brief may be. */
export function briefCharacters({ brief_tokens }: Pick<Config, 'brief_tokens'>): number {
  return brief_tokens * CHARACTERS_PER_TOKEN;
}

/** What the waves of a plan did that are done, by number. */
function summariesIn(bodies: readonly string[], plan: string): ReadonlyMap<number, string> {
  const summaries = new Map<number, string>();
  for (const body of bodies) {
    const record = readGroupRecord(body);
    if (record?.plan !== plan || record.wave === undefined || record.summary === undefined) continue;
    if (!summaries.has(record.wave)) summaries.set(record.wave, record.summary);
  }
  return summaries;
}

/**
 * Waves that are done: every task has the status `completed` in the plan file on the base, or the wave was summed up and
 * what is not completed there was left out.
 */
function completedWaves(plan: Plan, summaries: ReadonlyMap<number, string>): readonly CompletedWave[] {
  return plan.waves.flatMap(({ number, title }): readonly CompletedWave[] => {
    const tasks = plan.tasks.filter((task) => task.wave === number);
    const summary = summaries.get(number);
    const over = ({ status }: Task) => status === 'completed' || (summary !== undefined && status === 'blocked');
    if (!tasks.every(over)) return [];
    const wave = { number, title, tasks: tasks.map(({ id }) => id) };
    return [summary === undefined ? wave : { ...wave, summary }];
  });
}
