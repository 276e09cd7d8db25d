import type { Config } from '../../plan/config.ts';
import type { Task } from '../../plan/plan.ts';
import { usesAttempt } from '../../state/attempts.ts';
import { limitOf, limitOfType } from '../../state/limits.ts';
import type { GroupRecord, PastDispatch, TaskRecord } from '../../state/record.ts';
import { type Instant, instant, millis } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import type { RunFinding } from './run-finding.ts';

/** What a run tells of the provider that `agent` meets (see `limitOf`). */
export type ProviderNews = { readonly agent: string } & (
  | { readonly kind: 'limited'; readonly until: Instant }
  | { readonly kind: 'outage'; readonly at: Instant }
  /** A run that was sent then got its work done, or failed at that alone. */
  | { readonly kind: 'works'; readonly sent: Instant }
);

interface Told {
  readonly task: Task | undefined;
  readonly record: TaskRecord;
  readonly config: Config;
}

export function providerNews(found: readonly RunFinding[], { task, record, config }: Told): readonly ProviderNews[] {
  return found.flatMap((each): readonly ProviderNews[] => {
    switch (each.kind) {
      case 'limited':
        return [{ kind: 'limited', agent: limitOfType(each.agent, config), until: each.until }];
      case 'outage':
        return [{ kind: 'outage', agent: limitOfType(each.agent, config), at: each.at }];
      case 'ended':
      case 'in-review': {
        const last = record.history.at(-1);
        if (!task || !last || !hadModel(last)) return [];
        return [{ kind: 'works', agent: limitOf(task, config), sent: last.sent }];
      }
      default:
        return [];
    }
  });
}

/** Its agent had a model: whatever used up an attempt, or left work to go on with, came of one. */
function hadModel({ outcome }: PastDispatch): boolean {
  return usesAttempt(outcome) || outcome === 'continued' || outcome === 'in-review';
}

/** An outage holds a provider's tasks for as long as it has lasted, within these multiples of a back-off. */
const MIN_OUTAGE_BACKOFFS = 1;
const MAX_OUTAGE_BACKOFFS = 30;

type Known = NonNullable<GroupRecord['quota']>[number];

interface Remembering {
  readonly news: readonly ProviderNews[];
  readonly now: number;
  readonly timings: Timings;
}

/**
 * Remembers on the plan issue until when providers are not asked. An outage is remembered until a run that was sent after
 * its hold has had its model: the next one is another outage.
 */
export function rememberProviders(
  plan: TrackedIssue<GroupRecord>,
  { news, now, timings }: Remembering,
): TrackedIssue<GroupRecord> {
  const before = plan.record.quota ?? [];
  const known = new Map(before.map((each) => [each.agent, each]));
  for (const each of news) {
    const next = withNews(known.get(each.agent), each, timings);
    if (next) known.set(each.agent, next);
    else known.delete(each.agent);
  }
  const kept = [...known.values()].filter(({ until, since }) => since !== undefined || millis(until) > now);
  const isNews = news.some(({ agent }) => known.get(agent) !== before.find((each) => each.agent === agent));
  if (!isNews) return plan;
  return { ...plan, record: { ...plan.record, quota: kept.sort((a, b) => (a.agent < b.agent ? -1 : 1)) } };
}

function withNews(known: Known | undefined, news: ProviderNews, { backoff }: Timings): Known | undefined {
  switch (news.kind) {
    case 'limited':
      if (known && known.since === undefined && millis(known.until) >= millis(news.until)) return known;
      return { agent: news.agent, until: news.until };
    case 'outage': {
      const since = known?.since ?? news.at;
      const lasted = millis(news.at) - millis(since);
      const hold = Math.min(Math.max(lasted, MIN_OUTAGE_BACKOFFS * backoff), MAX_OUTAGE_BACKOFFS * backoff);
      const until = millis(news.at) + hold;
      if (known && millis(known.until) >= until) return known;
      return { agent: news.agent, until: instant(until), since };
    }
    case 'works':
      return known?.since !== undefined && millis(news.sent) >= millis(known.until) ? undefined : known;
  }
}
