import * as z from 'zod/mini';
import type { PricedModels } from '../../plan/budget.ts';
import type { CheckCommand } from '../../plan/check-fields.ts';
import type { Config } from '../../plan/config.ts';
import type { TaskId } from '../../plan/plan.ts';
import type { Routed } from '../../plan/route.ts';
import { describeCause } from '../../state/describe-cause.ts';
import type { DispatchInputs } from '../../state/names.ts';
import { check, failureText, finding, list, outcome, runCause, type Same } from './result-parts.ts';

/**
 * What the steps of one run hand on to each other, as step outputs: the runner keeps them out of the agent's reach. Of
 * zod only the small variant is loaded, since most steps need no other: the whole of it costs each 8 ms more.
 */

export const taskId = z.custom<TaskId>((value) => typeof value === 'string');

export const dispatchInputs = z.object({
  task: taskId,
  issue: z.number(),
  attempt: z.number(),
  slice: z.number(),
  dispatch: z.number(),
});
true satisfies Same<z.infer<typeof dispatchInputs>, DispatchInputs>;

const routed = z.object({
  agent: z.string(),
  model: z.string(),
  run: z.enum(['claude', 'codex', 'gemini', 'copilot', 'command']),
  command: z.optional(z.string()),
  max_usd: z.optional(z.number()),
  max_turns: z.optional(z.number()),
});
true satisfies Same<z.infer<typeof routed>, Routed>;

const checkCommand = z.object({ run: z.string(), paths: list(z.string()) });
true satisfies Same<z.infer<typeof checkCommand>, CheckCommand>;

const pricedModels = z.object({
  match: z.string(),
  input: z.number(),
  output: z.number(),
  cache_read: z.optional(z.number()),
  cache_write: z.optional(z.number()),
});
true satisfies Same<z.infer<typeof pricedModels>, PricedModels>;

/** The part of the configuration that outlives the claim step. */
const rules = z.object({
  plan: z.string(),
  progress: z.string(),
  landing: z.enum(['merge', 'review', 'push']),
  checkpoint: z.enum(['git', 'redis']),
  /** Milliseconds between two checkpoints. */
  checkpointEveryMs: z.number(),
  isolation: z.enum(['user', 'none']),
  /** The longest that an agent works in this run. */
  sliceMinutes: z.number(),
  /** The longest that an attempt's agent works over all its runs. */
  attemptMinutes: z.number(),
  /** How many slices in a row may leave every file as it is. */
  stalledSlices: z.number(),
  /** Undefined where it is to be detected. */
  install: z.optional(list(z.string())),
  /** Undefined where a check is to be detected; empty where there is none. */
  checks: z.object({
    compile: z.optional(list(checkCommand)),
    test: z.optional(list(checkCommand)),
    lint: z.optional(list(checkCommand)),
    integration: z.record(z.string(), list(checkCommand)),
  }),
  checkTries: z.number(),
  checkMinutes: z.number(),
  /** Whether the checks run before the agent starts, too. */
  baseline: z.boolean(),
  /** Whether a change that makes the checks look at less is refused. */
  guard: z.enum(['strict', 'off']),
  scan: z.object({
    /** Undefined where none is to be run. */
    run: z.optional(z.string()),
    /** Files in which nothing is searched for. */
    allow: list(z.string()),
  }),
  protected: list(z.string()),
  /** What tokens of models cost, in the order of the file. */
  prices: list(pricedModels),
  /** Of files that steer agents and tools: those that a task may change which names them in its outputs. */
  protectedExcept: list(z.string()),
});
true satisfies Same<
  Pick<z.infer<typeof rules>, 'landing' | 'checkpoint' | 'isolation' | 'guard'>,
  Pick<Config, 'landing' | 'checkpoint' | 'isolation' | 'guard'>
>;

export type Rules = Readonly<z.infer<typeof rules>>;

const reviewerAssignment = z.object({
  agent: routed,
  /** How often objections go back to the agent in one attempt, and how often they did in its earlier runs. */
  rounds: z.number(),
  used: z.number(),
  /**
   * What the budget has reserved for it in this run, in US dollars; null where nothing bounds it. Absent where an older host
   * reserved for both together.
   */
  cap: z.optional(z.nullable(z.number())),
});

export type ReviewerAssignment = Readonly<z.infer<typeof reviewerAssignment>>;

/** What an agent said of work that it was done with. */
export const finishedWork = z.object({ summary: z.string() });

export type FinishedWork = Readonly<z.infer<typeof finishedWork>>;

