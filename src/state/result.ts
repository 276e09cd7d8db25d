import * as z from 'zod';
import type { TaskId } from '../plan/plan.ts';
import { type Cause, readCause } from './cause.ts';
import { readBlock } from './hidden-block.ts';
import { RESULT_BLOCK } from './names.ts';
import { upgradeResult } from './upgrade.ts';
import { formOf } from './version.ts';

/** How a task run ends. `infrastructure` has no result of its own: a pass concludes it from a run that ended silently. */
export const OUTCOMES = [
  'completed',
  'continued',
  'in-review',
  'verification',
  'agent',
  'conflict',
  'dependency',
  'quota',
  'infrastructure',
  'superseded',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

const CHECKS = ['compile', 'test', 'lint', 'integration', 'outputs', 'guard', 'scan', 'progress'] as const;

export type CheckName = (typeof CHECKS)[number];

export const check = z.object({
  name: z.enum(CHECKS),
  /** `flaky`: failed, then passed. `absent`: the task or repository has none. `late`: the progress pass did not come in time. */
  status: z.enum(['passed', 'flaky', 'failed', 'absent', 'skipped', 'late', 'waiting']),
  command: z.string().max(1_000).optional(),
  seconds: z.number().nonnegative().optional(),
  tries: z.number().int().positive().optional(),
  /** Of a flaky check: how many tries it might have had. */
  of: z.number().int().positive().optional(),
  /** What a reader has to know of how it was checked. */
  note: z.string().max(300).optional(),
});

export type Check = z.infer<typeof check>;

export const finding = z.object({
  check: z.enum(CHECKS),
  /** Path from the root of the repository. */
  file: z.string().max(300).optional(),
  line: z.number().int().positive().optional(),
  /** Of the test that failed, or the rule that was broken. */
  name: z.string().max(300).optional(),
  message: z.string().max(600),
});

/** One thing that a check found wrong, as its tool says it; plain text. */
export type Finding = z.infer<typeof finding>;

const objection = z.object({
  /** Path from the root of the repository. */
  file: z.string().max(300).optional(),
  line: z.number().int().positive().optional(),
  what: z.string().max(600),
});

/** One thing that a reviewer wants changed before the work may land; plain text. */
export type Objection = z.infer<typeof objection>;

const review = z.object({
  /** Type and model of the reviewer. */
  agent: z.string(),
  model: z.string(),
  verdict: z.enum(['approve', 'object']),
  /** How often objections went back to the agent, in the whole attempt. */
  rounds: z.number().int().nonnegative(),
  objections: z.array(objection).max(20),
  summary: z.string().max(1_000),
});

/** The last verdict of the reviewer. */
export type Review = z.infer<typeof review>;

const tokens = z.object({ input: z.number(), output: z.number(), cached: z.number() });

const count = z.number().int().nonnegative().max(10_000);
const duration = z.number().nonnegative().max(1_000_000);

const landingEffort = z.object({
  /** That were begun, and those of them that stood on nothing but what had landed. */
  verifications: count,
  on_head: count,
  /** Seconds in which something was verified, and the other ones on the way: for others, and for the remote. */
  verified_s: duration,
  waited_s: duration,
  /** With what others landed, or were about to: settled by a package manager, or the end of the run. */
  conflicts: count,
});

/** What it took a run from its finished work to the end of its way onto the base. */
export type LandingEffort = Readonly<z.infer<typeof landingEffort>>;

const result = z.object({
  task: z.string().transform((id) => id as TaskId),
  issue: z.number().int().positive(),
  attempt: z.number().int().positive(),
  slice: z.number().int().positive(),
  dispatch: z.number().int().positive(),
  run: z.number().int().positive(),
  outcome: z.enum(OUTCOMES),
  /** The commit on the base, when work landed. */
  commit: z.string().optional(),
  /** The commit that keeps the work, where it lies in the repository, and what that started from. */
  saved: z
    .object({ commit: z.string().regex(/^[0-9a-f]{40,64}$/), base: z.string().regex(/^[0-9a-f]{40,64}$/) })
    .optional()
    .catch(undefined),
  /** The pull request that waits for people, with the commit that was verified. */
  pull: z.object({ number: z.number().int().positive(), head: z.string() }).optional(),
  checks: z.array(check),
  /** What the agent said it did; plain text, at most 2,000 characters. */
  summary: z.string().max(2_000),
  /** Why it did not complete: one line for people, and the end of the output that shows it. */
  failure: z.object({ what: z.string().max(500), output: z.string().max(6_000) }).optional(),
  /** What the app decides by, where there is more to decide than the outcome says; one that is not known is left out. */
  cause: z.unknown().transform(readCause).optional(),
  /** What the checks found wrong, the first few; of a flaky check, what it found before it passed. */
  findings: z.array(finding).max(20).optional(),
  review: review.optional(),
  /** Absent where the work did not come so far, and in results of older actions; nothing is decided by it. */
  landing: landingEffort.optional().catch(undefined),
  /** Another try would end in the same way: a person has to decide before there is one. */
  needs: z.literal('person').optional(),
  /** When the limit of the model's provider ends, where a `quota` says so; ISO 8601. */
  until: z.iso.datetime().optional(),
  agent: z.object({
    type: z.string(),
    model: z.string(),
    session: z.string().optional(),
    turns: z.number().optional(),
    /** Tokens sent to the model, the cached ones included, and got from it. */
    tokens: tokens.optional(),
    /** The same by model, where they were counted on their way to it. */
    models: z.record(z.string(), tokens).optional(),
    cost_usd: z.number().optional(),
    /** Not all of its programs told what they cost: `cost_usd` is the sum of those that did. */
    cost_partial: z.boolean().optional(),
    seconds: z.number().optional(),
    /** It was ended at its limit and had changed no file since it started. */
    stalled: z.boolean().optional(),
    /** What of all that its reviewer used, where one was at work: it spends on the account of its own agent type. */
    reviewer: z
      .object({
        type: z.string(),
        model: z.string(),
        cost_usd: z.number().optional(),
        cost_partial: z.boolean().optional(),
        seconds: z.number(),
      })
      .optional(),
  }),
});

/** What a run reports: a comment for people, with this inside for the app. */
export type Result = z.infer<typeof result>;

/** Whether a body may hold a result, in whatever form: cheap, and never false where one can be read. */
export function holdsResult(body: string): boolean {
  return body.includes(`<!-- ${RESULT_BLOCK}`);
}

/** @returns The result inside a comment's body, or undefined when the body holds none that can be read. */
export function readResult(body: string): Result | undefined {
  const form = formOf(readBlock(RESULT_BLOCK, body));
  if (form.kind === 'none' || form.kind === 'newer') return undefined;
  return result.safeParse(form.kind === 'first' ? upgradeResult(form.value) : form.value).data;
}

const anyResult = result.pick({ issue: true, dispatch: true, run: true });

/** As much as every version says of a result. */
export type NewerResult = Readonly<z.infer<typeof anyResult>> & { readonly version: number };

/** @returns What a newer version of the action reported, as far as it can be read here; undefined for every other body. */
export function readNewerResult(body: string): NewerResult | undefined {
  const form = formOf(readBlock(RESULT_BLOCK, body));
  const known = form.kind === 'newer' ? anyResult.safeParse(form.value).data : undefined;
  return known && form.kind === 'newer' ? { ...known, version: form.version } : undefined;
}

/** Why the run ended as it says: what is decided by, or else its words for people. */
export function causeOf({ cause, failure }: Pick<Result, 'cause' | 'failure'>): Cause | undefined {
  return cause ?? (failure && { kind: 'other', message: failure.what });
}
