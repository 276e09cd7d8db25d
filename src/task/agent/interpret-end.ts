import { dollars } from '../../state/amounts.ts';
import { missingProgram, stepThatBrings } from '../process/missing-program.ts';
import type { ProgramResult } from '../process/run-program.ts';
import { failure } from '../protocol/assignment.ts';
import type { Adapter, AgentProblem, AgentResult, ModelSource, Tokens } from './adapter.ts';
import { classifyError } from './adapters/wording.ts';
import type { AgentState } from './agent-state.ts';
import { missingFix } from './missing-fix.ts';
import { isMetered } from './model-connection.ts';
import type { ProviderTrouble } from './model-proxy/provider-failure.ts';
import type { Traffic } from './model-proxy/traffic.ts';

export interface EndedRun {
  readonly adapter: Adapter;
  readonly state: AgentState;
  readonly program: ProgramResult;
  readonly traffic: Traffic | undefined;
  /** Where its model is; undefined where it speaks to its provider itself. */
  readonly source?: ModelSource | undefined;
  readonly maxUsd: number | undefined;
  /** By the tokens that the proxy counted; undefined where it has no prices. */
  readonly spentUsd?: number | undefined;
  /** The proxy has refused what would have passed `maxUsd`. */
  readonly isCapReached?: boolean;
  /** A budget has reserved what the run may spend: its end is none of the attempt. */
  readonly isReserved?: boolean;
  readonly maxTurns?: number | undefined;
  /** Type of the agent, as the configuration names it. */
  readonly agent: string;
  /** It began with the base's files, and nothing that an agent had left. */
  readonly isFresh: boolean;
  readonly limitMs: number;
  /** In milliseconds. */
  readonly now: number;
}

/** The longest limits are weekly. What would hold a task for longer is a mistake. */
const MAX_LIMIT_MS = 8 * 24 * 60 * 60_000;

/**
 * For so long a limit is believed that nobody but the agent tells of: those of a subscription are of five hours, and one
 * that is weekly is met again.
 */
const MAX_UNSEEN_LIMIT_MS = 5 * 60 * 60_000;

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
      ? { tokens: reportedTokens(traffic.tokens), models: reportedModels(traffic.models) }
      : { tokens: state.tokens }),
    ...(isMetered(ended.source) || ended.isReserved ? { costUsd: costOf(ended) } : {}),
    worked: hasWorked(ended),
  };
  const problem = atCap(problemOf(ended), ended) ?? cutShort(ended);
  if (!problem) return reported;
  const { kind, fix, what } = problem.kind === 'cap' ? problem : withProvider(problem, ended);
  const named = `${adapter.name} ${what}`;
  const limit = limitOf(ended);
  const quota = kind === 'quota' || (limit && (kind === 'failed' || kind === 'crashed'));
  if (!quota) return { ...reported, kind, fix: fix ?? missingFix(kind, ended), failure: failure(named, program.tail) };
  const until = limit?.until;
  const reset = until === undefined ? '' : `; its limit ends at ${new Date(until).toISOString()}`;
  return { ...reported, kind: 'quota', until, failure: failure(`${named}${reset}`, program.tail) };
}

/** What is written to a cache is of interest for its price alone. */
function reportedTokens({ input, output, cached }: Tokens): Tokens {
  return { input, output, cached };
}

function reportedModels(models: Traffic['models']): Traffic['models'] {
  return Object.fromEntries(Object.entries(models).map(([model, tokens]) => [model, reportedTokens(tokens)]));
}

/** What the agent says, and what the proxy counted: whoever tells more is believed. */
function costOf({ state: { costUsd }, spentUsd }: EndedRun): number | undefined {
  return costUsd === undefined || spentUsd === undefined ? (costUsd ?? spentUsd) : Math.max(costUsd, spentUsd);
}

/** What was refused for it explains the end better than what the program makes of that. */
function atCap(problem: AgentProblem | undefined, ended: EndedRun): AgentProblem | undefined {
  if (!problem || !(ended.isCapReached || problem.kind === 'budget')) return problem;
  if (problem.kind === 'slice' || problem.kind === 'missing' || problem.kind === 'turns') return problem;
  const most = ended.maxUsd ?? 0;
  const spent = dollars(costOf(ended) ?? most);
  if (ended.isReserved)
    return {
      kind: 'cap',
      what: `was ended: it has spent ${spent} of the ${dollars(most)} that the budget has reserved for it`,
    };
  return ended.isCapReached ? { kind: 'budget', what: `was ended: it has spent ${spent} of max_usd ${most}` } : problem;
}

/** When it ends is what the proxy saw; without one the agent's word is all there is. */
function limitOf({ traffic, state, now }: EndedRun): AgentState['limit'] {
  const limit = traffic ? traffic.limit : state.limit;
  if (limit?.until === undefined) return limit;
  if (!traffic) return { until: Math.min(limit.until, now + MAX_UNSEEN_LIMIT_MS) };
  return limit.until <= now + MAX_LIMIT_MS ? limit : { until: undefined };
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

/** What is no fault of the agent, but of its provider or of what it is given there. */
const OF_THE_PROVIDER: ReadonlySet<AgentProblem['kind']> = new Set<ProviderTrouble>([
  ...(['quota', 'outage', 'login', 'account', 'model', 'address'] as const),
]);

/**
 * Where the proxy stands between them, what became of the requests is known: it explains the end better than what the
 * program makes of it, and what the program alone tells of its provider is not believed. Others of that provider would be
 * held by it, and a text in the repository may have the agent say it.
 */
function withProvider(problem: AgentProblem, ended: EndedRun): AgentProblem {
  const { traffic } = ended;
  const { kind, what } = problem;
  // A slice in which the provider never answered stalled nothing.
  const isIdle = kind === 'slice' && hasWorked(ended) === false;
  const isItsFault = OF_THE_PROVIDER.has(kind);
  if (traffic?.failure && (isItsFault || kind === 'failed' || kind === 'crashed' || isIdle))
    return { kind: traffic.failure.kind, what: `${what}: ${traffic.failure.what}` };
  const isSeen = traffic === undefined || (kind === 'quota' && traffic.limit);
  // Before its first turn nobody has told it anything: it may have found no model of that name.
  const isItsOwn = ended.isFresh && !traffic?.hasTurns;
  if (!isItsFault || isSeen || isItsOwn) return problem;
  return { kind: 'crashed', what: `${what}, of which the proxy before its provider saw nothing` };
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
