import * as z from 'zod/mini';
import type { Cause } from '../../state/cause.ts';
import type { Check, Finding, LandingEffort, Objection, Outcome, Result, Review } from '../../state/result.ts';

/**
 * Parts of a result as steps hand them on. Their shape is that of the result's own schema, which steps do without: it
 * comes with the whole of zod. What a person may read of them is bounded where the result is posted.
 */

/** `true` where two types have the same keys and values of the one are values of the other; no value has it otherwise. */
export type Same<One, Other> = [One, keyof One, Other, keyof Other] extends [Other, keyof Other, One, keyof One]
  ? true
  : never;

/** A list that nobody changes. */
export function list<Item extends z.ZodMiniType>(item: Item) {
  return z.readonly(z.array(item));
}

export const outcome = z.enum([
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
]);
true satisfies Same<z.infer<typeof outcome>, Outcome>;

const checkName = z.enum(['compile', 'test', 'lint', 'integration', 'outputs', 'guard', 'scan', 'progress']);

export const check = z.object({
  name: checkName,
  status: z.enum(['passed', 'flaky', 'failed', 'absent', 'skipped', 'late', 'waiting']),
  command: z.optional(z.string()),
  seconds: z.optional(z.number()),
  tries: z.optional(z.number()),
  of: z.optional(z.number()),
  note: z.optional(z.string()),
});
true satisfies Same<z.infer<typeof check>, Check>;

export const finding = z.object({
  check: checkName,
  file: z.optional(z.string()),
  line: z.optional(z.number()),
  name: z.optional(z.string()),
  message: z.string(),
});
true satisfies Same<z.infer<typeof finding>, Finding>;

export const landingEffort = z.object({
  verifications: z.number(),
  on_head: z.number(),
  verified_s: z.number(),
  waited_s: z.number(),
  conflicts: z.number(),
});
true satisfies Same<z.infer<typeof landingEffort>, LandingEffort>;

export const failureText = z.object({ what: z.string(), output: z.string() });
true satisfies Same<z.infer<typeof failureText>, NonNullable<Result['failure']>>;

/** What a run knows of why it did not complete; the other causes are what passes find out about runs. */
export const runCause = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rule-refused'), refusal: z.string(), allowedBy: z.optional(z.string()) }),
  z.object({ kind: z.literal('objections-returned'), round: z.number(), objections: z.string() }),
  z.object({ kind: z.literal('conflict-returned'), reason: z.string(), paths: z.array(z.string()) }),
  z.object({ kind: z.literal('base-busy') }),
  z.object({ kind: z.literal('attempt-limit'), minutes: z.number() }),
  z.object({ kind: z.literal('stalled'), slices: z.number() }),
  z.object({ kind: z.literal('cap-reached'), usd: z.number(), by: z.optional(z.literal('reviewer')) }),
  z.object({ kind: z.literal('outage'), agent: z.string(), what: z.string() }),
  z.object({
    kind: z.literal('setup'),
    what: z.string(),
    fix: z.string(),
    agent: z.optional(z.string()),
    model: z.optional(z.string()),
  }),
  z.object({
    kind: z.literal('probe'),
    key: z.string(),
    refused: z.array(z.object({ what: z.string(), fix: z.string(), page: z.string() })),
  }),
]);
true satisfies Same<
  z.infer<typeof runCause>,
  Extract<
    Cause,
    {
      readonly kind:
        | 'rule-refused'
        | 'objections-returned'
        | 'conflict-returned'
        | 'base-busy'
        | 'attempt-limit'
        | 'stalled'
        | 'cap-reached'
        | 'outage'
        | 'setup'
        | 'probe';
    }
  >
>;

export const objection = z.object({
  file: z.optional(z.string()),
  line: z.optional(z.number()),
  what: z.string(),
});
true satisfies Same<z.infer<typeof objection>, Objection>;

export const review = z.object({
  agent: z.string(),
  model: z.string(),
  verdict: z.enum(['approve', 'object']),
  rounds: z.number(),
  objections: z.array(objection),
  summary: z.string(),
});
true satisfies Same<z.infer<typeof review>, Review>;
