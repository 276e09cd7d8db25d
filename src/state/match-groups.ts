import type { Plan } from '../plan/plan.ts';
import { type Derivations, groupRecordOf } from './derivations.ts';
import { LABEL } from './names.ts';
import { isTrustedGroup, recordsOf } from './plan-identity.ts';
import { type GroupRecord, newGroupRecord } from './record.ts';
import { newerVersionIn } from './record-form.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import { planTitle, type TrackedIssue } from './tracked-issue.ts';
import { mayWrite } from './trust.ts';

/** Which issues stand for the plan and its waves. */

export interface MatchInput {
  /** Its issues are in order of number, so the first of a kind is the one that counts. */
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly derivations: Derivations;
}

export interface Duplicate {
  readonly issue: IssueView;
  readonly of: number;
}

export interface MatchedGroups {
  readonly plan: TrackedIssue<GroupRecord> | undefined;
  readonly waves: ReadonlyMap<number, TrackedIssue<GroupRecord>>;
  readonly duplicates: readonly Duplicate[];
  /** Plan issues of other plans. */
  readonly others: readonly TrackedIssue<GroupRecord>[];
  /** Numbers of issues of other plans, as far as those of plans and waves tell. */
  readonly foreign: ReadonlySet<number>;
  /** Issues that records or runs name and that this reading does not show: they are not made anew. */
  readonly unseenWaves: ReadonlySet<number>;
  readonly isPlanUnseen: boolean;
}

/** First by records; what a person broke is found again by the numbers that other records keep, and by its title. */
export function matchGroups(input: MatchInput): MatchedGroups {
  const { snapshot, plan, derivations } = input;
  const isOfPlan = recordsOf(plan, input);
  const waves = new Map<number, TrackedIssue<GroupRecord>>();
  const duplicates: Duplicate[] = [];
  const others: TrackedIssue<GroupRecord>[] = [];
  const foreign = new Set<number>();
  const broken: IssueView[] = [];
  /** Plans by the issues that their waves lie under. */
  const planAbove = new Map<number, string>();
  let tracked: TrackedIssue<GroupRecord> | undefined;
  for (const issue of snapshot.issues) {
    if (issue.closedAs === 'duplicate' || issue.labels.includes(LABEL.task)) continue;
    const record = isTrustedGroup(issue, snapshot) ? groupRecordOf(issue, derivations) : undefined;
    if (!record) {
      if (mayWrite(issue.author, snapshot)) broken.push(issue);
    } else if (!isOfPlan(record)) {
      if (record.wave === undefined) others.push({ issue, record, intact: true });
      else if (issue.parent !== undefined) planAbove.set(issue.parent, record.plan);
      for (const number of [issue.number, ...Object.values(record.issues ?? {})]) foreign.add(number);
    } else {
      const first = record.wave === undefined ? tracked : waves.get(record.wave);
      const found = { issue, record: ofPlan(record, plan), intact: true };
      if (first) duplicates.push({ issue, of: first.issue.number });
      else if (record.wave === undefined) tracked = found;
      else waves.set(record.wave, found);
    }
  }
  for (const issue of broken) {
    const id = issue.labels.includes(LABEL.plan) ? planAbove.get(issue.number) : undefined;
    if (id === undefined) continue;
    others.push({ issue, record: newGroupRecord(id), intact: false });
    foreign.add(issue.number);
  }
  tracked ??= brokenPlan(broken, { ...input, waves, foreign });
  const unseenWaves = findWaves(broken, { ...input, plan, tracked, waves, foreign });
  return {
    plan: tracked,
    waves,
    duplicates: duplicates.filter(({ issue }) => issue.open),
    others,
    foreign,
    unseenWaves,
    isPlanUnseen: !tracked && [...waves.values()].some(({ issue }) => isUnseen(issue.parent, snapshot)),
  };
}

/** @returns The record as it is written from now on. */
export function ofPlan<R extends { readonly plan: string; readonly named?: string | undefined }>(
  record: R,
  plan: Plan,
): R {
  if (record.named === undefined && record.plan === plan.id) return record;
  const { named, ...rest } = record;
  return { ...rest, plan: plan.id } as R;
}

/** A number is known and its issue not in view: a reading that does not show it yet. One that is gone is another matter. */
export function isUnseen(number: number | undefined, { issues, gone }: Snapshot): boolean {
  return number !== undefined && !gone?.has(number) && !issues.some((issue) => issue.number === number);
}

interface Known extends MatchInput {
  readonly waves: Map<number, TrackedIssue<GroupRecord>>;
  readonly foreign: ReadonlySet<number>;
}

/** Above its waves, by its title, or the only one that is open. */
function brokenPlan(
  broken: readonly IssueView[],
  { snapshot, plan, waves, foreign }: Known,
): TrackedIssue<GroupRecord> | undefined {
  const parents = new Set([...waves.values()].map(({ issue }) => issue.parent));
  const labelled = broken.filter(({ number, labels }) => labels.includes(LABEL.plan) && !foreign.has(number));
  const found =
    broken.find(({ number }) => parents.has(number)) ??
    labelled.find(({ title, firstTitle }) => [title, firstTitle].includes(planTitle(plan))) ??
    labelled.find(({ open }) => open);
  return (
    found && {
      issue: found,
      ...renewed(found, { record: newGroupRecord(plan.id), isTrusted: isTrustedGroup(found, snapshot) }),
    }
  );
}

interface KnownPlan extends Known {
  readonly tracked: TrackedIssue<GroupRecord> | undefined;
}

/** Adds the waves whose records cannot be read. @returns Those that the plan's record names and that are not in view. */
function findWaves(
  broken: readonly IssueView[],
  { snapshot, plan, tracked, waves, foreign }: KnownPlan,
): ReadonlySet<number> {
  const numbers = Object.entries(tracked?.record.issues ?? {}).map(([wave, number]) => [Number(wave), number] as const);
  const known = new Map(numbers.map(([wave, number]) => [number, wave]));
  for (const issue of broken) {
    if (issue === tracked?.issue || foreign.has(issue.number) || foreign.has(issue.parent ?? Number.NaN)) continue;
    const wave = known.get(issue.number) ?? (issue.labels.includes(LABEL.wave) ? waveOn(issue) : undefined);
    if (wave === undefined || waves.has(wave)) continue;
    const isTrusted = isTrustedGroup(issue, snapshot);
    waves.set(wave, { issue, ...renewed(issue, { record: newGroupRecord(plan.id, wave), isTrusted }) });
  }
  return new Set(numbers.flatMap(([wave, number]) => (!waves.has(wave) && isUnseen(number, snapshot) ? [wave] : [])));
}

interface Renewal<R> {
  readonly record: R;
  /** Whether a record in the body would count. */
  readonly isTrusted: boolean;
}

/** The number in its title, in the one that it was made with, or in the label that its tasks share with it. */
function waveOn({ title, firstTitle, labels }: IssueView): number | undefined {
  const found = [title, firstTitle, ...labels].flatMap(
    (text) => /^(?:Wave |wave:)(\d{1,4})(?::|$)/.exec(text)?.[1] ?? [],
  )[0];
  return found === undefined ? undefined : Number(found);
}

/** A new record in the place of one that cannot be read. One that a newer version wrote is neither missing nor broken. */
export function renewed<R>(issue: IssueView, { record, isTrusted }: Renewal<R>): Omit<TrackedIssue<R>, 'issue'> {
  const newer = isTrusted ? newerVersionIn(issue.body) : undefined;
  return newer === undefined ? { record, intact: false } : { record, intact: true, newer };
}
