import { formatProblem } from '../plan/load.ts';
import type { Pass } from '../reconcile.ts';
import { countEach } from '../state/count-each.ts';

export interface PassLine {
  /** Undefined when nothing happened. */
  readonly line: string | undefined;
  readonly level: 'info' | 'warn';
}

/** What a pass did, for a log: one line, with every failure named. */
export function describePass(pass: Pass): PassLine {
  if (pass.kind === 'no-plan') return { line: undefined, level: 'info' };
  if (pass.kind === 'refused') {
    return { line: `nothing is dispatched: ${pass.problems.map(formatProblem).join('; ')}`, level: 'warn' };
  }
  const { decision, outcomes, progress } = pass;
  if (decision.leftAlone.length > 0) return { line: `nothing is dispatched: ${decision.notice}`, level: 'warn' };
  const failed = decision.effects.flatMap(({ key }) => {
    const outcome = outcomes.get(key);
    return outcome?.kind === 'failed' ? [`${key}: ${outcome.why}`] : [];
  });
  const silent = progress === 'unchanged' || progress === 'waiting';
  if (decision.effects.length === 0 && silent) return { line: undefined, level: 'info' };
  const counts = countEach(decision.effects.map(({ kind }) => kind));
  const did = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'no writes';
  const why = pass.why === undefined ? '' : ` (${pass.why})`;
  const line = `${did}; progress ${progress}${why}${failed.length > 0 ? `; failed: ${failed.join('; ')}` : ''}`;
  return { line, level: failed.length > 0 || progress === 'failed' || progress === 'refused' ? 'warn' : 'info' };
}
