import * as z from 'zod';
import type { TaskId } from '../plan/plan.ts';
import { cause } from './cause.ts';
import { completion } from './completion-record.ts';
import { type account, keptAccounts, live, past, spentBefore } from './dispatch-record.ts';
import { quickSchema } from './exact.ts';
import { fitness } from './fitness-record.ts';
import { writeBlock } from './hidden-block.ts';
import { planHost } from './host-record.ts';
import { notices } from './notice.ts';
import { order } from './orders.ts';
import { review, wavePull } from './pull-record.ts';
import { quota } from './quota-record.ts';
import { GROUP_BLOCK, type RecordPart, readPart, TASK_BLOCK } from './record-form.ts';
import { steering } from './steering-record.ts';
import { toldLimit } from './told-limit.ts';
import { upgradeGroupRecord, upgradeTaskRecord } from './upgrade.ts';
import { withVersion } from './version.ts';

/**
 * What the orchestrator remembers of an issue, kept in one hidden block of its body. It is the only memory there is:
 * an effect, the comment that asked for it and the dispatch it led to enter it in one write.
 */

/** Whose a record is, and what of the plan its issue was last made to follow. */
const identity = {
  /** Id of the plan. */
  plan: z.string(),
  /** Name of the plan, in a record from before plans had ids: it belongs to the first plan that is read. */
  named: z.string().optional(),
  /** What the plan called it when this was written: the title of the issue is that, or a person's own. */
  title: z.string().optional(),
  /** The issue that it was written into, once its number was known: in another one it is a copy, and tells nothing of that. */
  issue: z.number().optional(),
};

/** How a completed task came to be completed no longer. */
const revocation = z.object({ at: z.string(), how: z.enum(['reverted', 'gone', 'reopened']) });

/** Of a record that we wrote: a loaded plan had it. */
const taskId = z.string() as unknown as z.ZodType<TaskId, string>;

