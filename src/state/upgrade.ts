import * as z from 'zod';
import { slug } from '../plan/identity.ts';
import { type Cause, MAX_PATHS } from './cause.ts';

/**
 * What earlier versions wrote, in the form of today. In 0.1 facts were sentences, read back by how they begin; this is
 * the last place that reads one, and the sentences are those of 0.1 for ever. Until form 1 records named their plan by
 * its name.
 */

const ofPlan = z.looseObject({ plan: z.string() });

/** @returns The record with an id for its plan. Whose it is, `named` decides: see `isOfPlan`. */
export function upgradePlanName(value: unknown): unknown {
  const parsed = ofPlan.safeParse(value);
  return parsed.success ? { ...parsed.data, plan: slug(parsed.data.plan), named: parsed.data.plan } : value;
}

const past = z.looseObject({ outcome: z.string(), what: z.string().optional() });

const taskRecord = z.looseObject({
  history: z.array(past).optional(),
  hold: z.looseObject({ by: z.string(), why: z.string() }).optional(),
});

const groupRecord = z.looseObject({ refusal: z.looseObject({ what: z.string() }).optional() });

const result = z.looseObject({
  outcome: z.string(),
  failure: z.looseObject({ what: z.string() }).optional(),
});

/** @returns The record in the form of today; what is no record at all as it is. */
export function upgradeTaskRecord(value: unknown): unknown {
  const parsed = taskRecord.safeParse(value);
  if (!parsed.success) return value;
  const { history, hold, ...rest } = parsed.data;
  return {
    ...rest,
    ...(history && { history: history.map(upgradePast) }),
    ...(hold && { hold: upgradeHold(hold) }),
  };
}

/** @returns The same for a plan or a wave. */
export function upgradeGroupRecord(value: unknown): unknown {
  const parsed = groupRecord.safeParse(value);
  if (!parsed.success || !parsed.data.refusal) return value;
  const { what, ...refusal } = parsed.data.refusal;
  return { ...parsed.data, refusal: { ...refusal, cause: refusalIn(what) } };
}

/** @returns The same for a result. */
export function upgradeResult(value: unknown): unknown {
  const parsed = result.safeParse(value);
  if (!parsed.success || !parsed.data.failure) return value;
  const cause = reportedFact(parsed.data.outcome, parsed.data.failure.what);
  return { ...parsed.data, ...(cause && { cause }) };
}

function upgradePast({ what, ...rest }: z.infer<typeof past>): object {
  if (what === undefined) return rest;
  return { ...rest, cause: reportedFact(rest.outcome, what) ?? { kind: 'other', message: what } };
}

function upgradeHold({ why, ...hold }: NonNullable<z.infer<typeof taskRecord>['hold']>): object {
  if (why === 'its run was cancelled on GitHub') return { ...hold, cause: { kind: 'run-cancelled' } };
  if (why === `cancelled by ${hold.by}`) return { ...hold, cause: { kind: 'cancelled', by: hold.by } };
  return { ...hold, cause: { kind: 'other', message: why } };
}

/** What 0.1 decided by: how the sentence begins, together with the outcome. */
function reportedFact(outcome: string, what: string): Cause | undefined {
  if (outcome === 'infrastructure') return ruleRefusalIn(what);
  if (outcome === 'continued') return objectionsIn(what) ?? conflictIn(what);
  return undefined;
}

function ruleRefusalIn(what: string): Cause | undefined {
  const words = /^refused by a repository rule: (?<refusal>.*?)(?:; (?<allowedBy>(?:set `|give the job `).*))?$/s.exec(
    what,
  );
  if (!words?.groups) return undefined;
  const { refusal = '', allowedBy } = words.groups;
  return { kind: 'rule-refused', refusal, ...(allowedBy === undefined ? {} : { allowedBy }) };
}

function objectionsIn(what: string): Cause | undefined {
  const words = /^objections given back, round (?<round>\d+): (?<objections>.*)$/s.exec(what)?.groups;
  return words && { kind: 'objections-returned', round: Number(words.round), objections: words.objections ?? '' };
}

function conflictIn(what: string): Cause | undefined {
  const words = /^conflict given back: (?<reason>.*?)(?:: (?<paths>.*))?$/s.exec(what)?.groups;
  return (
    words && {
      kind: 'conflict-returned',
      reason: words.reason ?? '',
      paths: words.paths?.split(', ').slice(0, MAX_PATHS) ?? [],
    }
  );
}

function refusalIn(notice: string): Cause {
  const what = notice.replace(/; mend it, then comment \/resume on #\d+$/, '');
  const branch = /^GitHub refused to make the branch (?<branch>\S+): (?<message>.*)$/s.exec(what)?.groups;
  if (branch) return { kind: 'branch-refused', branch: branch.branch ?? '', message: branch.message ?? '' };
  const dispatch = /^GitHub refused to start the run: (?<message>.*)$/s.exec(what)?.groups;
  if (dispatch) return { kind: 'dispatch-refused', message: dispatch.message ?? '' };
  return ruleRefusalIn(what) ?? { kind: 'other', message: what };
}
