import { attemptCost } from '../../state/attempts.ts';
import { PROGRESS_REFUSED } from '../../state/completion-record.ts';
import type { FoundLanding } from '../../state/evidence.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { Instant, Snapshot } from '../../state/snapshot.ts';
import { endDispatch } from './end-dispatch.ts';
import type { ReportedResult } from './reported-results.ts';
import type { FoldedRun } from './run-finding.ts';

export interface LandedDispatch {
  /** Without a commit where nobody can say which one it was. */
  readonly landing: Pick<FoundLanding, 'dispatch' | 'run' | 'checks'> & Partial<Pick<FoundLanding, 'commit'>>;
  /** What its run said of it; undefined where that was lost. */
  readonly reported: ReportedResult | undefined;
  /** When its run ended, where nothing tells when it reported. */
  readonly ended: Instant;
  readonly snapshot: Pick<Snapshot, 'base' | 'refusesProgress'>;
}

/** Completes a task by what its run landed on the base. */
export function foldLanding(record: TaskRecord, { landing, reported, ended, snapshot }: LandedDispatch): FoldedRun {
  const since = snapshot.base?.since;
  const result = reported?.result;
  const run = result?.run ?? landing.run ?? record.live?.run;
  const at = reported?.comment.createdAt ?? ended;
  const over = endDispatch(
    { ...record, live: record.live && { ...record.live, run } },
    { outcome: 'completed', at, agent: result?.agent, comment: reported?.comment.nodeId },
  );
  const { failure, guidance, model, review, revoked, ...rest } = over;
  const cost = attemptCost(over);
  const done: NonNullable<TaskRecord['done']> = {
    run: run ?? 0,
    ...(landing.commit === undefined ? {} : { commit: landing.commit }),
    ...(landing.dispatch === undefined || landing.dispatch === record.dispatch ? {} : { dispatch: landing.dispatch }),
    ...(since === undefined ? {} : { after: since }),
    at,
    checks: {
      ...(result ? Object.fromEntries(result.checks.map((check) => [check.name, check.status])) : landing.checks),
      ...(snapshot.refusesProgress ? { progress: PROGRESS_REFUSED } : {}),
    },
    summary: result?.summary ?? '',
    ...(cost === undefined ? {} : { cost_usd: cost }),
  };
  return { record: { ...rest, done }, found: { kind: 'ended' } };
}
