import { join } from 'node:path';
import * as z from 'zod';
import { check, finding } from '../../state/result.ts';
import type { AgentReport, Conclusion } from '../protocol/assignment.ts';
import { readBounded } from '../protocol/bounded-file.ts';
import { jsonIn } from '../protocol/json.ts';

/**
 * What the agent's job leaves for the jobs after it. It may have been written by the agent itself: nothing in it names a
 * task, an issue, a commit or a branch, and it can say nothing that only verified work may say.
 */

const object = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const count = z.number().nonnegative().max(1e12);

const failure = z.strictObject({ what: z.string().max(500), output: z.string().max(6_000) });

const tokens = z.strictObject({ input: count, output: count, cached: count });
/** More than the proxy keeps apart. */
const MAX_MODELS = 50;

const report = z.strictObject({
  summary: z.string().max(2_000),
  /** Reaches the command line of an agent: never anything that looks like an option. */
  session: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,127}$/)
    .optional(),
  turns: count.optional(),
  tokens: tokens.optional(),
  models: z
    .record(z.string().regex(/^[A-Za-z0-9][\w.:/@-]{0,99}$/), tokens)
    .refine((models) => Object.keys(models).length <= MAX_MODELS)
    .optional(),
  cost_usd: count.optional(),
  cost_partial: z.boolean().optional(),
  seconds: count,
  stalled: z.boolean().optional(),
});

const sentence = z.string().max(500);

/** Why an attempt ends with its slice, or what keeps an agent from working. */
const cause = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stalled'), slices: count }),
  z.strictObject({ kind: z.literal('attempt-limit'), minutes: count }),
  z.strictObject({ kind: z.literal('cap-reached'), usd: count }),
  z.strictObject({ kind: z.literal('outage'), agent: sentence, what: sentence }),
  z.strictObject({
    kind: z.literal('setup'),
    ...{ what: sentence, fix: sentence, agent: sentence.optional(), model: sentence.optional() },
  }),
]);

const conclusion = z
  .strictObject({
    outcome: z.enum(['continued', 'agent', 'quota', 'dependency', 'infrastructure']),
    failure: failure.optional(),
    cause: cause.optional(),
    needs: z.literal('person').optional(),
    until: z.iso.datetime().optional(),
    checks: z.array(check).max(20).optional(),
    findings: z.array(finding).max(20).optional(),
  })
  .refine(({ cause: why, needs }) => (needs === 'person') === (why?.kind === 'setup'), {
    error: 'a person is asked for what is missing, and for nothing else',
  });

const handoffSchema = z.discriminatedUnion('next', [
  /** The agent says that it is done. */
  z.strictObject({ next: z.literal('verify'), report, tree: object }),
  z.strictObject({
    next: z.literal('report'),
    report: report.optional(),
    /** Absent where the agent's step was cancelled or broke. */
    conclusion: conclusion.optional(),
    /** Unfinished work. */
    tree: object.optional(),
  }),
]);

export type Handoff = z.infer<typeof handoffSchema>;

/** What is to be handed on; whether it may be is for the schema to say. */
export interface HandoffDraft {
  readonly next: Handoff['next'];
  readonly report?: AgentReport | undefined;
  readonly conclusion?: Conclusion | undefined;
  readonly tree?: string | undefined;
}

const FILE = 'work.json';
/** More than every field at its longest. */
const MAX_BYTES = 512 * 1024;

export function handoffFile(folder: string): string {
  return join(folder, FILE);
}

/** @throws when the values are beyond the bounds: what an agent reports must fit before it is handed over. */
export function serializeHandoff(work: HandoffDraft): string {
  return JSON.stringify(handoffSchema.parse(JSON.parse(JSON.stringify(work))));
}

/**
 * @returns What the agent's job left, or undefined when it left nothing.
 * @throws when what it left is not of this form: no program of ours wrote it.
 */
export function readHandoff(folder: string): Handoff | undefined {
  const bytes = readBounded(handoffFile(folder), MAX_BYTES);
  if (bytes === undefined) return undefined;
  const parsed = handoffSchema.safeParse(jsonIn(bytes.toString('utf8')));
  if (!parsed.success)
    throw new Error(`the agent's job left a ${FILE} that this action did not write: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
