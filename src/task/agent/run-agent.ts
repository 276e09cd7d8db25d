import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { secretsIn } from '../process/mask.ts';
import { runProgram } from '../process/run-program.ts';
import { type Assignment, failure } from '../protocol/assignment.ts';
import { briefFile, logFile, summaryFile } from '../protocol/job-files.ts';
import type { StepContext } from '../protocol/step.ts';
import { notice, say, warning } from '../protocol/workflow-commands.ts';
import type { Adapter, AgentRequest, AgentResult, LaunchSpec, ModelAccess, Purpose } from './adapter.ts';
import { ADAPTERS } from './adapters/adapters.ts';
import { interpretEnd } from './interpret-end.ts';
import {
  bypassProxyForLoopback,
  isMetered,
  type ModelConnection,
  NO_CONNECTION,
  type OpenedConnection,
} from './model-connection.ts';
import type { CapSettings } from './model-proxy/spending-cap.ts';
import type { Given } from './model-source.ts';
import { watchOutput } from './watch-output.ts';

export interface AgentWork {
  readonly context: StepContext;
  readonly assignment: Assignment;
  /** The environment of the agent: nothing else is inherited. */
  readonly environment: NodeJS.ProcessEnv;
  /** Told of the agent's session as soon as it names one. */
  readonly onSession?: (session: string) => void;
  /** Why it is asked. Absent: to do the task. */
  readonly purpose?: Purpose;
}

/**
 * Runs the agent of an assignment until it ends, its slice is over or its budget or turns are used up, and says what came of it.
 * It goes on with the session that the assignment names, and starts anew where that cannot be found again.
 * @throws when the step is cancelled.
 */
export async function runAgent(work: AgentWork): Promise<AgentResult> {
  const { context, assignment } = work;
  const { agent, session } = assignment;
  const adapter = ADAPTERS[agent.run];
  if (assignment.cap && assignment.cap.left <= 0) return nothingLeft(adapter);
  const { environment, job } = context;
  const given = { environment, workspace: job.workspace };
  const model = await openConnection(adapter, { given, cap: capOf(assignment) });
  if (model.kind === 'unusable') return model.end;
  try {
    const request = requestOf(work, model.access);
    await rm(summaryFile(job), { force: true });
    announce(adapter, { assignment, access: model.access });
    const resumed = session === undefined ? undefined : adapter.resume(request, session);
    const end = resumed && (await runOnce(work, { adapter, launch: resumed, model }));
    if (end && !neverStarted(end)) return end;
    if (end) say(`Session ${session} cannot be resumed (${end.failure?.what}): the agent starts anew`);
    return await runOnce(work, { adapter, launch: adapter.start(request), model });
  } finally {
    await model.close();
  }
}

/** Proxy and credentials are half of what this step would load, and an agent that is any program needs none of them. */
async function openConnection(
  adapter: Adapter,
  { given, cap }: { readonly given: Given; readonly cap: CapSettings | undefined },
): Promise<OpenedConnection> {
  const { provider } = adapter;
  if (provider === undefined) return NO_CONNECTION;
  const { openModelAccess } = await import('./model-access.ts');
  return openModelAccess(provider, { adapter, given, cap });
}

/** The programs of the run before this one have spent all that the budget had reserved for it. */
function nothingLeft({ name }: Adapter): AgentResult {
  const what = `${name} was not started: nothing is left of what the budget has reserved for this run`;
  return { kind: 'cap', summary: '', failure: failure(what), costUsd: 0 };
}

/** Where prices are known the proxy counts by them, whether anything bounds the agent or not. */
function capOf(assignment: Assignment): CapSettings | undefined {
  const { prices } = assignment.rules;
  return prices.length === 0 ? undefined : { usd: mostUsd(assignment) ?? Number.POSITIVE_INFINITY, prices };
}

/** Less says nothing to programs that are told what they may spend. */
const MIN_USD = 0.01;

/** What the agent may spend: `max_usd`, and what is left of what the budget has reserved for the run. */
function mostUsd({ agent: { max_usd }, cap }: Pick<Assignment, 'agent' | 'cap'>): number | undefined {
  if (!cap) return max_usd;
  return Math.min(cap.left, max_usd ?? cap.left);
}

