import type { Config } from '../../plan/config.ts';
import type { Wave } from '../../plan/plan.ts';
import { type GroupRecord, upgradeBody } from '../../state/record.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import { taskBodyOf, waveBodyOf } from '../../text/bodies.ts';
import { isWaveFinished } from '../../text/group-body.ts';

/**
 * Whether bodies say what they should. A host keeps the views of issues that did not change from pass to pass, and
 * values do not change: what was found of them once is true whenever the same values meet again. Only that a body is
 * right is kept, never a body, so that forgetting costs time alone.
 */

interface CurrentTaskBody extends Pick<TaskView, 'task' | 'record'> {
  readonly config: Config;
  readonly url: string;
}

const TASK_SAID = new WeakMap<IssueView, CurrentTaskBody>();

/** The issues of dependencies, which a body also names, are those in the record. */
export function isTaskBodyCurrent(issue: IssueView, view: TaskView, situation: Situation): boolean {
  const { task, record } = view;
  const { config, snapshot } = situation;
  const { url } = snapshot.repository;
  const said = TASK_SAID.get(issue);
  if (said?.record === record && said.task === task && said.config === config && said.url === url) return true;
  if (!isSameBody(issue.body, taskBodyOf(view, situation))) return false;
  TASK_SAID.set(issue, { task, record, config, url });
  return true;
}

interface CurrentWaveBody {
  readonly record: GroupRecord;
  readonly tasks: readonly TaskView[];
  readonly ended: boolean;
}

const WAVE_SAID = new WeakMap<IssueView, CurrentWaveBody>();

/** The body names a wave's tasks and their issues; of a wave that ended also what became of each task. */
export function isWaveBodyCurrent(issue: IssueView, { wave, record }: WaveAndRecord, situation: Situation): boolean {
  const tasks = situation.byWave.get(wave.number) ?? [];
  const ended = isWaveFinished(tasks);
  const said = WAVE_SAID.get(issue);
  if (said?.record === record && said.ended === ended && namesSameTasks(said.tasks, tasks, ended)) return true;
  if (!isSameBody(issue.body, waveBodyOf(wave, record, situation))) return false;
  WAVE_SAID.set(issue, { record, tasks, ended });
  return true;
}

interface WaveAndRecord {
  readonly wave: Wave;
  readonly record: GroupRecord;
}

function namesSameTasks(then: readonly TaskView[], now: readonly TaskView[], ended: boolean): boolean {
  return (
    then.length === now.length &&
    now.every((view, nth) => {
      const other = then[nth];
      if (view === other) return true;
      return !ended && view.task === other?.task && view.issue === other.issue;
    })
  );
}

/**
 * True when a body says what is wanted, whatever the form of its record: an upgrade alone is not worth a write to every
 * issue of a plan. GitHub may have made the ends of lines its own.
 */
export function isSameBody(there: string, wanted: string): boolean {
  if (there === wanted) return true;
  const body = there.replaceAll('\r\n', '\n');
  return body === wanted || upgradeBody(body) === wanted;
}
