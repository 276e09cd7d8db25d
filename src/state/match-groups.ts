import type { Plan } from '../plan/plan.ts';
import { groupRecordOf, type IssueRecords } from './issue-records.ts';
import { LABEL } from './names.ts';
import { ofOtherPlans } from './other-plans.ts';
import { isTrustedGroup, recordsOf } from './plan-identity.ts';
import { type GroupRecord, newGroupRecord } from './record.ts';
import { newerVersionIn } from './record-form.ts';
import { partSeconds, type SecondIssue, type SecondIssues } from './second-issues.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import { planTitle, type TrackedIssue } from './tracked-issue.ts';
import { mayWrite } from './trust.ts';

/** Which issues stand for the plan and its waves. */

export interface MatchInput {
  /** Its issues are in order of number, so the first of a kind is the one that counts. */
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly derivations: IssueRecords;
  /** Numbers of issues in which there is no room for what would have to be written. */
  readonly full?: ReadonlySet<number>;
}

export interface MatchedGroups extends SecondIssues {
  readonly plan: TrackedGroup | undefined;
  readonly waves: ReadonlyMap<number, TrackedGroup>;
  /** Plan issues of other plans. */
  readonly others: readonly TrackedGroup[];
  /** Other plans by the numbers of their issues, as far as those of plans and waves tell. */
  readonly foreign: ReadonlyMap<number, string>;
  /** Issues that records or runs name and that this reading does not show: they are not made anew. */
  readonly unseenWaves: ReadonlySet<number>;
  readonly isPlanUnseen: boolean;
}

type TrackedGroup = TrackedIssue<GroupRecord>;

/**
 * First by records, by what lies below an issue, and by the numbers that the plan's record keeps: of these the lowest
 * number counts, whatever a person did to its body. Where none of them knows an issue, by its title.
 */
export function matchGroups(input: MatchInput): MatchedGroups {
  const { snapshot } = input;
  const found = byRecord(input);
  const tracked = findPlan(found, input);
  const named = Object.entries(tracked?.record.issues ?? {}).map(([wave, number]) => [number, Number(wave)] as const);
  findWaves(found, { ...input, tracked, named: new Map(named) });
  const waves = new Map([...found.waves].flatMap(([wave, [first]]) => (first ? [[wave, first] as const] : [])));
  return {
    plan: tracked,
    waves,
    ...partSeconds(secondsOf(found), snapshot),
    others: found.others,
    foreign: found.foreign,
    unseenWaves: new Set(
      named.flatMap(([number, wave]) => (!waves.has(wave) && isUnseen(number, snapshot) ? [wave] : [])),
    ),
    isPlanUnseen: !tracked && [...waves.values()].some(({ issue }) => isUnseen(issue.parent, snapshot)),
  };
}

interface FoundGroups {
  /** The one that counts, and then the others. */
  readonly plans: TrackedGroup[];
  /** The same of each wave. */
  readonly waves: Map<number, TrackedGroup[]>;
  readonly others: TrackedGroup[];
  readonly foreign: Map<number, string>;
  /** What no record tells of. */
  readonly broken: IssueView[];
}

function byRecord(input: MatchInput): FoundGroups {
  const { snapshot, plan, derivations } = input;
  const isOfPlan = recordsOf(plan, input);
  const found: FoundGroups = { plans: [], waves: new Map(), others: [], foreign: new Map(), broken: [] };
  /** Other plans by the issues that their waves lie under. */
  const overWaves = new Map<number, string>();
  for (const issue of snapshot.issues) {
    if (issue.closedAs === 'duplicate' || issue.labels.includes(LABEL.task)) continue;
    const record = isTrustedGroup(issue, snapshot) ? groupRecordOf(issue, derivations) : undefined;
    if (!record || isPasted(record, issue, snapshot)) {
      if (mayWrite(issue.author, snapshot)) found.broken.push(issue);
    } else if (!isOfPlan(record)) {
      if (record.wave === undefined) found.others.push({ issue, record, intact: true });
      else if (issue.parent !== undefined) overWaves.set(issue.parent, record.plan);
      for (const number of [issue.number, ...Object.values(record.issues ?? {})])
        found.foreign.set(number, record.plan);
    } else enter(found, { issue, record: ofPlan(record, plan), intact: true });
  }
  for (const [issue, id] of ofOtherPlans({ ...input, isOfPlan, broken: found.broken, overWaves })) {
    if (issue.labels.includes(LABEL.plan))
      found.others.push(renewedGroup(issue, { record: newGroupRecord(id), snapshot }));
    found.foreign.set(issue.number, id);
  }
  return found;
}

function enter({ plans, waves }: FoundGroups, one: TrackedGroup): void {
  const { wave } = one.record;
  if (wave === undefined) plans.push(one);
  else waves.set(wave, [...(waves.get(wave) ?? []), one]);
}

/** The record of a wave in the issue of another one, or of the plan, or the plan's in theirs: a person copied it there. */
function isPasted({ wave }: GroupRecord, { author, firstTitle }: IssueView, { app }: Snapshot): boolean {
  if (author !== app) return false;
  const own = waveIn(firstTitle);
  return own === undefined ? wave !== undefined && /^Plan(?:$|: )/.test(firstTitle) : own !== wave;
}

