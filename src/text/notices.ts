import { formatProblem } from '../plan/load.ts';
import type { FileProblem } from '../plan/plan.ts';
import { eachActive } from '../state/active-tasks.ts';
import type { Cause } from '../state/cause.ts';
import { causeText } from '../state/describe-cause.ts';
import type { ForeignPlan } from '../state/foreign-plan.ts';
import { instant } from '../state/instant.ts';
import { isLost } from '../state/lost.ts';
import { prose, proseWithLinks } from '../state/markdown.ts';
import { type HostWaits, offeredUntil, settlingUntil } from '../state/plan-host.ts';
import type { GroupRecord } from '../state/record.ts';
import { isScarce, type RequestBudget } from '../state/request-budget.ts';
import type { TrackedIssue, TrackedIssues } from '../state/tracked-issues.ts';
import { VERSION } from '../state/version.ts';
import { counted } from './words.ts';

/** Why nothing is dispatched at all, and what to do about it: one line of Markdown without a full stop, harmless wherever it stands. */

/** @returns Undefined while nothing was refused. */
export function refusalNotice(plan: TrackedIssue<GroupRecord> | undefined): string | undefined {
  const refusal = plan?.record.refusal;
  return refusal && plan && whatToFix(refusal.cause, plan.issue.number);
}

export function whatToFix(cause: Cause, planIssue: number): string {
  return `${causeText(cause)}; fix it, then comment \`/resume\` on #${planIssue}`;
}

/** So large a part of all that landed is not taken back task by task. */
const MAX_LOST_SHARE = 1 / 5;

/**
 * Many landings gone at once look like an accident, a force-push for instance.
 * @returns Undefined while a person has decided, or few are gone.
 */
export function massLossNotice({
  plan,
  ...tracked
}: Pick<TrackedIssues, 'plan' | 'tasks' | 'active'>): string | undefined {
  const together = new Map<string, number>();
  eachActive(tracked, ({ record }) => {
    if (record.lost && isLost(record)) together.set(record.lost.at, (together.get(record.lost.at) ?? 0) + 1);
  });
  const most = Math.max(0, ...together.values());
  if (!plan || most < 2) return undefined;
  const records = [...tracked.tasks.values()].map(({ record }) => record);
  const landed = records.filter(({ done }) => done?.commit !== undefined || done?.pull !== undefined).length;
  if (most <= landed * MAX_LOST_SHARE) return undefined;
  return `the work of ${most} of ${landed} tasks that landed is no longer on the base: bring the commits back, or comment on #${plan.issue.number}: \`/retry\` to have all of it done again, \`/accept\` to leave it as completed`;
}

/** @param problems At least one. */
export function unreadableNotice([first, ...rest]: readonly FileProblem[]): string {
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  return `the plan cannot be read: ${first ? prose(shortened(formatProblem(first))) : 'nobody knows why'}${more}; fix it on the default branch`;
}

/** A problem may list every key that there is: all of it stands on the plan issue. */
const MAX_PROBLEM = 160;

function shortened(text: string): string {
  if (text.length <= MAX_PROBLEM) return text;
  const kept = text.slice(0, MAX_PROBLEM);
  return `${kept.slice(0, Math.max(kept.lastIndexOf(', '), kept.lastIndexOf('; '), 0) || MAX_PROBLEM).toWellFormed()}, …`;
}

/** @param problem What is to be decided. */
export function questionNotice(problem: FileProblem): string {
  return `a person has to decide about the plan: ${proseWithLinks(formatProblem(problem))}`;
}

/** One line of Markdown, likewise. @param here Login of this host. */
export function foreignPlanNotice({ issue, app, isFormer }: ForeignPlan, here: string): string {
  if (isFormer)
    return `\`${app}\` wrote #${issue} before this host had the plan, and what it knows counts no more: write \`trusted_apps: ["${app}", "${here}"]\` into the configuration, and leave it there until the plan is done`;
  return `\`${app}\` keeps this plan in #${issue}, and one host alone works on a plan: let that one go on and switch this one off; or write \`trusted_apps: ["${app}", "${here}"]\` into the configuration and comment \`/adopt\` on #${issue} to go on here; or close #${issue} to begin anew`;
}

/** One line of Markdown, likewise. @param app The host that the record names. @param issue The plan issue. */
export function otherHostNotice(app: string, issue: number): string {
  return `\`${app}\` works on this plan; comment \`/adopt\` on #${issue} to go on here`;
}

/** @param plan The plan issue. @returns Undefined unless the plan goes from one host to another. */
export function handoverNotice(plan: TrackedIssue<GroupRecord> | undefined, waits: HostWaits): string | undefined {
  const host = plan?.record.host;
  if (!host) return undefined;
  const offered = offeredUntil(plan.record, waits);
  if (offered !== undefined)
    return `another host may take this plan over until ${minuteAfter(offered)}; then \`${host.app}\` goes on`;
  const settling = settlingUntil(plan.record, waits);
  if (settling === undefined) return undefined;
  const how = host.from === undefined ? 'has this plan now' : `took this plan over from \`${host.from}\``;
  return `\`${host.app}\` ${how} and starts tasks from ${minuteAfter(settling)} on`;
}

const MINUTE = 60_000;

function minuteAfter(at: number): string {
  return `${instant(Math.ceil(at / MINUTE) * MINUTE).slice(11, 16)} UTC`;
}

/** @returns Undefined while enough may be asked. */
export function scarceNotice(budget: RequestBudget | undefined): string | undefined {
  if (!budget || !isScarce(budget)) return undefined;
  const until = instant(budget.resetAt).slice(11, 16);
  return `GitHub answers the workflows of this repository 1,000 requests an hour, and few are left: this goes on by itself at ${until} UTC; an app of your own has 5,000 (docs/guides/without-a-server.md)`;
}

/** @param newer Issues whose records a newer version wrote. @returns Undefined when there is none. */
export function newerRecordNotice(
  newer: readonly { readonly issue: number; readonly version: number }[],
): string | undefined {
  const [first] = newer;
  if (!first) return undefined;
  const more = newer.length > 1 ? ` and ${counted(newer.length - 1, 'more issue')}` : '';
  return `a newer version of the app wrote the record of #${first.issue}${more} (form ${first.version}, and this version knows forms up to ${VERSION}); update this app, or let the newer one alone work here`;
}
