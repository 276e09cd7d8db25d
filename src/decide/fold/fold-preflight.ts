import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Cause, MAX_SENTENCE } from '../../state/cause.ts';
import { judgeSetup, preflightKey } from '../../state/preflight/judge-setup.ts';
import { isRefusedFact } from '../../state/preflight/judged-fact.ts';
import type { GroupRecord } from '../../state/record.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';

interface Given {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
}

/**
 * Judges how the repository is set up, where that was read. What is sure to keep work from landing holds the plan as a
 * refusal of GitHub does; else it is remembered that this plan may go ahead.
 */
export function foldPreflight(
  issue: TrackedIssue<GroupRecord>,
  { plan, config, snapshot }: Given,
): TrackedIssue<GroupRecord> {
  const { facts, now } = snapshot;
  const { refusal, preflight: _, ...rest } = issue.record;
  // Another refusal stands, and its own words say what is to be done.
  if (!facts || (refusal && refusal.cause.kind !== 'preflight')) return issue;
  const key = preflightKey(config);
  const refused = judgeSetup(facts, { config, plan }).filter(isRefusedFact);
  const at = instant(now);
  if (refused.length === 0) return { ...issue, record: { ...rest, preflight: { at, key } } };
  const cause: Cause = {
    kind: 'preflight',
    key,
    refused: refused.map(({ what, fix, page }) => ({ what: cut(what), fix: cut(fix), page: cut(page) })),
  };
  return { ...issue, record: { ...rest, refusal: { at, cause } } };
}

function cut(text: string): string {
  return text.slice(0, MAX_SENTENCE).toWellFormed();
}
