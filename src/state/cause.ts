import * as z from 'zod';

/** The longest sentence that a cause carries. */
export const MAX_SENTENCE = 500;

/** A conflict names the first few files. */
export const MAX_PATHS = 20;

const sentence = z.string().max(MAX_SENTENCE);

/** What keeps work from landing or from being paid for, the setting that would allow it, and the page of that. */
const refusedFacts = z.array(z.object({ what: sentence, fix: sentence, page: sentence })).min(1);

const known = z.discriminatedUnion('kind', [
  /** A rule of the repository keeps the work from landing. It says nothing of the work. */
  z.object({
    kind: z.literal('rule-refused'),
    /** What is refused, and the repository's own words. */
    refusal: sentence,
    /** The setting that would allow it; absent where a run of 0.1 did not say. */
    allowedBy: sentence.optional(),
  }),
  /** A reviewer's objections went back to the agent: the next run of the attempt begins with them. */
  z.object({
    kind: z.literal('objections-returned'),
    /** Counted within the attempt. */
    round: z.number().int().nonnegative(),
    /** The first objection, and how many more there are. */
    objections: sentence,
  }),
  /** A conflict with what others landed went back to the agent, likewise. */
  z.object({
    kind: z.literal('conflict-returned'),
    reason: sentence,
    /** Of the files that conflict, the first few. */
    paths: z.array(sentence).max(MAX_PATHS),
  }),
  /** Verified work did not get its turn: others moved the base all the time. The next run lands it. */
  z.object({ kind: z.literal('base-busy') }),
  /** GitHub took a dispatch and never started a run for it. */
  z.object({ kind: z.literal('no-run'), dispatch: z.number(), sends: z.number() }),
  /** A run ended and reported nothing. */
  z.object({
    kind: z.literal('no-result'),
    run: z.number(),
    /** GitHub's conclusion of the run, where it has one. */
    conclusion: z.string().optional(),
  }),
  /** A result says that the work has landed, and it is not on the base. */
  z.object({ kind: z.literal('no-evidence'), run: z.number() }),
  /** A result names a pull request that is not the one of the task, or is none. */
  z.object({ kind: z.literal('foreign-pull-request'), pull: z.number() }),
  /** Somebody cancelled the run on GitHub. */
  z.object({ kind: z.literal('run-cancelled') }),
  /** A person commented `/cancel`. */
  z.object({ kind: z.literal('cancelled'), by: z.string() }),
  /** A person left the task out by `/skip` while it ran. */
  z.object({ kind: z.literal('skipped'), by: z.string().optional() }),
  /** A person closed the task's issue while it ran. */
  z.object({ kind: z.literal('closed'), as: z.enum(['completed', 'not_planned']), by: z.string().optional() }),
  /** A person closed the issue of its wave or of the plan as not planned. */
  z.object({ kind: z.literal('group-closed'), issue: z.number() }),
  /** A person took the task out of the plan. */
  z.object({ kind: z.literal('removed') }),
  /** A person listed the task as completed in the plan while it ran. */
  z.object({ kind: z.literal('listed') }),
  /** The run met the time limit of its job, which GitHub tells as cancelled. */
  z.object({ kind: z.literal('time-limit'), run: z.number(), minutes: z.number() }),
  /** A newer run of the same concurrency group took its place, which GitHub tells as cancelled. */
  z.object({ kind: z.literal('displaced'), run: z.number() }),
  /** A run was queued for as long as GitHub keeps it. */
  z.object({ kind: z.literal('not-taken') }),
  /** A run was at work for longer than GitHub lets any. */
  z.object({ kind: z.literal('not-ended') }),
  /** GitHub would not take the dispatch. */
  z.object({ kind: z.literal('dispatch-refused'), message: z.string() }),
  /** GitHub would not make the branch that work is to land on. */
  z.object({ kind: z.literal('branch-refused'), branch: z.string(), message: z.string() }),
  /** As the repository is set up, work could not land or be paid for. */
  z.object({
    kind: z.literal('preflight'),
    /** What of the configuration it was judged by: see `preflightKey`. */
    key: sentence,
    refused: refusedFacts,
  }),
  /** The same, as the first run found it before its agent was started, where nobody had told. */
  z.object({ kind: z.literal('probe'), key: sentence, refused: refusedFacts }),
  /** The attempt took as many slices as one may. */
  z.object({ kind: z.literal('slices-used'), slices: z.number() }),
  /** The agent worked for as long as one attempt may, and was not done. */
  z.object({ kind: z.literal('attempt-limit'), minutes: z.number() }),
  /** The provider of an agent's model failed, broke off or was not reached: it ends by itself. */
  z.object({
    kind: z.literal('outage'),
    /** Type of the agent that met it. */
    agent: sentence,
    what: sentence,
  }),
  /** Something is missing that no run can bring: a program on the runner, a key, money on an account, a model. */
  z.object({
    kind: z.literal('setup'),
    what: sentence,
    /** The command or setting that brings it. */
    fix: sentence,
    /** Type of the agent that lacks it. Absent: every task does. */
    agent: sentence.optional(),
    /** The model that is not to be had, where it is that. */
    model: sentence.optional(),
  }),
  /** So many slices in a row ended at their limit and left every file as it was. */
  z.object({ kind: z.literal('stalled'), slices: z.number() }),
  /** The agents of the run have spent what the budget had reserved for it (US dollars): the next run goes on. */
  z.object({
    kind: z.literal('cap-reached'),
    usd: z.number().nonnegative(),
    /** It was the reviewer, of what was reserved for it. */
    by: z.literal('reviewer').optional(),
  }),
  /** A result says that the work is in review, and not where. */
  z.object({ kind: z.literal('no-pull-request') }),
  /** A newer version of the action wrote the result. */
  z.object({ kind: z.literal('newer-result'), version: z.number(), known: z.number() }),
  /** Nothing that is decided by: for people to read. */
  z.object({ kind: z.literal('other'), message: z.string() }),
]);

/**
 * Why a dispatch ended as it did, or why nothing is dispatched: what is decided by it is a field. People read
 * `describeCause`, and nothing reads that.
 */
export type Cause = Readonly<z.infer<typeof known>>;

/**
 * A cause in a record. One that is not known, or that a person changed, is kept as `other`: it costs a decision that
 * would have been made by it, never the record.
 */
export const cause = z
  .unknown()
  .transform((value): Cause => readCause(value) ?? { kind: 'other', message: nameOf(value) });

/** @returns The cause, or undefined where it is none that this version knows. */
export function readCause(value: unknown): Cause | undefined {
  return known.safeParse(value).data;
}

function nameOf(value: unknown): string {
  const named = z.object({ kind: z.string().max(100) }).safeParse(value);
  return named.success ? named.data.kind.replaceAll('-', ' ') : 'unknown cause';
}
