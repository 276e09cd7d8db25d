import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { taskId } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { briefSourceFile } from '../protocol/job-files.ts';
import { failureText, list, objection } from '../protocol/result-parts.ts';

const raisedObjections = z.object({
  /** Type of the reviewer. */
  by: z.string(),
  round: z.number(),
  rounds: z.number(),
  list: list(objection),
});

export type RaisedObjections = Readonly<z.infer<typeof raisedObjections>>;

const dependency = z.object({
  id: taskId,
  title: z.string(),
  /** Undefined where nothing landed with our trailers: closed by hand, or done before. */
  commit: z.optional(z.string()),
  summary: z.string(),
});

export type Dependency = Readonly<z.infer<typeof dependency>>;

const completedWave = z.object({
  number: z.number(),
  title: z.string(),
  tasks: list(taskId),
  /** What its tasks did, in one bounded paragraph; undefined where nobody summed it up. */
  summary: z.optional(z.string()),
});

export type CompletedWave = Readonly<z.infer<typeof completedWave>>;

const resumed = z.discriminatedUnion('kind', [
  /** A run of this task had to stop; `conflicts` are files that others changed too, with both sides in them. */
  z.object({ kind: z.literal('checkpoint'), changed: list(z.string()), conflicts: list(z.string()) }),
  /** People looked at the pull request and want changes, or its checks failed. */
  z.object({ kind: z.literal('review'), pull: z.number(), conflicts: list(z.string()) }),
]);

export type Resumed = Readonly<z.infer<typeof resumed>>;

/** Everything that a brief says, gathered by the claim step from the plan, the issue and the base. */
const briefSource = z.object({
  plan: z.string(),
  task: z.object({
    id: taskId,
    title: z.string(),
    description: z.string(),
    acceptance: list(z.string()),
    outputs: list(z.string()),
  }),
  attempt: z.number(),
  /** Direct dependencies in plan order, with what their landing commit says. */
  dependencies: list(dependency),
  /** Waves whose tasks are all completed, ascending. */
  completedWaves: list(completedWave),
  guidance: z.optional(z.string()),
  /** What people told the agent since a run last read it, oldest first. */
  told: z.optional(list(z.object({ by: z.string(), at: z.string(), text: z.string() }))),
  lastFailure: z.optional(failureText),
  /** What a reviewer wants changed in the work that lies in the checkout. */
  objections: z.optional(raisedObjections),
  /** Unfinished work that lies in the checkout already. */
  resumed: z.optional(resumed),
  /** Upper bound of the whole, in characters. */
  characters: z.number(),
  /** Paths of the configuration that may hold guidance for agents. */
  context: list(z.string()),
});

export type BriefSource = Readonly<z.infer<typeof briefSource>>;

export async function saveBriefSource(job: JobContext, source: BriefSource): Promise<void> {
  await mkdir(dirname(briefSourceFile(job)), { recursive: true });
  await writeFile(briefSourceFile(job), JSON.stringify(source));
}

/** @throws when the file is not what the claim step wrote. */
export async function readBriefSource(job: JobContext): Promise<BriefSource> {
  return briefSource.parse(JSON.parse(await readFile(briefSourceFile(job), 'utf8')));
}
