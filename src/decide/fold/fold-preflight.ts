import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Tracked } from '../../state/active-tasks.ts';
import { type Cause, MAX_SENTENCE } from '../../state/cause.ts';
import { judgeSetup, preflightKey } from '../../state/preflight/judge-setup.ts';
import { isRefusedFact } from '../../state/preflight/judged-fact.ts';
import { factsToProbe, hasLanded, hasProbeTold, isProbeDue } from '../../state/preflight/probe.ts';
import type { GroupRecord } from '../../state/record.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';

interface Given {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
  /** As everything that happened leaves them. */
  readonly tracked: Tracked;
}

/**
 * Judges how the repository is set up, where that was read. What is sure to keep work from landing holds the plan as a
 * refusal of GitHub does; else it is remembered that this plan may go ahead.
 */
export function foldPreflight(
  issue: TrackedIssue<GroupRecord>,
  { plan, config, snapshot, tracked }: Given,
): TrackedIssue<GroupRecord> {
  const { facts, now } = snapshot;
  const { refusal, preflight: _, ...rest } = issue.record;
  const key = preflightKey(config);
  if (!facts || (refusal && !isJudgedAnew(refusal.cause, key))) return foldProbe(issue, { snapshot, tracked });
  const judged = judgeSetup(facts, { config, plan });
  const refused = judged.filter(isRefusedFact);
  const at = instant(now);
  if (refused.length === 0) {
    const unknown = hasLanded(tracked) ? [] : factsToProbe(judged);
    const preflight = { at, key, ...(unknown.length === 0 ? {} : { unknown: [...unknown] }) };
    return { ...issue, record: { ...rest, preflight } };
  }
  const cause: Cause = {
    kind: 'preflight',
    key,
    refused: refused.map(({ what, fix, page }) => ({ what: cut(what), fix: cut(fix), page: cut(page) })),
  };
  return { ...issue, record: { ...rest, refusal: { at, cause } } };
}

/** Any other refusal stands, and its own words say what is to be done. What a run found is not told to the app. */
function isJudgedAnew(cause: Cause, key: string): boolean {
  return cause.kind === 'preflight' || (cause.kind === 'probe' && cause.key !== key);
}

/** The first run has looked, and nothing keeps work from landing: the others may start. */
function foldProbe(
  issue: TrackedIssue<GroupRecord>,
  { snapshot, tracked }: Pick<Given, 'snapshot' | 'tracked'>,
): TrackedIssue<GroupRecord> {
  const { preflight } = issue.record;
  if (!preflight || !isProbeDue(issue) || !hasProbeTold(tracked, { snapshot, since: preflight.at })) return issue;
  const { unknown: _, ...told } = preflight;
  return { ...issue, record: { ...issue.record, preflight: told } };
}

function cut(text: string): string {
  return text.slice(0, MAX_SENTENCE).toWellFormed();
}