const taskRecord = z.object({
  ...identity,
  task: taskId,
  /** What the plan has called it since, for as long as a run or a pull request knows it as `task`. */
  renamed: taskId.optional(),
  /** Number of the newest attempt, 0 before the first; never falls. */
  attempt: z.number(),
  slice: z.number(),
  /** Highest dispatch number ever given on this issue. */
  dispatch: z.number(),
  /** Highest attempt allowed, where `/retry` raised it above the configured one. */
  ceiling: z.number().optional(),
  /** The outstanding dispatch: from the moment it is written here until its end is. */
  live: live.optional(),
  /** Tip of the base at the first dispatch: a trailer of this issue after it means that the work has landed. */
  base: z.string().optional(),
  /** Direct dependencies and their issues: what a run verifies before it starts. */
  needs: z.record(z.string(), z.number()).default({}),
  /** Blocked-by relations that the orchestrator has set on GitHub. */
  relations: z.array(z.number()).default([]),
  /** Issues that people who may write set as blockers beside those: nobody has to be able to write for ever. */
  blockers: z.array(z.object({ number: z.number(), repository: z.string().optional(), at: z.string() })).optional(),
  /** Trusted completion: what landed and how it was verified. */
  done: completion.optional(),
  /** What landed is no longer on the base, or was taken back there, since it was found out. */
  lost: revocation
    .extend({
      /** The commit that took it back. */
      by: z.string().optional(),
      /** What the plan file has said since: something else than `completed`, and then that, by a person who leaves it so. */
      stated: z.enum(['otherwise', 'completed']).optional(),
    })
    .optional(),
  /** It was completed, and is to be done again: dependents that started before are told. */
  revoked: revocation.optional(),
  /** Landings of dispatches up to this one stand for nothing any more: the task is to be done again. */
  obsolete: z.number().optional(),
  /** Dependencies that were undone after this task had started, as it was told: `CORE-001@<moment>`, newest last, at most 50. */
  flagged: z.array(z.string()).optional(),
  /** The pull request that holds verified work, while people review it. */
  review: review.optional(),
  /** Reviews and failed checks that led to a slice already, newest last, at most 50. */
  answered: z.array(z.string()).optional(),
  /** What the base and the needed issues were like when a run found a dependency missing: it waits for another. */
  waits: z.object({ for: z.string(), until: z.string() }).optional(),
  /** Checkpoints of dispatches up to this one are left aside: a person asked to start over. */
  fresh: z.number().optional(),
  /** Output that the last failed attempt ended with: part of the next brief. */
  failure: z.object({ what: z.string(), output: z.string() }).optional(),
  /** Words of a person who asked for another try. */
  guidance: z.string().optional(),
  model: z.string().optional(),
  /** `/priority N`: goes before the plan's own. */
  priority: z.number().int().optional(),
  /** `/tell`: words for the agent that no dispatch has carried yet. */
  told: z
    .array(
      z.object({
        by: z.string(),
        at: z.string(),
        text: z.string(),
        /** The dispatch whose brief has it. */
        dispatch: z.number().optional(),
      }),
    )
    .optional(),
  /** Numbers of the newest orders to the plan and to its wave that this task has followed. */
  followed: z.object({ plan: z.number().optional(), wave: z.number().optional() }).optional(),
  /** Cancelled by a person: waits for `/start` or `/retry`. */
  hold: z.object({ by: z.string(), at: z.string(), cause }).optional(),
  /** When a person last asked for another try: what failed before no longer delays or counts. */
  retried: z.string().optional(),
  /** Dispatch after which people were last asked for help. */
  asked: z.number().optional(),
  /** A person stated in the plan file that the task is completed. */
  listed: z.boolean().optional(),
  /** When it was taken out of the plan, where its issue was closed for that: putting it back undoes this alone. */
  removed: z.string().optional(),
  /**
   * True: a `completed` in the plan file is what the app wrote there. False: the file has said something else since, and one
   * counts again that the app did not write.
   */
  unlisted: z.boolean().optional(),
  /** Of the newest start here that was answered: when it was made. */
  startAnswered: z.string().optional(),
  /** Left out by `/skip`: dependents go on without it. */
  skipped: z.boolean().optional(),
  /** The wave whose label and parent the issue was given. */
  wave: z.number().optional(),
  /** What was asked for when the task was completed, as one word to compare. */
  finished: z.string().optional(),
  /** Further issues for this task on which people were told that there is one already; newest last, at most 20. */
  others: z.array(z.number()).optional(),
  /** What the dispatches spent that `history` holds no more. */
  spentBefore: z.array(spentBefore).optional(),
  history: z.array(past).default([]),
  ...steering,
});

