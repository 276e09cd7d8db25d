import type { TaskId } from '../../plan/plan.ts';
import { changeActive } from '../../state/active-tasks.ts';
import { blockerKey, rememberedBlockers } from '../../state/blockers.ts';
import type { Derivations } from '../../state/derivations.ts';
import { issueByNumber } from '../../state/issue-by-number.ts';
import { ACTIONS_LOGIN } from '../../state/names.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { type Instant, type IssueView, millis, type Snapshot, type StateChange } from '../../state/snapshot.ts';
import { labelSetters, newDecision, standing, stateOf, toBeDoneAgain } from '../../state/standing.ts';
import { roomBelow } from '../../state/sub-issues.ts';
import { isClosedToUs, type TrackedIssue, type TrackedIssues } from '../../state/tracked-issues.ts';
import type { Deed } from '../../text/undone.ts';

/** Something that somebody did who may not write, and that is put back. */
export interface Undoing {
  readonly issue: number;
  /** Undefined where nobody knows. */
  readonly by: string | undefined;
  readonly did: Deed;
  readonly at: Instant;
  /** People were not told of it yet. */
  readonly isNews: boolean;
  /** It is to be done again, as a person asked: there is nobody to tell. */
  readonly asked: boolean;
}

export interface FoldedStanding {
  readonly tracked: TrackedIssues;
  readonly undoings: readonly Undoing[];
}

interface FoldStandingInput {
  /** As GitHub shows it: its issues are those before `asItCounts`. */
  readonly seen: Snapshot;
  readonly derivations: Derivations;
}

/** Nobody fights for ever: a workflow that closes what is opened would be answered for ever. */
const MAX_UNDONE = 10;

/**
 * What people who may write did to the state of an issue enters its record, and stands from then on; what others did is
 * found, to be undone. A closing by a run counts from the moment at which its result is in the record.
 */
export function foldStanding(tracked: TrackedIssues, input: FoldStandingInput): FoldedStanding {
  const undoings: Undoing[] = [];
  const fold = <R extends TaskRecord | GroupRecord>(one: TrackedIssue<R>): TrackedIssue<R> => {
    const raw = issueByNumber(input.seen.issues, one.issue.number);
    if (!raw || isClosedToUs(one)) return one;
    const folded = foldIssue(one, { ...input, raw });
    undoings.push(...folded.undoings);
    return folded.trackedIssue;
  };
  const all = <Key extends TaskId | number, R extends TaskRecord | GroupRecord>(
    some: ReadonlyMap<Key, TrackedIssue<R>>,
  ) => new Map([...some].map(([key, one]) => [key, fold(one)] as const));
  return {
    tracked: {
      ...tracked,
      plan: tracked.plan && fold(tracked.plan),
      waves: all(tracked.waves),
      tasks: changeActive(tracked, fold),
      removed: all(tracked.removed),
    },
    undoings,
  };
}

function foldIssue<R extends TaskRecord | GroupRecord>(
  one: TrackedIssue<R>,
  { raw, seen, derivations }: FoldStandingInput & { readonly raw: IssueView },
): { readonly trackedIssue: TrackedIssue<R>; readonly undoings: readonly Undoing[] } {
  const record = withRemembered(one.record, { raw, seen });
  const issue = standing(raw, { record, trust: seen, derivations });
  const again = toBeDoneAgain(raw, { record, trust: seen });
  if (again) return { trackedIssue: { ...one, issue, record }, undoings: [reopening(raw)] };
  const undone = (record.undone?.times ?? 0) >= MAX_UNDONE ? [] : differences({ raw, issue, record, seen });
  if (undone.length === 0 && issue === one.issue && record === one.record) return { trackedIssue: one, undoings: NONE };
  const known = record.undone?.at;
  const news = undone.filter(({ at }) => known === undefined || millis(at) > millis(known));
  const newest = news.reduce<Instant | undefined>(
    (latest, { at }) => (latest === undefined || millis(at) > millis(latest) ? at : latest),
    undefined,
  );
  const times = (record.undone?.times ?? 0) + 1;
  return {
    trackedIssue: {
      ...one,
      issue,
      record: newest === undefined ? record : { ...record, undone: { at: newest, times } },
    },
    undoings: undone.map((undoing) => ({
      ...undoing,
      isNews: news.some((each) => each.at === undoing.at),
      asked: false,
    })),
  };
}

