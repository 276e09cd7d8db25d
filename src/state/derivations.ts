import type { LongestPaths } from '../plan/critical-path.ts';
import type { Graph } from '../plan/graph.ts';
import type { KeptOfWaves } from './by-wave.ts';
import type { IssueRecords } from './issue-records.ts';
import type { LastPass } from './last-pass.ts';
import type { Performance } from './performance.ts';
import type { GroupRecord, KeptAccounts } from './record.ts';
import type { IssueView } from './snapshot.ts';
import type { Spending } from './spending.ts';
import type { Tally } from './tally.ts';
import type { TaskView } from './task-view.ts';
import type { WavePast } from './wave-past.ts';

export { groupRecordOf, taskPartOf, taskRecordOf } from './issue-records.ts';

/**
 * What was derived from values that do not change, and is true whenever the same values meet again: a host keeps the
 * views of issues that did not change from pass to pass, and hands these in with them. Forgetting costs time alone.
 * An issue that is no more takes what was derived from it along.
 */
export interface Derivations extends IssueRecords {
  /** What the newest pass found, by the graph of its plan: plans that differ in statuses alone have the same. */
  readonly lastPasses: WeakMap<Graph, LastPass>;
  /** Issues as they count, by issues as GitHub shows them, and what each was found from. */
  readonly standings: WeakMap<IssueView, { readonly key: string; readonly issue: IssueView }>;
  /** From what the body of a wave's issue was found to be as it should; never the body itself. */
  readonly waveBodies: WeakMap<IssueView, WaveBodySource>;
  /** Numbers of issues by task, where those of a wave's tasks were found to be these. */
  readonly issuesOfWaves: WeakMap<readonly TaskView[], Readonly<Record<string, number>>>;
  /** What the tasks of a wave did, in one paragraph. */
  readonly paragraphs: WeakMap<readonly TaskView[], string>;
  readonly tallies: KeptOfWaves<Tally>;
  readonly wavePasts: KeptOfWaves<WavePast>;
  /** Places of a plan's tasks in order of the longest paths through it. */
  readonly ordersOfPlans: WeakMap<LongestPaths, Int32Array>;
  /** What the tasks of a wave have spent, and what agents came to at them. */
  readonly spendings: KeptOfWaves<Spending>;
  readonly performances: KeptOfWaves<readonly Performance[]>;
  /** What the plan's record keeps of the costs of a wave. */
  readonly accounts: KeptOfWaves<KeptAccounts>;
}

/** What the body of a wave's issue is written from: its tasks and their issues, and in the end what became of each. */
interface WaveBodySource {
  readonly record: GroupRecord;
  readonly tasks: readonly TaskView[];
  readonly ended: boolean;
}

/** Nothing is derived yet. */
export function newDerivations(): Derivations {
  return {
    lastPasses: new WeakMap(),
    taskParts: new WeakMap(),
    groupRecords: new WeakMap(),
    standings: new WeakMap(),
    waveBodies: new WeakMap(),
    issuesOfWaves: new WeakMap(),
    paragraphs: new WeakMap(),
    tallies: new WeakMap(),
    wavePasts: new WeakMap(),
    ordersOfPlans: new WeakMap(),
    spendings: new WeakMap(),
    performances: new WeakMap(),
    accounts: new WeakMap(),
  };
}
