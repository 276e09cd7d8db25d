import type { Config } from '../../plan/config.ts';
import type { CheckCommand } from '../../plan/config-schema.ts';
import type { Task } from '../../plan/plan.ts';
import type { Routed } from '../../plan/route.ts';
import { type Cause, describeCause } from '../../state/cause.ts';
import type { DispatchInputs } from '../../state/names.ts';
import type { Check, Finding, Outcome, Result } from '../../state/result.ts';

/** What the steps of one run hand on to each other, as step outputs: the runner keeps them out of the agent's reach. */

/** What the claim step found: who works on what, from where, by which rules. */
export interface Assignment {
  readonly dispatch: DispatchInputs;
  /** The commit that the claim ref points at while this run owns the task. */
  readonly claim: string;
  /** Short name of the branch that work lands on, and the commit that the work starts from. */
  readonly base: { readonly branch: string; readonly head: string };
  /** The run goes on from what an earlier one left. */
  readonly resumed?: boolean | undefined;
  /** Session of the agent that this run goes on with. */
  readonly session?: string | undefined;
  /** Conflicts that went back to the agent in this attempt already. */
  readonly conflicts: number;
  /** The pull request of this task that people have looked at, where the run goes on from it. */
  readonly review?: { readonly pull: number; readonly head: string } | undefined;
  readonly task: Pick<Task, 'title' | 'outputs' | 'integration'>;
  readonly agent: Routed;
  /** Undefined where nobody reviews the work before it lands. */
  readonly reviewer?: ReviewerAssignment | undefined;
  /** Commit of the default branch that plan and configuration were read from. */
  readonly settings: string;
  readonly rules: Rules;
}

export interface ReviewerAssignment {
  readonly agent: Routed;
  /** How often objections go back to the agent in one attempt, and how often they did in its earlier runs. */
  readonly rounds: number;
  readonly used: number;
}

/** The part of the configuration that outlives the claim step. */
export interface Rules {
  readonly plan: string;
  readonly progress: string;
  readonly landing: Config['landing'];
  readonly checkpoint: Config['checkpoint'];
  /** Milliseconds between two checkpoints. */
  readonly checkpointEveryMs: number;
  readonly isolation: Config['isolation'];
  readonly sliceMinutes: number;
  /** Undefined where it is to be detected. */
  readonly install: readonly string[] | undefined;
  /** Undefined where a check is to be detected; empty where there is none. */
  readonly checks: {
    readonly compile?: readonly CheckCommand[] | undefined;
    readonly test?: readonly CheckCommand[] | undefined;
    readonly lint?: readonly CheckCommand[] | undefined;
    readonly integration: Readonly<Record<string, readonly CheckCommand[]>>;
  };
  readonly checkTries: number;
  readonly checkMinutes: number;
  /** Whether the checks run before the agent starts, too. */
  readonly baseline: boolean;
  readonly protected: readonly string[];
}

/** The end of an attempt, in the words of a result. Once a step has concluded, only the report follows. */
export interface Conclusion {
  readonly outcome: Outcome;
  readonly failure?: AttemptFailure | undefined;
  /** What the app decides by, where there is more to decide than the outcome says. */
  readonly cause?: Cause | undefined;
  readonly commit?: string | undefined;
  /** The pull request that was left for people, with the commit that was verified. */
  readonly pull?: { readonly number: number; readonly head: string } | undefined;
  /** Where they differ from what the verify step found: work that has landed before, or was merged since. */
  readonly checks?: readonly Check[] | undefined;
  /** What those checks found wrong, likewise. */
  readonly findings?: readonly Finding[] | undefined;
  /** Another try would end in the same way: a person has to decide. */
  readonly needs?: Result['needs'];
  /** When the limit of the model's provider ends, where the outcome is `quota` and the provider said so; ISO 8601. */
  readonly until?: string | undefined;
  /** Why nothing was done, where the outcome is `superseded`. */
  readonly why?: string | undefined;
}

export type AttemptFailure = NonNullable<Result['failure']>;

/** What an agent reports of its work. */
export interface AgentReport {
  readonly summary: string;
  readonly session?: string | undefined;
  readonly turns?: number | undefined;
  readonly tokens?: Result['agent']['tokens'] | undefined;
  readonly cost_usd?: number | undefined;
  readonly seconds: number;
}

export interface Verification {
  readonly checks: readonly Check[];
  /** What failed checks, and flaky ones before they passed, found wrong: the first few. */
  readonly findings: readonly Finding[];
  /** Git tree that the checks speak of: what may land. */
  readonly tree: string;
}

/** Longest output that a failure carries, in characters. */
const MAX_OUTPUT = 4_000;

/** @returns A failure within the bounds of a result: one line, and the end of the output. */
export function failure(what: string, output = ''): AttemptFailure {
  return { what: what.replace(/\s+/g, ' ').slice(0, 400), output: output.trimEnd().slice(-MAX_OUTPUT) };
}

/** @returns The same of a cause, beside the cause itself. */
export function failedBecause(cause: Cause, output: string): Required<Pick<Conclusion, 'cause' | 'failure'>> {
  return { cause, failure: failure(describeCause(cause), output) };
}
