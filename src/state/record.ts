import { z } from 'zod';
import type { TaskId } from '../plan/plan.ts';
import { cause } from './cause.ts';
import { readBlock, replaceBlock, writeBlock } from './hidden-block.ts';
import { order } from './orders.ts';
import { OUTCOMES } from './result.ts';
import { unreachable } from './unreachable.ts';
import { upgradeGroupRecord, upgradeTaskRecord } from './upgrade.ts';
import { formOf, withVersion } from './version.ts';

/**
 * What the orchestrator remembers of an issue, kept in one hidden block of its body. It is the only memory there is:
 * an effect, the comment that asked for it and the dispatch it led to enter it in one write.
 */

/** Settings of people that came as commands; labels are read from the issue itself. */
const steering = {
  /** Ids of command comments that have taken effect, newest last, at most 50. */
  commands: z.array(z.number()).default([]),
  start: z.object({ by: z.string(), at: z.string() }).optional(),
  pause: z.object({ by: z.string(), at: z.string() }).optional(),
  /** An `agent:pause` label set before this moment no longer counts. */
  resumed: z.string().optional(),
  /** Logins without write access that were refused here: each gets one answer. */
  refused: z.array(z.string()).default([]),
  /** `/accept`: a person takes what was asked about here, up to that moment, as it is. */
  accepted: z.object({ by: z.string(), at: z.string() }).optional(),
  /** Comments up to this id by people who were refused here: they never act, whatever those may do later. */
  ignored: z.number().optional(),
  /** When each label was set that does not count, or starts nothing, and that people were told about. */
  labels: z.object({ start: z.string().optional(), pause: z.string().optional() }).optional(),
  /** The last closing or reopening by a person who could write then: it stands, whatever becomes of that person. */
  decided: z
    .object({ to: z.enum(['open', 'completed', 'not_planned', 'duplicate']), by: z.string(), at: z.string() })
    .optional(),
  /** The last thing that somebody who may not write did here and that was undone, and how often that was needed. */
  undone: z.object({ at: z.string(), times: z.number() }).optional(),
};

const past = z.object({
  dispatch: z.number(),
  attempt: z.number(),
  slice: z.number(),
  run: z.number().optional(),
  agent: z.string(),
  sent: z.string(),
  ended: z.string(),
  /** As runs report it; `cancelled` when a person ended it. */
  outcome: z.enum([...OUTCOMES, 'cancelled']),
  /** Why it ended so, where that was said. */
  cause: cause.optional(),
  /** How long its agent worked, where it said so. */
  seconds: z.number().optional(),
  /** Its agent was ended at its limit and had changed no file. */
  stalled: z.boolean().optional(),
  /** Of a `quota`: when the limit of the model's provider ends, where it said so. */
  until: z.string().optional(),
  /** Another try would end in the same way. */
  needs: z.literal('person').optional(),
});

const live = z.object({
  /** Run id, once known. */
  run: z.number().optional(),
  /** Slot: A1..AN. */
  agent: z.string(),
  /** When the dispatch was last sent. */
  sent: z.string(),
  /** How often it was sent under the same number. */
  sends: z.number(),
});

const taskRecord = z.object({
  plan: z.string(),
  task: z.string().transform((id) => id as TaskId),
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
  /** Trusted completion: what landed and how it was verified. */
  done: z
    .object({
      run: z.number(),
      commit: z.string().optional(),
      at: z.string(),
      /** Check name to status, as in a result. */
      checks: z.record(z.string(), z.string()),
      summary: z.string(),
      cost_usd: z.number().optional(),
      /** The pull request that was merged, where people did. */
      pull: z.number().optional(),
      /** What was merged is not what was verified. */
      unverified: z.boolean().optional(),
    })
    .optional(),
  /** The pull request that holds verified work, while people review it. */
  review: z
    .object({
      pull: z.number(),
      /** The commit that was verified. */
      head: z.string(),
      run: z.number(),
      at: z.string(),
      checks: z.record(z.string(), z.string()),
      summary: z.string(),
      cost_usd: z.number().optional(),
      /** Changes are wanted: a next slice goes on from it. */
      wanted: z.boolean().optional(),
      /** When it was closed without having been merged. */
      closed: z.string().optional(),
    })
    .optional(),
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
  /** A `completed` in the plan file is what the app wrote there: it counts again once the file has said something else. */
  unlisted: z.boolean().optional(),
  /** Of the newest start here that was answered: when it was made. */
  startAnswered: z.string().optional(),
  /** Left out by `/skip`: dependents go on without it. */
  skipped: z.boolean().optional(),
  history: z.array(past).default([]),
  ...steering,
});

