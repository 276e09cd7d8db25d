import type { ProgramEnd } from '../process/run-program.ts';
import { failure } from '../protocol/assignment.ts';
import type { Account } from './account.ts';
import type { Adapter, AgentEnd, Problem } from './adapter.ts';
import { problemIn } from './adapters/wording.ts';
import type { Traffic } from './model-proxy/proxy.ts';

export interface Ended {
  readonly adapter: Adapter;
  readonly account: Account;
  readonly program: ProgramEnd;
  readonly traffic: Traffic | undefined;
  readonly maxUsd: number | undefined;
  readonly limitMs: number;
  /** In milliseconds. */
  readonly now: number;
}

/** The longest limits are weekly. What would hold a task for longer is a mistake. */
const LONGEST_LIMIT_MS = 8 * 24 * 60 * 60_000;

/** Says what the end of a run means. */
export function conclude(ended: Ended): AgentEnd {
  const { account, adapter, traffic, program } = ended;
  const told: AgentEnd = {
    kind: 'done',
    summary: (account.end?.summary ?? account.words).trim(),
    session: account.session,
    // Without its own word, only a protocol with replies in it can be counted.
    turns: account.turns > 0 ? account.turns : undefined,
    // The proxy counts what was paid for; an agent may leave out what its subagents used.
    tokens: traffic && traffic.requests > 0 ? traffic.tokens : account.tokens,
    costUsd: account.costUsd,
  };
  const problem = problemOf(ended);
  if (!problem) return told;
  const hint = problem.kind === 'login' ? '; check the key that the workflow gives to the action' : '';
  const what = `${adapter.name} ${problem.what}${hint}`;
  const limit = traffic?.limit ?? account.limit;
  const quota = problem.kind === 'quota' || (limit && (problem.kind === 'failed' || problem.kind === 'crashed'));
  if (!quota) return { ...told, kind: problem.kind, failure: failure(what, program.tail) };
  const stated = traffic?.limit?.until ?? account.limit?.until;
  const until = stated !== undefined && stated <= ended.now + LONGEST_LIMIT_MS ? stated : undefined;
  const reset = until === undefined ? '' : `; its limit ends at ${new Date(until).toISOString()}`;
  return { ...told, kind: 'quota', until, failure: failure(`${what}${reset}`, program.tail) };
}

function problemOf({ adapter, account, program, maxUsd, limitMs }: Ended): Problem | undefined {
  if (program.why === 'missing')
    return { kind: 'missing', what: `is not installed on the runner; add a step that does: ${adapter.install}` };
  // Whoever ended it then: it had told its result, and did not leave.
  if (account.end && program.why !== 'exit') return account.end.problem;
  switch (program.why) {
    case 'halted':
      return { kind: 'budget', what: `was ended: it has spent $${account.costUsd ?? 0} of max_usd ${maxUsd ?? 0}` };
    case 'limit':
      return { kind: 'slice', what: `was not finished after ${limitMs / 60_000} minutes (slice)` };
    case 'cancelled':
    case 'exit':
      return account.end?.problem ?? brokenOff({ adapter, account, program });
  }
}

/** It ended without telling of a problem: its exit code has to. */
function brokenOff({
  adapter,
  account,
  program: { code },
}: Pick<Ended, 'adapter' | 'account' | 'program'>): Problem | undefined {
  const known = code === undefined ? undefined : adapter.exits[code];
  const how = `ended with ${code ?? 'a signal'}`;
  if (known) return known;
  if (account.end || !adapter.tellsItsEnd) return code === 0 ? undefined : { kind: 'failed', what: how };
  if (account.trouble === undefined) return { kind: 'crashed', what: `${how} and without a result` };
  const { kind, what } = problemIn(account.trouble);
  return { kind: kind === 'failed' ? 'crashed' : kind, what: `${how} and without a result, and ${what}` };
}
