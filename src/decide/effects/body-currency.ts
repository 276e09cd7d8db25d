import type { Wave } from '../../plan/plan.ts';
import { fittedPart } from '../../state/body-room.ts';
import { taskPartOf } from '../../state/derivations.ts';
import { findOwnPart } from '../../state/own-part.ts';
import type { GroupRecord } from '../../state/record.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import { taskBodyOf, taskTextOf, waveBodyOf } from '../../text/bodies.ts';
import { isWaveFinished } from '../../text/group-body.ts';

/** Whether bodies say what they should. What was found of them once is true whenever the same values meet again. */

/** A record that is the one that was read there is not written to be compared: see ADR 36. */
export function isTaskBodyCurrent(issue: IssueView, { task, record }: TaskView, input: Situation): boolean {
  const there = taskPartOf(issue, input.derivations);
  if (there?.record === record && there.text === taskTextOf({ task, record }, input)) return true;
  return isSameBody(issue.body, taskBodyOf({ task, record }, input));
}

/** The body names a wave's tasks and their issues; of a wave that ended also what became of each task. */
export function isWaveBodyCurrent(issue: IssueView, { wave, record }: WaveAndRecord, input: Situation): boolean {
  const tasks = input.byWave.get(wave.number) ?? [];
  const ended = isWaveFinished(tasks);
  const known = input.derivations.waveBodies.get(issue);
  if (known?.record === record && known.ended === ended && namesSameTasks(known.tasks, tasks, ended)) return true;
  if (!isSameBody(issue.body, waveBodyOf({ wave, record }, input))) return false;
  input.derivations.waveBodies.set(issue, { record, tasks, ended });
  return true;
}

interface WaveAndRecord {
  readonly wave: Wave;
  readonly record: GroupRecord;
}

function namesSameTasks(then: readonly TaskView[], now: readonly TaskView[], ended: boolean): boolean {
  if (then === now) return true;
  return (
    then.length === now.length &&
    now.every((view, nth) => {
      const other = then[nth];
      if (view === other) return true;
      return !ended && view.task === other?.task && view.issue === other.issue;
    })
  );
}

/** @param part What our part of the body is to be. What people wrote around it is no matter of ours. */
export function isSameBody(there: string, part: string): boolean {
  const own = findOwnPart(there);
  return own !== undefined && (own === part || own === fittedPart(there, part));
}

/** The key of the effect that writes a body: a dispatch requires it. */
export function bodyKey(issue: number): string {
  return `body:${issue}`;
}
