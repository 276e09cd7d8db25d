import { toldAmount } from '../../state/amounts.ts';
import type { Cause } from '../../state/cause.ts';
import type { DispatchAccount, PastDispatch, TaskRecord } from '../../state/record.ts';
import type { Result } from '../../state/result.ts';
import type { Instant } from '../../state/snapshot.ts';
import { wallMinutes } from '../../state/spending.ts';
import { addPast } from '../../state/spent-sums.ts';

export interface EndedAccount {
  /** As it was when the dispatch was sent; a record that was made anew has none. */
  readonly account: DispatchAccount | undefined;
  readonly sent: Instant;
  readonly ended: Instant;
  /** What its run told of its agent; undefined where it told nothing. */
  readonly agent: Result['agent'] | undefined;
  readonly cause: Cause | undefined;
}

/**
 * What a dispatch that is over counts for. A cost that nobody told counts as all that it was allowed, since its agent may
 * have spent it; what is told counts, whatever was allowed.
 */
export function closeAccount({ account, sent, ended, agent, cause }: EndedAccount): DispatchAccount | undefined {
  const { reviewer: given, ...known } = account ?? { type: agent?.type ?? '', model: agent?.model ?? '' };
  if (!account && !agent) return undefined;
  const told = agent?.reviewer;
  const reviewer = given ?? (told && { type: told.type, model: told.model });
  const both = (own: DispatchAccount, its: Partial<Share>): DispatchAccount =>
    reviewer ? { ...own, reviewer: { ...reviewer, ...its } } : own;
  // A run that tells of itself was started, whatever it says.
  if (!agent && cause?.kind === 'dispatch-refused')
    return both({ ...known, usd: 0, minutes: 0 }, { usd: 0, minutes: 0 });
  if (!agent)
    return both({ ...known, minutes: known.minutes ?? wallMinutes(sent, ended), unknown: true }, { unknown: true });
  // It came to no agent.
  if (agent.seconds === undefined && agent.cost_usd === undefined)
    return both({ ...known, usd: 0, minutes: 0 }, { usd: 0, minutes: 0 });
  return both({ ...known, ...toldShare(ownUsage(agent), known.usd) }, toldShare(told ?? NOT_AT_WORK, given?.usd));
}

type Share = NonNullable<DispatchAccount['reviewer']>;
type Usage = Pick<Result['agent'], 'cost_usd' | 'cost_partial' | 'seconds'>;

/** A run that came to no reviewer says nothing of one. */
const NOT_AT_WORK: Usage = { cost_usd: 0, seconds: 0 };

/** What a run tells is of all of its programs together: of the one that did the work, it is what the reviewer leaves. */
function ownUsage({ cost_usd, cost_partial, seconds = 0, reviewer }: Result['agent']): Usage {
  const [all, others] = [toldAmount(cost_usd), toldAmount(reviewer?.cost_usd ?? 0)];
  return {
    cost_usd: all === undefined || others === undefined ? undefined : Math.max(0, all - others),
    cost_partial,
    seconds: Math.max(0, seconds - (toldAmount(reviewer?.seconds) ?? 0)),
  };
}

/** @param allowed What counts where nobody told all of it. */
function toldShare({ cost_usd, cost_partial, seconds }: Usage, allowed: number | undefined): Partial<Share> {
  const cost = toldAmount(cost_usd);
  const minutes = (toldAmount(seconds) ?? 0) / 60;
  if (cost !== undefined && !cost_partial) return { usd: cost, minutes };
  const usd = Math.max(allowed ?? 0, cost ?? 0);
  return { ...(usd === 0 ? {} : { usd }), minutes, unknown: true };
}

/** So many dispatches a record keeps; what older ones spent is added up, a few at once. */
const MAX_HISTORY = 100;
const DROPPED_AT_ONCE = 20;

/** @returns The record with one more dispatch behind it. */
export function withPast(record: TaskRecord, past: PastDispatch): TaskRecord {
  const history = [...record.history, past];
  if (history.length <= MAX_HISTORY) return { ...record, history };
  const spentBefore = history.slice(0, DROPPED_AT_ONCE).reduce(addPast, record.spentBefore ?? []);
  return { ...record, spentBefore, history: history.slice(DROPPED_AT_ONCE) };
}