const groupRecord = z.object({
  ...identity,
  wave: z.number().optional(),
  /** On a wave issue: the issue of each of its tasks. On the plan issue: that of each wave. By them one is found again. */
  issues: z.record(z.string(), z.number()).optional(),
  /** On the plan issue: what a person has to decide about the plan as it is in the file before anything goes on. */
  question: z.object({ about: z.string(), at: z.string() }).optional(),
  /** On the plan issue: every comment created up to this moment has taken effect. */
  watermark: z.string().optional(),
  /** On the plan issue: the commit of the base up to which everything that landed and was reverted is in the records. */
  head: z.string().optional(),
  /** On the plan issue, where none of its plan's issues was made before it: how many plan issues there were by then. */
  past: z.number().optional(),
  /** On the plan issue: why nothing is dispatched until a person says `/resume`. */
  refusal: z.object({ at: z.string(), cause }).optional(),
  /** On the plan issue: when the repository was found fit for the plan. */
  preflight: fitness.optional(),
  /** On a wave issue, where work lands on a branch of its own: the pull request that takes it to the default branch. */
  pull: wavePull.optional(),
  /** On a wave issue, once its tasks are done: what they did, in one paragraph that later briefs carry. */
  summary: z.string().optional(),
  /** On the plan issue: the same as `others` of a task, of further issues for the plan or a wave. */
  others: z.array(z.number()).optional(),
  /** On a wave issue that was summed up: it has had something to do since, so that it is summed up once more. */
  goesOn: z.boolean().optional(),
  /** On the plan issue: why the default branch cannot be merged into the base, once people were asked to do it. */
  conflict: z.string().optional(),
  /** On the plan issue: until when the limits and outages of model providers last, as runs met them. */
  quota: z.array(quota).optional(),
  /** On the plan issue: limits of the budget of which people were told that 80 or 100 % of them is gone, and when. */
  budget: z.array(toldLimit).optional(),
  /** On the plan issue, where there is a budget: what is spent and reserved, by which broken records are made anew. */
  accounts: keptAccounts.optional(),
  /** On the plan issue: so many unfinished tasks are gone from the plan that a person is asked whether they are to go. */
  gone: z.object({ at: z.string(), count: z.number() }).optional(),
  /** On the plan issue, where several hosts may work on the plan: the one that does. */
  host: planHost.optional(),
  /** On the plan issue, where it was closed before everything was done: the plan that took its place first, and its issue. */
  replaced: z.object({ by: z.string(), issue: z.number() }).optional(),
  /** On the plan issue, where somebody is to be told elsewhere of what happens to the plan. */
  notices: notices.optional(),
  /** The newest orders to the tasks below, newest last, at most 50. */
  orders: z.array(order).optional(),
  ...steering,
});

export type TaskRecord = Readonly<z.infer<typeof taskRecord>>;
/** The record of a wave or plan issue. */
export type GroupRecord = Readonly<z.infer<typeof groupRecord>>;
export type PastDispatch = TaskRecord['history'][number];
export type Revocation = Readonly<z.infer<typeof revocation>>;
export type DispatchAccount = Readonly<z.infer<typeof account>>;
export type KeptAccounts = Readonly<z.infer<typeof keptAccounts>>;
export type LiveDispatch = NonNullable<TaskRecord['live']>;

const quickTaskRecord = quickSchema<TaskRecord>(taskRecord);
const quickGroupRecord = quickSchema<GroupRecord>(groupRecord);

/** @returns The record inside a task issue's body, with what it stands below; undefined when there is none that can be read. */
export function readTaskPart(body: string): RecordPart<TaskRecord> | undefined {
  return readPart(body, { kind: TASK_BLOCK, schema: quickTaskRecord, upgrade: upgradeTaskRecord });
}

/** @returns The record alone, likewise. */
export function readTaskRecord(body: string): TaskRecord | undefined {
  return readTaskPart(body)?.record;
}

/** @returns The record inside a plan or wave issue's body, likewise. */
export function readGroupRecord(body: string): GroupRecord | undefined {
  return readPart(body, { kind: GROUP_BLOCK, schema: quickGroupRecord, upgrade: upgradeGroupRecord })?.record;
}

/** @returns The block that `readTaskRecord` reads back. In the order of the schema: the same record is the same bytes. */
export function writeTaskRecord(record: TaskRecord): string {
  return writeBlock(TASK_BLOCK, withVersion(quickTaskRecord.parse(record)));
}

/** @returns The block that `readGroupRecord` reads back, with the same promise. */
export function writeGroupRecord(record: GroupRecord): string {
  return writeBlock(GROUP_BLOCK, withVersion(quickGroupRecord.parse(record)));
}

export function newTaskRecord(plan: string, task: TaskId): TaskRecord {
  return {
    plan,
    task,
    attempt: 0,
    slice: 0,
    dispatch: 0,
    needs: {},
    relations: [],
    history: [],
    commands: [],
    refused: [],
  };
}

export function newGroupRecord(plan: string, wave?: number): GroupRecord {
  return { plan, ...(wave === undefined ? {} : { wave }), commands: [], refused: [] };
}