/** What the claim step found: who works on what, from where, by which rules. */
export const assignment = z.object({
  dispatch: dispatchInputs,
  /** GraphQL node ids of the repository and of the task's issue. */
  nodes: z.object({ repository: z.string(), issue: z.string() }),
  /** The commit that the claim ref points at while this run owns the task. */
  claim: z.string(),
  /** Short name of the branch that work lands on, and the commit that the work starts from. */
  base: z.object({ branch: z.string(), head: z.string() }),
  /** What this attempt may still take. */
  left: z.object({
    /** Minutes of the agent's work, this run included: where they are no more than a slice, its end is the attempt's. */
    minutes: z.number(),
    /** Slices in a row that leave every file as it is, this one included, before the attempt has failed. */
    stalledSlices: z.number(),
  }),
  /** What the budget has reserved for this run, in US dollars, and what of that is left. */
  cap: z.optional(z.object({ usd: z.number(), left: z.number() })),
  /** The run goes on from what an earlier one left. */
  resumed: z.optional(z.boolean()),
  /** Git tree that it started with, where it is not that of the base. */
  startTree: z.optional(z.string()),
  /**
   * An earlier run's agent was done with what lies in the checkout, and nothing was found wrong with it: it is verified
   * and landed, and no agent is started.
   */
  finished: z.optional(finishedWork),
  /** Session of the agent that this run goes on with. */
  session: z.optional(z.string()),
  /** Its last attempt failed verification: it keeps nobody waiting before it has passed. */
  joinsLate: z.optional(z.boolean()),
  /** Conflicts that went back to the agent in this attempt already. */
  conflicts: z.number(),
  /** The pull request of this task that people have looked at, where the run goes on from it. */
  review: z.optional(z.object({ pull: z.number(), head: z.string() })),
  task: z.object({
    title: z.string(),
    outputs: list(z.string()),
    touches: list(z.string()),
    integration: z.optional(z.string()),
  }),
  agent: routed,
  /** Undefined where nobody reviews the work before it lands. */
  reviewer: z.optional(reviewerAssignment),
  /** Commit of the default branch that plan and configuration were read from. */
  settings: z.string(),
  rules,
});

export type Assignment = Readonly<z.infer<typeof assignment>>;

/** The end of an attempt, in the words of a result. Once a step has concluded, only the report follows. */
export const conclusion = z.object({
  outcome,
  failure: z.optional(failureText),
  /** What the app decides by, where there is more to decide than the outcome says. */
  cause: z.optional(runCause),
  commit: z.optional(z.string()),
  /** The pull request that was left for people, with the commit that was verified. */
  pull: z.optional(z.object({ number: z.number(), head: z.string() })),
  /** Where they differ from what the verify step found: work that has landed before, or was merged since. */
  checks: z.optional(list(check)),
  /** What those checks found wrong, likewise. */
  findings: z.optional(list(finding)),
  /** Another try would end in the same way: a person has to decide. */
  needs: z.optional(z.literal('person')),
  /** When the limit of the model's provider ends, where the outcome is `quota` and the provider said so; ISO 8601. */
  until: z.optional(z.string()),
  /** Why nothing was done, where the outcome is `superseded`. */
  why: z.optional(z.string()),
});

export type Conclusion = Readonly<z.infer<typeof conclusion>>;

export type AttemptFailure = Readonly<z.infer<typeof failureText>>;

const tokens = z.object({ input: z.number(), output: z.number(), cached: z.number() });

/** What an agent reports of its work. */
export const agentReport = z.object({
  summary: z.string(),
  session: z.optional(z.string()),
  turns: z.optional(z.number()),
  tokens: z.optional(tokens),
  /** The same by model, where they were counted on their way to it. */
  models: z.optional(z.record(z.string(), tokens)),
  cost_usd: z.optional(z.number()),
  /** Not all of its programs told what they cost. */
  cost_partial: z.optional(z.boolean()),
  seconds: z.number(),
  /** It was ended at its limit and had changed no file since it started. */
  stalled: z.optional(z.boolean()),
  /** What of all that reviewers used, where one was at work. */
  reviewer: z.optional(
    z.object({
      cost_usd: z.optional(z.number()),
      cost_partial: z.optional(z.boolean()),
      seconds: z.number(),
    }),
  ),
});

export type AgentReport = Readonly<z.infer<typeof agentReport>>;

export const verification = z.object({
  checks: list(check),
  /** What failed checks, and flaky ones before they passed, found wrong: the first few. */
  findings: list(finding),
  /** Git tree that the checks speak of: what may land. */
  tree: z.string(),
  /** The commit or tree that it would land on. Absent: the commit that the work started from. */
  onto: z.optional(z.string()),
});

export type Verification = Readonly<z.infer<typeof verification>>;

/** Longest output that a failure carries, in characters. */
const MAX_OUTPUT = 4_000;

/** @returns A failure within the bounds of a result: one line, and the end of the output. */
export function failure(what: string, output = ''): AttemptFailure {
  return { what: what.replace(/\s+/g, ' ').slice(0, 400), output: output.trimEnd().slice(-MAX_OUTPUT) };
}

/** @returns The same of a cause, beside the cause itself. */
export function failedBecause(
  cause: NonNullable<Conclusion['cause']>,
  output: string,
): Required<Pick<Conclusion, 'cause' | 'failure'>> {
  return { cause, failure: failure(describeCause(cause), output) };
}
