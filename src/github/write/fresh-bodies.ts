import type { Effect } from '../../decide/effects/effect.ts';
import { findOwnPart } from '../../state/own-part.ts';
import { withRecordPart } from '../../state/record-form.ts';
import type { IssueView } from '../../state/snapshot.ts';
import { readNamedIssues } from '../read/named-issues.ts';
import { type EffectOf, type Executed, type ExecutorInput, failed, type Targets } from './executor.ts';

/** GitHub knows no compare-and-swap for bodies: one that was read so long ago is read again before it is written (ms). */
const MAX_AGE_MS = 10_000;

interface Due extends ExecutorInput {
  readonly targets: Targets;
  /** Milliseconds since the issues were read, by this process's own clock. */
  readonly age: () => number;
}

export interface FreshBodies {
  /** What is still to be done, by key; nothing for an effect that has an outcome. */
  readonly effects: readonly Effect[];
  readonly outcomes: ReadonlyMap<string, Executed>;
  readonly targets: Targets;
}

/**
 * The effects as they are to be carried out now. What a person has written into a body since it was read stays; where our
 * part of it is another by now, or gone, the next pass decides anew. One request where a pass has taken long, else none.
 * Throws what that threw.
 */
export async function withFreshBodies(effects: readonly Effect[], due: Due): Promise<FreshBodies> {
  const { targets, client, locator } = due;
  const numbers = effects.flatMap((effect) => (effect.kind === 'write-body' ? [effect.issue] : []));
  if (numbers.length === 0 || due.age() < MAX_AGE_MS) return { effects, outcomes: new Map(), targets };
  const read = await readNamedIssues({ client, locator, numbers });
  const newer = read.filter((issue) => isNewer(issue, targets.issues.get(issue.number)));
  const fresh = new Map(newer.map((issue) => [issue.number, issue]));
  const outcomes = new Map<string, Executed>();
  const kept = effects.flatMap((effect): readonly Effect[] => {
    const [seen, now] = effect.kind === 'write-body' ? [targets.issues.get(effect.issue), fresh.get(effect.issue)] : [];
    if (effect.kind !== 'write-body' || !seen || !now) return [effect];
    if (findOwnPart(seen.body) === findOwnPart(now.body)) return [merged(effect, { seen, now, app: due.snapshot.app })];
    outcomes.set(effect.key, failed('somebody else wrote its record meanwhile: the next pass decides anew'));
    return [];
  });
  return { effects: kept, outcomes, targets: { ...targets, issues: new Map([...targets.issues, ...fresh]) } };
}

/** A reading may be older than the one before. */
function isNewer(issue: IssueView, seen: IssueView | undefined): boolean {
  return seen === undefined || issue.updatedAt >= seen.updatedAt;
}

interface Meanwhile {
  readonly seen: IssueView;
  readonly now: IssueView;
  readonly app: string;
}

function merged(effect: EffectOf<'write-body'>, { seen, now, app }: Meanwhile): Effect {
  const { title, ...rest } = effect;
  const part = findOwnPart(effect.body);
  const isEdited = now.body !== seen.body && part !== undefined;
  return {
    ...rest,
    ...(isEdited ? { body: withRecordPart(now.body, { part, isOurs: now.writer === app }) } : {}),
    // A title that a person gave it stays.
    ...(title === undefined || now.title !== seen.title ? {} : { title }),
  };
}
