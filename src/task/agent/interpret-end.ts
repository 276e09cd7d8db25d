import { missingProgram, stepThatBrings } from '../process/missing-program.ts';
import type { ProgramResult } from '../process/run-program.ts';
import { failure } from '../protocol/assignment.ts';
import type { Adapter, AgentProblem, AgentResult, ModelSource } from './adapter.ts';
import { classifyError } from './adapters/wording.ts';
import type { AgentState } from './agent-state.ts';
import { missingFix } from './missing-fix.ts';
import { isMetered } from './model-connection.ts';
import type { Traffic } from './model-proxy/traffic.ts';

export interface EndedRun {
  readonly adapter: Adapter;
  readonly state: AgentState;
  readonly program: ProgramResult;
  readonly traffic: Traffic | undefined;
  /** Where its model is; undefined where it speaks to its provider itself. */
  readonly source?: ModelSource | undefined;
  readonly maxUsd: number | undefined;
  readonly maxTurns?: number | undefined;
  /** Type of the agent, as the configuration names it. */
  readonly agent: string;
  readonly limitMs: number;
  /** In milliseconds. */
  readonly now: number;
}

/** The longest limits are weekly. What would hold a task for longer is a mistake. */
const MAX_LIMIT_MS = 8 * 24 * 60 * 60_000;

/** Says what the end of a run means. */
export function interpretEnd(ended: EndedRun): AgentResult {
  const { state, adapter, traffic, program } = ended;
  const reported: AgentResult = {
    kind: 'done',
    summary: (state.end?.summary ?? state.words).trim(),
    session: state.session,
    // Without its own word, only a protocol with replies in it can be counted.
    turns: state.turns > 0 ? state.turns : undefined,
    // The proxy counts what was paid for; an agent may leave out what its subagents used.
    ...(traffic && traffic.requests > 0
      ? { tokens: traffic.tokens, models: traffic.models }
      : { tokens: state.tokens }),
    ...(isMetered(ended.source) ? { costUsd: state.costUsd } : {}),
    worked: hasWorked(ended),
  };
  const problem = problemOf(ended) ?? cutShort(ended);
  if (!problem) return reported;
  const { kind, fix, what } = withProvider(problem, ended);
  const named = `${adapter.name} ${what}`;
  const limit = traffic?.limit ?? state.limit;
  const quota = kind === 'quota' || (limit && (kind === 'failed' || kind === 'crashed'));
  if (!quota) return { ...reported, kind, fix: fix ?? missingFix(kind, ended), failure: failure(named, program.tail) };
  const stated = traffic?.limit?.until ?? state.limit?.until;
  const until = stated !== undefined && stated <= ended.now + MAX_LIMIT_MS ? stated : undefined;
  const reset = until === undefined ? '' : `; its limit ends at ${new Date(until).toISOString()}`;
  return { ...reported, kind: 'quota', until, failure: failure(`${named}${reset}`, program.tail) };
}

/** Gemini CLI takes the first words of an answer that breaks off for all of it, and says that it is done (0.61). */
function cutShort({ traffic }: EndedRun): AgentProblem | undefined {
  return traffic?.failure?.isPartial ? { kind: 'outage', what: 'ended in the middle of an answer' } : undefined;
}

/** Programs show an error of the provider as a reply of the model: a tool that it used, or words that were paid for, are none. */
function hasWorked({ adapter, state, traffic }: EndedRun): boolean | undefined {
  if (!adapter.reportsResult) return undefined;
  if (state.acted) return true;
  const tokens = traffic && traffic.requests > 0 ? traffic.tokens : state.tokens;
  return tokens ? tokens.output > 0 : state.turns > 0;
}

/** Ends for which a provider that failed last is the better explanation than what the program makes of it. */
const EXPLAINED: ReadonlySet<AgentProblem['kind']> = new Set([
  ...(['failed', 'crashed', 'quota', 'login', 'account', 'model', 'outage'] as const),
]);

function withProvider(problem: AgentProblem, ended: EndedRun): AgentProblem {
  const trouble = ended.traffic?.failure;
  // A slice in which the provider never answered stalled nothing.
  const isIdle = problem.kind === 'slice' && hasWorked(ended) === false;
  if (!trouble || !(EXPLAINED.has(problem.kind) || isIdle)) return problem;
  return { kind: trouble.kind, what: `${problem.what}: ${trouble.what}` };
}

function problemOf({ adapter, state, program, maxUsd, maxTurns, limitMs }: EndedRun): AgentProblem | undefined {
  if (program.why === 'missing') return { kind: 'missing', what: 'is not installed on the runner' };
  // Whoever ended it then: it had given its result, and did not leave.
  if (state.end && program.why !== 'exit') return state.end.problem;
  switch (program.why) {
    case 'halted':
      if (maxTurns !== undefined && state.turns > maxTurns)
        return { kind: 'turns', what: `was ended: it has used up its ${maxTurns} turns (max_turns)` };
      return { kind: 'budget', what: `was ended: it has spent $${state.costUsd ?? 0} of max_usd ${maxUsd ?? 0}` };
    case 'limit':
      return { kind: 'slice', what: `was not finished after ${limitMs / 60_000} minutes (slice)` };
    case 'full':
      // Others may have filled it: another run tells.
      return { kind: 'crashed', what: 'was ended: the disk was nearly full' };
    case 'cancelled':
    case 'exit':
      return state.end?.problem ?? exitProblem({ adapter, state, program });
  }
}

/** It ended without telling of a problem: its exit code has to. */
function exitProblem({
  adapter,
  state,
  program,
}: Pick<EndedRun, 'adapter' | 'state' | 'program'>): AgentProblem | undefined {
  const { code } = program;
  const known = code === undefined ? undefined : adapter.exits[code];
  const how = `ended with ${code ?? 'a signal'}`;
  if (known) return known;
  const missing = state.end ? undefined : missingProgram(program);
  if (missing !== undefined) {
    const what = missing === '' ? 'a program that is not installed' : `\`${missing}\`, which is not installed`;
    return { kind: 'missing', what: `${how}: it needs ${what} on the runner`, fix: stepThatBrings(missing) };
  }
  if (state.end || !adapter.reportsResult) return code === 0 ? undefined : { kind: 'failed', what: how };
  if (state.trouble === undefined) return { kind: 'crashed', what: `${how} and without a result` };
  const { kind, what } = classifyError(state.trouble);
  return { kind: kind === 'failed' ? 'crashed' : kind, what: `${how} and without a result, and ${what}` };
}
