import type { LoadedProject } from '../../plan/load-project.ts';
import type { IssueRecords } from '../../state/issue-records.ts';
import { idOfPlan, isPastOfOthers, neededSince, plansMade } from '../../state/past-plans.ts';
import type { IssueView } from '../../state/snapshot.ts';
import type { IssueCache, KnownPast } from '../issue-cache.ts';
import type { Look } from './issue-lists.ts';
import { knownWriters } from './permissions.ts';

/** How far back a reading looks, and whether that was far enough. */

interface PastInput {
  readonly look: Look;
  readonly app: string;
  readonly derivations: IssueRecords;
  readonly cache: Pick<IssueCache, 'permissions' | 'past'>;
  readonly project: LoadedProject;
  /** In order of number: every plan issue that is in view, and maybe others. */
  readonly issues: readonly IssueView[];
}

/** @returns Undefined where more has to be in view than is: an old plan goes on, or is the one in the file. */
export function knownPast({ look, cache, project, ...source }: PastInput): KnownPast | undefined {
  const past = look.kind === 'first' ? undefined : cache.past;
  // Everything is in view, and stays so until all is read again.
  if (look.kind === 'changes' && past && past.before === undefined) return past;
  const plan = project.ok ? project.project.plan : undefined;
  const known = { ...source, writers: knownWriters(cache), plan };
  const id = idOfPlan(known);
  const needed = neededSince(known);
  if (past?.before === undefined) {
    const before = needed !== undefined && isPastOfOthers(known) ? needed : undefined;
    const plans = before === undefined ? 0 : plansMade(known, Number.NEGATIVE_INFINITY, before);
    return { before, plan: id, plans };
  }
  if (id !== past.plan || needed === undefined || needed < past.before) return undefined;
  if (look.kind === 'changes') return past;
  return { before: needed, plan: id, plans: past.plans + plansMade(known, past.before, needed) };
}
