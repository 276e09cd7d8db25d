import { rm } from 'node:fs/promises';
import type { Assignment } from '../assignment.ts';
import { briefFile, logFile, summaryFile } from '../folders.ts';
import { say, warning } from '../log.ts';
import { secretsIn } from '../mask.ts';
import { runProgram } from '../process.ts';
import type { StepContext } from '../step.ts';
import type { View } from '../view.ts';
import { openAccess, reachingLoopback } from './access.ts';
import { type Account, NOTHING_TOLD, note } from './account.ts';
import { ADAPTERS } from './adapters.ts';
import type { Adapter, AgentEnd, AgentRequest, Launch, ModelAccess } from './agent.ts';
import { conclude } from './conclude.ts';
import { openTranscript } from './transcript.ts';

export interface AgentWork {
  readonly context: StepContext;
  readonly assignment: Assignment;
  /** The environment of the agent: nothing else is inherited. */
  readonly environment: NodeJS.ProcessEnv;
  /** A session of an earlier run to go on with, whose files are in the agent's home. */
  readonly session?: string | undefined;
}

/**
 * Runs the agent of an assignment until it ends, its slice is over or its budget is spent, and says what came of it.
 * @throws when the step is cancelled.
 */
export async function runAgent({ context, assignment, environment, session }: AgentWork): Promise<AgentEnd> {
  const { job, signal, clock, environment: given } = context;
  const { agent: routed, rules } = assignment;
  const adapter = ADAPTERS[routed.run];
  const { access, traffic, close } = await openAccess(adapter, given);
  try {
    const watch = watchOutput(adapter, { maxUsd: routed.max_usd, now: clock.now });
    const launch = launchOf(adapter, requestOf(context, assignment, access), session);
    await rm(summaryFile(job), { force: true });
    announce(adapter, assignment);
    const program = await runProgram({
      ...launch,
      cwd: job.workspace,
      environment: { ...environment, ...reachingLoopback(environment), ...launch.environment },
      log: logFile(job, 'agent'),
      limitMs: rules.sliceMinutes * 60_000,
      signal,
      halt: watch.halt,
      stopSignal: adapter.stopSignal,
      view: watch.view,
      secrets: secretsIn(given),
    });
    if (program.why === 'cancelled') throw new Error('the run was cancelled while the agent worked');
    return conclude({
      adapter,
      account: watch.account(),
      program,
      traffic: traffic(),
      maxUsd: routed.max_usd,
      limitMs: rules.sliceMinutes * 60_000,
      now: clock.now(),
    });
  } finally {
    await close();
  }
}

function requestOf(
  { job }: StepContext,
  { dispatch, agent }: Assignment,
  access: ModelAccess | undefined,
): AgentRequest {
  return {
    task: dispatch.task,
    attempt: dispatch.attempt,
    model: agent.model,
    command: agent.command,
    brief: briefFile(job),
    summary: summaryFile(job),
    maxUsd: agent.max_usd,
    access,
  };
}

function launchOf(adapter: Adapter, request: AgentRequest, session: string | undefined): Launch {
  const resumed = session === undefined ? undefined : adapter.resume(request, session);
  return resumed ?? adapter.start(request);
}

function announce({ name, budget }: Adapter, { agent: { agent, run, model, max_usd } }: Assignment): void {
  if (max_usd !== undefined && budget === 'unknown')
    warning('max_usd is not held', `${name} reports no cost, so nobody can tell when it has spent $${max_usd}.`);
  say(`${agent} (${run}, ${model}) starts`);
}

interface Watch {
  readonly view: () => View;
  readonly account: () => Account;
  /** Aborted when the agent reports that it has spent more than it may. */
  readonly halt: AbortSignal;
}

/** Reads an agent's output as it comes: for people, for the account, and for the budget. */
function watchOutput(
  adapter: Adapter,
  { maxUsd, now }: { readonly maxUsd: number | undefined; readonly now: () => number },
): Watch {
  let account = NOTHING_TOLD;
  const spent = new AbortController();
  const view = (): View => {
    const transcript = openTranscript();
    return {
      line: (line) => {
        const events = adapter.read(line);
        if (!events) {
          transcript.text(line);
          return line;
        }
        const kept = events.map((event) => {
          account = note(account, event, now());
          return transcript.event(event, account.turns);
        });
        if (maxUsd !== undefined && (account.costUsd ?? 0) > maxUsd) spent.abort();
        return kept.filter((text) => text !== undefined).join('\n') || undefined;
      },
      end: transcript.end,
    };
  };
  return { view, account: () => account, halt: spent.signal };
}