/** A session that is gone ends the agent before its first turn. */
function neverStarted({ kind, turns }: AgentResult): boolean {
  return (kind === 'failed' || kind === 'crashed') && turns === undefined;
}

interface Once {
  readonly adapter: Adapter;
  readonly launch: LaunchSpec;
  readonly model: ModelConnection;
}

async function runOnce(work: AgentWork, { adapter, launch, model }: Once): Promise<AgentResult> {
  const { context, assignment, environment, onSession } = work;
  const { job, signal, clock, environment: given, user } = context;
  await furnishHome(work, launch);
  const { max_turns: maxTurns } = assignment.agent;
  const maxUsd = mostUsd(assignment);
  const limitMs = assignment.rules.sliceMinutes * 60_000;
  if (launch.session !== undefined) onSession?.(launch.session);
  const watch = watchOutput(adapter, { session: launch.session, maxUsd, maxTurns, now: clock.now, onSession });
  const program = await runProgram({
    ...launch,
    cwd: job.workspace,
    environment: { ...environment, ...bypassProxyForLoopback(environment), ...launch.environment },
    log: logFile(job, 'agent'),
    limitMs,
    signal,
    halt: model.cap ? AbortSignal.any([watch.halt, model.cap.reached]) : watch.halt,
    stopSignal: adapter.stopSignal,
    view: watch.view,
    secrets: secretsIn(given),
    user,
  });
  if (program.why === 'cancelled') throw new Error('the run was cancelled while the agent worked');
  const state = watch.state();
  return interpretEnd({
    adapter,
    state,
    program,
    traffic: model.traffic(),
    source: model.access?.source,
    spentUsd: model.cap && model.traffic() ? model.cap.spent() : undefined,
    isCapReached: model.cap?.reached.aborted ?? false,
    isReserved: assignment.cap !== undefined,
    maxUsd,
    maxTurns,
    agent: assignment.agent.agent,
    isFresh: assignment.startTree === undefined && work.purpose === undefined,
    limitMs,
    now: clock.now(),
  });
}

const WRITE =
  'folder=$(dirname "$HOME/$1"); [ ! -L "$folder" ] || rm "$folder"; mkdir -p "$folder" && rm -rf "$HOME/$1" && cat > "$HOME/$1"';

/** As the agent's own user, and in place of links: what lies in its home may be of its making. */
async function furnishHome(
  { context: { job, signal, user }, environment }: AgentWork,
  { home }: LaunchSpec,
): Promise<void> {
  for (const [path, text] of Object.entries(home ?? {})) {
    const { code, tail } = await runProgram({
      argv: ['sh', '-c', WRITE, 'sh', path],
      cwd: job.workspace,
      environment,
      input: text,
      log: logFile(job, 'agent-home'),
      limitMs: 60_000,
      signal,
      user,
    });
    if (code !== 0) throw new Error(`${path} cannot be written in the agent's home: ${tail.trim()}`);
  }
}

function requestOf(
  { context: { job }, assignment, purpose }: AgentWork,
  access: ModelAccess | undefined,
): AgentRequest {
  const { dispatch, agent } = assignment;
  const most = mostUsd(assignment);
  return {
    task: dispatch.task,
    attempt: dispatch.attempt,
    model: agent.model,
    command: agent.command,
    brief: briefFile(job),
    summary: summaryFile(job),
    maxUsd: most === undefined ? undefined : Math.max(MIN_USD, most),
    maxTurns: agent.max_turns,
    newSession: randomUUID(),
    access,
    purpose,
  };
}

function announce(
  { name, budget }: Adapter,
  { assignment, access }: { readonly assignment: Assignment; readonly access: ModelAccess | undefined },
): void {
  const { agent, run, model, max_usd } = assignment.agent;
  if (max_usd !== undefined && access && !isMetered(access.source))
    notice(
      'max_usd is no money here',
      `A subscription pays: $${max_usd} bounds what the same use of the API would cost.`,
    );
  if (max_usd !== undefined && budget === 'unknown' && assignment.rules.prices.length === 0)
    warning(
      'max_usd is not held',
      `${name} reports no cost, so nobody can tell when it has spent $${max_usd}: write what its model costs under \`prices\`.`,
    );
  say(`${agent} (${run}, ${model}) starts`);
}
