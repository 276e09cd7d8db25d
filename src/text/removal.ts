import { inline } from '../state/markdown.ts';
import type { GroupRecord } from '../state/record.ts';
import type { TrackedIssue } from '../state/tracked-issues.ts';

/** What is said of tasks that a person took out of the plan. */

export function removedComment(id: string): string {
  return `The plan no longer has ${inline(id)}, so this issue is closed as not planned. What was done up to now stays saved: put ${inline(id)} back into the plan to go on.`;
}

/** @returns Why nothing is dispatched while it is open whether so many tasks are to go: a notice. */
export function goneNotice(plan: TrackedIssue<GroupRecord> | undefined): string | undefined {
  const gone = plan?.record.gone;
  if (!gone || !plan) return undefined;
  return `${gone.count} unfinished tasks are gone from the plan at once; comment \`/accept\` on #${plan.issue.number} if they are to go, or put them back`;
}

/** The same as a question on the plan issue. @param ids Of the tasks, in order of their issues. */
export function goneQuestion(ids: readonly string[]): string {
  const shown = ids.slice(0, 20).map((id) => inline(id));
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : '';
  return `${ids.length} unfinished tasks are gone from the plan at once: ${shown.join(', ')}${more}. Their runs were ended, and what they did stays saved. Are they to go? Comment \`/accept\` here, and their issues are closed as not planned; or put them back into the plan. Until then nothing is closed and nothing new starts.`;
}
