import { join } from 'node:path';
import * as z from 'zod';
import type { JobContext } from '../protocol/job.ts';
import { importFolder } from '../protocol/job-files.ts';
import { jsonIn } from '../protocol/json.ts';
import { type OutputKey, type OutputValue, outputIn, type StepId } from '../protocol/outputs.ts';

/**
 * What jobs hand to each other. Job outputs are written by the runner of a job and by nobody else: `needs`, as the
 * workflow passes it on. Each job's `handover` is the outputs of its step: words, and the digest of the file that holds
 * the rest, which an artifact carries over.
 */

const outputs = z.record(z.string(), z.string());

const needs = z.record(
  z.string(),
  z.object({
    result: z.enum(['success', 'failure', 'cancelled', 'skipped']),
    outputs: z.object({ handover: z.string().optional() }).optional(),
  }),
);

export interface EarlierJob {
  readonly result: string;
  /** The artifact that it left, where it left one. */
  readonly folder: string;
  /** Outputs of the step that the job is named after. Empty where it had none. */
  readonly outputs: Record<string, string>;
}

export type JobOutputs = Readonly<Record<string, EarlierJob>>;

/** @throws when the workflow does not pass on what the jobs before it found. */
export function readJobOutputs(text: string | undefined, ofJob: Pick<JobContext, 'folder'>): JobOutputs {
  const parsed = needs.safeParse(jsonIn(text || 'null'));
  if (!parsed.success)
    throw new Error(
      `input handed is not \`\${{ toJSON(needs) }}\`; copy templates/agent-task-hardened.yml again: ${z.prettifyError(parsed.error)}`,
    );
  return Object.fromEntries(
    Object.entries(parsed.data).map(([job, { result, outputs: left }]) => {
      const own = outputs.safeParse(jsonIn(left?.handover || 'null'));
      return [job, { result, folder: importFolder(ofJob, job), outputs: own.success ? own.data : {} }];
    }),
  );
}

/**
 * @param job A job that did the part of a task that the step of the key does.
 * @returns The output that this job left, or undefined when it left none. @throws when it is not of its shape.
 */
export function jobOutput<Key extends OutputKey>(job: EarlierJob | undefined, key: Key): OutputValue<Key> | undefined {
  const step = key.slice(0, key.indexOf('.')) as StepId;
  return job && outputIn(key, { left: job.outputs, file: outputsFileOf(job, step) });
}

/** The file that a step of the job left. */
export function outputsFileOf({ folder }: EarlierJob, step: StepId): string {
  return join(folder, `${step}.json`);
}
