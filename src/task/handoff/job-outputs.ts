import { z } from 'zod';

/**
 * What jobs hand to each other as job outputs, which are written by the runner of a job and by nobody else: `needs`, as
 * the workflow passes it on. Each job's `handover` is the outputs of its step, as JSON.
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
  /** Outputs of the step that the job is named after. Empty where it had none. */
  readonly outputs: Readonly<Record<string, string>>;
}

export type JobOutputs = Readonly<Record<string, EarlierJob>>;

/** @throws when the workflow does not pass on what the jobs before it found. */
export function readJobOutputs(text: string | undefined): JobOutputs {
  const parsed = needs.safeParse(parse(text));
  if (!parsed.success)
    throw new Error(
      `input jobs is not \`\${{ toJSON(needs) }}\`; copy templates/agent-task-hardened.yml again: ${z.prettifyError(parsed.error)}`,
    );
  return Object.fromEntries(
    Object.entries(parsed.data).map(([job, { result, outputs: left }]) => {
      const jobs = outputs.safeParse(parse(left?.handover));
      return [job, { result, outputs: jobs.success ? jobs.data : {} }];
    }),
  );
}

/** @returns A step output of another job, or undefined when it left none. */
export function jobOutput<Value>(jobs: JobOutputs, job: string, name: string): Value | undefined {
  const text = jobs[job]?.outputs[name];
  return text ? (JSON.parse(text) as Value) : undefined;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text || 'null');
  } catch {
    // No JSON at all is refused by the schema.
    return undefined;
  }
}