/** The number that the title of a wave's issue begins with. */
function waveIn(title: string): number | undefined {
  const found = /^Wave (\d{1,4})(?::|$)/.exec(title)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** With an intact record, or above its waves; else by its title, or the only one that is open. */
function findPlan(found: FoundGroups, { snapshot, plan }: MatchInput): TrackedGroup | undefined {
  const { plans, waves, foreign, broken } = found;
  const record = newGroupRecord(plan.id);
  const parents = new Set([...waves.values()].map(([first]) => first?.issue.parent));
  for (const issue of broken) if (parents.has(issue.number)) plans.push(renewedGroup(issue, { record, snapshot }));
  plans.sort(byNumber);
  const labelled = broken.filter(({ number, labels }) => labels.includes(LABEL.plan) && !foreign.has(number));
  const titled = labelled.filter(({ title, firstTitle }) => [title, firstTitle].includes(planTitle(plan)));
  const isKnown = plans.length > 0 || titled.length > 0;
  for (const issue of isKnown ? titled : labelled.filter(({ open }) => open).slice(0, 1))
    if (!plans.some((known) => known.issue === issue)) plans.push(renewedGroup(issue, { record, snapshot }));
  return plans[0];
}

function byNumber(one: TrackedGroup, other: TrackedGroup): number {
  return one.issue.number - other.issue.number;
}

interface Known extends MatchInput {
  readonly tracked: TrackedGroup | undefined;
  /** Numbers to waves, as the plan's record keeps them. */
  readonly named: ReadonlyMap<number, number>;
}

/** Adds the waves whose records cannot be read: by the number that the plan's record keeps, or above tasks; else by title alone. */
function findWaves({ waves, foreign, broken }: FoundGroups, { snapshot, plan, tracked, named }: Known): void {
  const isFree = ({ number, parent }: IssueView) => !foreign.has(number) && !foreign.has(parent ?? Number.NaN);
  const free = broken.filter((issue) => issue !== tracked?.issue && isFree(issue));
  if (free.length === 0) return;
  const add = (issue: IssueView, wave: number | undefined) => {
    if (wave === undefined) return;
    const one = renewedGroup(issue, { record: newGroupRecord(plan.id, wave), snapshot });
    waves.set(wave, [...(waves.get(wave) ?? []), one]);
  };
  const parents = new Set(
    snapshot.issues.map(({ labels, parent }) => (labels.includes(LABEL.task) ? parent : undefined)),
  );
  const isKnown = ({ number }: IssueView) => named.has(number) || parents.has(number);
  const waveOf = (issue: IssueView) => named.get(issue.number) ?? waveOn(issue, { snapshot, tracked });
  for (const issue of free) if (isKnown(issue)) add(issue, waveOf(issue));
  for (const some of waves.values()) some.sort(byNumber);
  for (const issue of free) if (!isKnown(issue)) add(issue, waveOf(issue));
}

/** The number in its title, in the one that it was made with, or in the label that its tasks share with it. */
function waveOn(
  { title, firstTitle, labels, author, parent }: IssueView,
  { snapshot, tracked }: Pick<Known, 'snapshot' | 'tracked'>,
): number | undefined {
  const isMadeBelow = author === snapshot.app && tracked !== undefined && parent === tracked.issue.number;
  if (!labels.includes(LABEL.wave) && !isMadeBelow) return undefined;
  return [title, firstTitle, ...labels.map((label) => label.replace(/^wave:/, 'Wave '))].flatMap(
    (text) => waveIn(text) ?? [],
  )[0];
}

/** Each is a second of one thing alone, and none that counts for another. */
function secondsOf({ plans, waves }: FoundGroups): readonly SecondIssue[] {
  const all = [plans, ...waves.values()];
  const taken = new Set(all.map(([first]) => first?.issue.number));
  return all.flatMap(([first, ...others]) => {
    if (!first) return [];
    const seconds = others.filter(({ issue }) => !taken.has(issue.number));
    for (const { issue } of seconds) taken.add(issue.number);
    return seconds.map((one) => ({ one, of: first.issue.number }));
  });
}

/** @returns The record as it is written from now on. */
export function ofPlan<R extends { readonly plan: string; readonly named?: string | undefined }>(
  record: R,
  plan: Plan,
): R {
  // While no plan can be read it waits for the first that can.
  if (plan.id === '' || (record.named === undefined && record.plan === plan.id)) return record;
  const { named, ...rest } = record;
  return { ...rest, plan: plan.id } as R;
}

/** A number is known and its issue not in view: a reading that does not show it yet. One that is gone is another matter. */
export function isUnseen(number: number | undefined, { issues, gone }: Snapshot): boolean {
  return number !== undefined && !gone?.has(number) && !issues.some((issue) => issue.number === number);
}

interface Renewal<R> {
  readonly record: R;
  /** Whether a record in the body would count. */
  readonly isTrusted: boolean;
}

interface NewGroup {
  readonly record: GroupRecord;
  readonly snapshot: Snapshot;
}

function renewedGroup(issue: IssueView, { record, snapshot }: NewGroup): TrackedGroup {
  return { issue, ...renewed(issue, { record, isTrusted: isTrustedGroup(issue, snapshot) }) };
}

/** A new record in the place of one that cannot be read. One that a newer version wrote is neither missing nor broken. */
export function renewed<R>(issue: IssueView, { record, isTrusted }: Renewal<R>): Omit<TrackedIssue<R>, 'issue'> {
  const newer = isTrusted ? newerVersionIn(issue.body) : undefined;
  return newer === undefined ? { record, intact: false } : { record, intact: true, newer };
}
