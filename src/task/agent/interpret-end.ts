import type { ProgramResult } from '../process/run-program.ts';
import { failure } from '../protocol/assignment.ts';
import type { Adapter, AgentProblem, AgentResult } from './adapter.ts';
import { classifyError } from './adapters/wording.ts';
import type { AgentState } from './agent-state.ts';
import type { Traffic } from './model-proxy/traffic.ts';

export interface EndedRun {
  readonly adapter: Adapter;
  readonly state: AgentState;
  readonly program: ProgramResult;
  readonly traffic: Traffic | undefined;
  readonly maxUsd: number | undefined;
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
    costUsd: state.costUsd,
  };
  const problem = problemOf(ended);
  if (!problem) return reported;
  const hint = problem.kind === 'login' ? '; check the key that the workflow gives to the action' : '';
  const what = `${adapter.name} ${problem.what}${hint}`;
  const limit = traffic?.limit ?? state.limit;
  const quota = problem.kind === 'quota' || (limit && (problem.kind === 'failed' || problem.kind === 'crashed'));
  if (!quota) return { ...reported, kind: problem.kind, failure: failure(what, program.tail) };
  const stated = traffic?.limit?.until ?? state.limit?.until;
  const until = stated !== undefined && stated <= ended.now + MAX_LIMIT_MS ? stated : undefined;
  const reset = until === undefined ? '' : `; its limit ends at ${new Date(until).toISOString()}`;
  return { ...reported, kind: 'quota', until, failure: failure(`${what}${reset}`, program.tail) };
}

function problemOf({ adapter, state, program, maxUsd, limitMs }: EndedRun): AgentProblem | undefined {
  if (program.why === 'missing')
    return { kind: 'missing', what: `is not installed on the runner; add a step that does: ${adapter.install}` };
  // Whoever ended it then: it had given its result, and did not leave.
  if (state.end && program.why !== 'exit') return state.end.problem;
  switch (program.why) {
    case 'halted':
      return { kind: 'budget', what: `was ended: it has spent $${state.costUsd ?? 0} of max_usd ${maxUsd ?? 0}` };
    case 'limit':
      return { kind: 'slice', what: `was not finished after ${limitMs / 60_000} minutes (slice)` };
    case 'cancelled':
    case 'exit':
      return state.end?.problem ?? exitProblem({ adapter, state, program });
  }
}

/** It ended without telling of a problem: its exit code has to. */
function exitProblem({
  adapter,
  state,
  program: { code },
}: Pick<EndedRun, 'adapter' | 'state' | 'program'>): AgentProblem | undefined {
  const known = code === undefined ? undefined : adapter.exits[code];
  const how = `ended with ${code ?? 'a signal'}`;
  if (known) return known;
  if (state.end || !adapter.reportsResult) return code === 0 ? undefined : { kind: 'failed', what: how };
  if (state.trouble === undefined) return { kind: 'crashed', what: `${how} and without a result` };
  const { kind, what } = classifyError(state.trouble);
  return { kind: kind === 'failed' ? 'crashed' : kind, what: `${how} and without a result, and ${what}` };
}
