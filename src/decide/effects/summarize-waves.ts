import type { Config } from '../../plan/config.ts';
import type { Plan, Wave } from '../../plan/plan.ts';
import type { Derivations } from '../../state/derivations.ts';
import { versionOf } from '../../state/occasion.ts';
import type { GroupRecord } from '../../state/record.ts';
import { isOver } from '../../state/satisfied.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import { startOf } from '../../state/steering.ts';
import type { TaskView } from '../../state/task-view.ts';
import { isClosedToUs, type TrackedIssue, type TrackedIssues } from '../../state/tracked-issues.ts';
import { isWaveFinished } from '../../text/group-body.ts';
import { waveParagraph, waveSummary } from '../../text/wave-summary.ts';
import { isKeptOpen } from './close-issues.ts';
import type { Comment } from './effect.ts';

export interface SummarizeInput {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
  readonly tracked: TrackedIssues;
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly derivations: Pick<Derivations, 'paragraphs'>;
}

/**
 * A wave that is done is summed up: in its record for later briefs, and in a comment beside its closing, once each time
 * that it comes to its end. One that was closed before anybody summed it up stays as it is.
 */
export function summarizeWaves(input: SummarizeInput): {
  readonly tracked: TrackedIssues;
  readonly effects: readonly Comment[];
} {
  const { plan, tracked, byWave, derivations } = input;
  const waves = new Map(tracked.waves);
  const effects: Comment[] = [];
  for (const [nth, wave] of plan.waves.entries()) {
    const trackedIssue = waves.get(wave.number);
    const tasks = byWave.get(wave.number) ?? [];
    if (!trackedIssue || isClosedToUs(trackedIssue)) continue;
    const { issue } = trackedIssue;
    const { goesOn, ...record } = trackedIssue.record;
    if (!isWaveFinished(tasks) && record.summary !== undefined && !goesOn)
      waves.set(wave.number, { ...trackedIssue, record: { ...record, goesOn: true } });
    if (!isToBeSummarized(trackedIssue, tasks)) continue;
    const summary = paragraphOf(tasks, derivations);
    if (record.summary !== summary || goesOn)
      waves.set(wave.number, { ...trackedIssue, record: { ...record, summary } });
    if (record.summary !== undefined && !goesOn) continue;
    const next = advancedTo(plan.waves[nth + 1], input);
    effects.push(summaryComment(issue, { wave, tasks, next, again: goesOn === true }, input));
  }
  return { tracked: { ...tracked, waves }, effects };
}

function paragraphOf(tasks: readonly TaskView[], { paragraphs }: Pick<Derivations, 'paragraphs'>): string {
  const known = paragraphs.get(tasks);
  if (known !== undefined) return known;
  const paragraph = waveParagraph(tasks);
  paragraphs.set(tasks, paragraph);
  return paragraph;
}

function isToBeSummarized({ issue, record }: TrackedIssue<GroupRecord>, tasks: readonly TaskView[]): boolean {
  if (!isWaveFinished(tasks)) return false;
  return record.summary !== undefined || (issue.open && !isKeptOpen(issue.reopenedAt, tasks));
}

/** The wave after one that is done, where nobody but `advance: auto` has started it. */
function advancedTo(next: Wave | undefined, { config, snapshot, tracked, byWave }: SummarizeInput): Wave | undefined {
  if (next === undefined || config.advance !== 'auto') return undefined;
  const byPeople = [tracked.plan, tracked.waves.get(next.number)].some((one) => one && startOf(one, snapshot));
  const goesOn = byWave.get(next.number)?.some((view) => !isOver(view) && view.state !== 'held');
  return !byPeople && goesOn ? next : undefined;
}

function summaryComment(
  issue: IssueView,
  about: {
    readonly wave: Wave;
    readonly tasks: readonly TaskView[];
    readonly next: Wave | undefined;
    readonly again: boolean;
  },
  { snapshot }: SummarizeInput,
): Comment {
  return {
    kind: 'comment',
    key: `wave-done:${issue.number}`,
    occasion: `wave-done:${versionOf(issue)}`,
    issue: issue.number,
    body: waveSummary({ ...about, repositoryUrl: snapshot.repository.url }),
    reason: 'all of its tasks are done',
  };
}