/** Nobody has to be able to write for ever: what people did who may write now is remembered. */
function withRemembered<R extends TaskRecord | GroupRecord>(record: R, { raw, seen }: Remembering): R {
  const decided = newDecision(raw, { record, trust: seen });
  const known = withSetters(decided ? { ...record, decided } : record, { raw, seen });
  if (!('task' in known)) return known;
  const blockers = rememberedBlockers(raw, { record: known, trust: seen });
  return blockers === known.blockers ? known : { ...known, blockers };
}

interface Remembering {
  readonly raw: IssueView;
  readonly seen: Snapshot;
}

function withSetters<R extends TaskRecord | GroupRecord>(record: R, { raw, seen }: Remembering): R {
  const setters = labelSetters(raw, { record, trust: seen });
  if (setters === record.setters || JSON.stringify(setters) === JSON.stringify(record.setters)) return record;
  const { setters: _, ...rest } = record;
  return { ...rest, ...(setters === undefined ? {} : { setters }) } as R;
}

function reopening(raw: IssueView): Undoing {
  const { number: issue, closedBy: by, closedAt, updatedAt } = raw;
  const at = closedAt ?? updatedAt;
  return { issue, by, did: { kind: 'state', to: stateOf(raw), back: 'open' }, at, isNews: false, asked: true };
}

interface Compared {
  /** As GitHub shows it, and as it counts. */
  readonly raw: IssueView;
  readonly issue: IssueView;
  readonly record: TaskRecord | GroupRecord;
  readonly seen: Snapshot;
}

type Difference = Omit<Undoing, 'isNews' | 'asked'>;

const NONE: readonly never[] = [];

function differences(compared: Compared): readonly Difference[] {
  if (compared.raw === compared.issue) return NONE;
  return [
    ...stateDifferences(compared),
    ...labelDifferences(compared),
    ...blockerDifferences(compared),
    ...parentDifferences(compared),
  ];
}

function stateDifferences({ raw, issue, record }: Compared): readonly Difference[] {
  const change = raw.stateChanges.at(-1);
  const [to, back] = [stateOf(raw), stateOf(issue)];
  if (to === back || mayComeTrue({ record, change })) return [];
  return [{ issue: raw.number, by: change?.by, did: { kind: 'state', to, back }, at: change?.at ?? raw.updatedAt }];
}

function labelDifferences({ raw, issue }: Compared): readonly Difference[] {
  const taken = issue.labels.filter((label) => !raw.labels.includes(label));
  const set = raw.labels.filter((label) => !issue.labels.includes(label));
  return [...taken, ...set].map((label) => {
    const change = raw.labelChanges.findLast((each) => each.label === label);
    const did = { kind: 'label', label, added: set.includes(label) } as const;
    return { issue: raw.number, by: change?.by, did, at: change?.at ?? raw.updatedAt };
  });
}

function blockerDifferences({ raw, issue }: Compared): readonly Difference[] {
  const taken = issue.blockedBy.filter((blocker) => !raw.blockedBy.includes(blocker));
  const set = raw.blockedBy.filter((blocker) => !issue.blockedBy.includes(blocker));
  return [...taken, ...set].map((blocker) => {
    const key = blockerKey(blocker);
    const change = raw.blockerChanges.findLast((each) => blockerKey(each.blocker) === key);
    const did = { kind: 'blocker', blocker, added: set.includes(blocker) } as const;
    return { issue: raw.number, by: change?.by, did, at: change?.at ?? raw.updatedAt };
  });
}

/** Where the plan issue itself lies moves nothing, and neither does where one lies that is closed. */
function parentDifferences({ raw, issue, record, seen }: Compared): readonly Difference[] {
  const change = raw.parentChanges.at(-1);
  if (raw.parent === issue.parent || !change || !raw.open) return [];
  if (!('task' in record) && record.wave === undefined) return [];
  const parent = seen.issues.find(({ number }) => number === issue.parent);
  const back = parent && roomBelow(parent, seen.issues) > 0 ? parent.number : undefined;
  return [{ issue: raw.number, by: change.by, did: { kind: 'parent', back }, at: change.at }];
}

/** A run closes the issue of its task: it is not opened again before it is clear what became of the run. */
function mayComeTrue({
  record,
  change,
}: {
  readonly record: Compared['record'];
  readonly change: StateChange | undefined;
}): boolean {
  return change?.by === ACTIONS_LOGIN && change.to === 'completed' && 'task' in record && record.live !== undefined;
}