const groupRecord = z.object({
  plan: z.string(),
  wave: z.number().optional(),
  /** On the plan issue: every comment created up to this moment has taken effect. */
  watermark: z.string().optional(),
  /** On the plan issue: the commit of the base up to which everything that landed and was reverted is in the records. */
  head: z.string().optional(),
  /** On the plan issue: why nothing is dispatched until a person says `/resume`. */
  refusal: z.object({ at: z.string(), cause }).optional(),
  /** On a wave issue, where work lands on a branch of its own: the pull request that takes it to the default branch. */
  pull: z
    .object({
      branch: z.string(),
      number: z.number().optional(),
      state: z.enum(['open', 'merged', 'closed']).optional(),
      /** Why GitHub would not open it. */
      refused: z.string().optional(),
    })
    .optional(),
  /** On the plan issue: why the default branch cannot be merged into the base, once people were asked to do it. */
  conflict: z.string().optional(),
  /** On the plan issue: until when the limits of model providers last, as runs met them. */
  quota: z.array(z.object({ agent: z.string(), until: z.string() })).optional(),
  /** The newest orders to the tasks below, newest last. */
  orders: z.array(order).optional(),
  ...steering,
});

export type TaskRecord = Readonly<z.infer<typeof taskRecord>>;
/** The record of a wave or plan issue. */
export type GroupRecord = Readonly<z.infer<typeof groupRecord>>;
export type PastDispatch = TaskRecord['history'][number];
export type LiveDispatch = NonNullable<TaskRecord['live']>;

const TASK_BLOCK = 'agent-waves:task-record';
const GROUP_BLOCK = 'agent-waves:group-record';

/** @returns The record inside a task issue's body, or undefined when there is none that can be read. */
export function readTaskRecord(body: string): TaskRecord | undefined {
  const value = upgraded(readBlock(TASK_BLOCK, body), upgradeTaskRecord);
  return taskRecord.safeParse(value).data;
}

/** @returns The record inside a plan or wave issue's body, likewise. */
export function readGroupRecord(body: string): GroupRecord | undefined {
  const value = upgraded(readBlock(GROUP_BLOCK, body), upgradeGroupRecord);
  return groupRecord.safeParse(value).data;
}

function upgraded(value: unknown, upgrade: (value: unknown) => unknown): unknown {
  const form = formOf(value);
  switch (form.kind) {
    case 'current':
      return form.value;
    case 'first':
      return upgrade(form.value);
    case 'newer':
    case 'none':
      return undefined;
    default:
      return unreachable(form);
  }
}

/**
 * @returns The form of a record that a newer version wrote into this body; undefined for every other body. Such a
 *   record is not missing: whoever rebuilt it would undo what the newer version knows.
 */
export function newerVersionIn(body: string): number | undefined {
  for (const kind of [TASK_BLOCK, GROUP_BLOCK]) {
    const form = formOf(readBlock(kind, body));
    if (form.kind === 'newer') return form.version;
  }
  return undefined;
}

/** @returns The block that `readTaskRecord` reads back. In the order of the schema: the same record is the same bytes. */
export function writeTaskRecord(record: TaskRecord): string {
  return writeBlock(TASK_BLOCK, withVersion(taskRecord.parse(record)));
}

/** @returns The block that `readGroupRecord` reads back, with the same promise. */
export function writeGroupRecord(record: GroupRecord): string {
  return writeBlock(GROUP_BLOCK, withVersion(groupRecord.parse(record)));
}

/** @returns The body with its record in the form of today: what is compared with a body that is to be written. */
export function upgradeBody(body: string): string {
  const task = readTaskRecord(body);
  const group = task ? undefined : readGroupRecord(body);
  if (task) return replaceBlock({ kind: TASK_BLOCK, text: body, by: writeTaskRecord(task) });
  return group ? replaceBlock({ kind: GROUP_BLOCK, text: body, by: writeGroupRecord(group) }) : body;
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
