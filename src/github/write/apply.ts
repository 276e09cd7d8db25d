import type { Comment, Decision, Effect } from '../../decide/effects/effect.ts';
import { toFailure } from '../errors.ts';
import { type Ledger, type LedgerEntry, withEntries } from '../ledger.ts';
import { sendBatch } from './batch.ts';
import {
  type Attempted,
  type EffectOutcome,
  type EffectOutcomes,
  type Executed,
  type Executor,
  type ExecutorInput,
  failed,
  type Mutation,
  type RequestExecutor,
  skipped,
  type Targets,
  targetsIn,
} from './executor.ts';
import { EXECUTORS, PHASES } from './executors.ts';
import { type FreshBodies, withFreshBodies } from './fresh-bodies.ts';
import { refusalOf, type Turn } from './turn.ts';

export interface ApplyInput extends ExecutorInput {
  readonly ledger: Ledger;
  /** Keys that are required and were met before anything was written here. */
  readonly met?: ReadonlySet<string>;
  /** Milliseconds since the issues were read, by this process's own clock; absent: none to speak of. */
  readonly age?: () => number;
  readonly turn?: Turn | undefined;
}

interface Applied {
  readonly outcomes: EffectOutcomes;
  /** With what was written, whatever else failed. */
  readonly ledger: Ledger;
}

/**
 * Carries effects out, phase by phase and in each in their order. Nothing is sent twice here: the next pass sees what is
 * missing. Does not throw: an effect that cannot be carried out stops no other, and what was written is never forgotten.
 */
export async function apply(
  effects: readonly Effect[],
  { ledger, met = new Set(), age = () => 0, turn, ...input }: ApplyInput,
): Promise<Applied> {
  const targets = targetsIn(input.snapshot);
  const outcomes = new Map<string, EffectOutcome>();
  const entries: LedgerEntry[] = [];
  const comments = Map.groupBy(effects.filter(isComment), ({ issue }) => issue);
  for (const { phase, atOnce } of PHASES) {
    const due = effects.filter((effect) => executorOf(effect).phase === phase);
    for (const together of inTurns(due)) {
      for (let start = 0; start < together.length; start += atOnce) {
        const executed = await carryOut(together.slice(start, start + atOnce), {
          ...input,
          met,
          age,
          targets,
          outcomes,
          comments,
          turn,
        });
        for (const [key, { outcome, learned }] of executed) {
          outcomes.set(key, outcome);
          entries.push(...learned);
        }
      }
    }
  }
  return { outcomes, ledger: withEntries(ledger, entries) };
}

/**
 * What is said on an issue goes before the body that remembers it, in a request of its own: of one request a part may fail,
 * and what is remembered as said is never said again. A comment that is there already is known by its key.
 */
function inTurns(due: readonly Effect[]): readonly (readonly Effect[])[] {
  const written = new Set(due.flatMap((effect) => (effect.kind === 'write-body' ? [effect.issue] : [])));
  const first = due.filter((effect) => isComment(effect) && written.has(effect.issue));
  return first.length === 0 ? [due] : [first, due.filter((effect) => !first.includes(effect))];
}

function isComment(effect: Effect): effect is Comment {
  return effect.kind === 'comment';
}

function executorOf<E extends Effect>(effect: E): Executor<E> {
  // The table holds for each kind the executor of this kind; TypeScript does not follow a union through it.
  return EXECUTORS[effect.kind] as Executor<E>;
}

interface CarryOutInput extends ExecutorInput {
  readonly met: ReadonlySet<string>;
  readonly age: () => number;
  readonly targets: Targets;
  /** Of what was carried out before. */
  readonly outcomes: EffectOutcomes;
  /** By issue. */
  readonly comments: ReadonlyMap<number, readonly Comment[]>;
  readonly turn: Turn | undefined;
}

/** Carries out together: mutations in one request, each other effect in one of its own. */
async function carryOut(
  due: readonly Effect[],
  { outcomes, comments, met, age, turn, ...input }: CarryOutInput,
): Promise<ReadonlyMap<string, Executed>> {
  const possible = due.filter((effect) => !unmetBy(effect, { outcomes, comments, met }));
  const refusal = await refusalOf(possible, turn);
  if (refusal !== undefined) return new Map(due.map(({ key }) => [key, skipped(refusal)]));
  const { effects, targets, outcomes: known } = await freshBodies(due, { ...input, age });
  const executed = new Map<string, Executed>(known);
  const batch = new Map<string, Mutation>();
  const requests: Promise<unknown>[] = [];
  for (const effect of effects) {
    const { key } = effect;
    const executor = executorOf(effect);
    const unmet = unmetBy(effect, { outcomes, comments, met });
    if (unmet) {
      executed.set(key, unmet);
    } else if (executor.phase === 'mutations') {
      const mutation = executor.mutation(effect, targets);
      if ('missing' in mutation) executed.set(key, skipped(mutation.missing));
      else batch.set(key, mutation);
    } else {
      requests.push(request(executor, { ...input, effect }).then((done) => executed.set(key, done)));
    }
  }
  if (batch.size > 0) for (const [key, done] of await mutate(batch, { ...input, targets })) executed.set(key, done);
  await Promise.all(requests);
  return executed;
}

async function freshBodies(
  due: readonly Effect[],
  input: Omit<CarryOutInput, 'outcomes' | 'comments' | 'met' | 'turn'>,
): Promise<FreshBodies> {
  try {
    return await withFreshBodies(due, input);
  } catch (error) {
    const unread = due.filter(({ kind }) => kind === 'write-body');
    const outcomes = new Map(unread.map(({ key }) => [key, failed(messageOf(error))]));
    return { effects: due.filter(({ kind }) => kind !== 'write-body'), outcomes, targets: input.targets };
  }
}

/** What it requires has to be applied in an earlier request of this pass: else the next one decides again. */
function unmetBy(
  effect: Effect,
  { outcomes, comments, met }: Pick<CarryOutInput, 'outcomes' | 'comments' | 'met'>,
): Executed | undefined {
  const unmet = [effect.requires ?? []].flat().find((key) => !met.has(key) && outcomes.get(key)?.kind !== 'applied');
  if (unmet !== undefined) return skipped(`what it requires was not written: ${unmet}`);
  if (effect.kind !== 'write-body') return undefined;
  const unsaid = comments.get(effect.issue)?.find(({ key }) => isToBeSaidYet(outcomes.get(key)));
  return unsaid && skipped(`what it remembers was not said: ${unsaid.key}`);
}

/** What GitHub will never take keeps nothing else from being written: an issue may have 2,500 comments, say. */
function isToBeSaidYet(outcome: EffectOutcome | undefined): boolean {
  return outcome?.kind === 'skipped' || (outcome?.kind === 'failed' && outcome.isFinal !== true);
}

async function mutate(
  batch: ReadonlyMap<string, Mutation>,
  input: ExecutorInput & { readonly targets: Targets },
): Promise<ReadonlyMap<string, Executed>> {
  try {
    return await sendBatch(batch, input);
  } catch (error) {
    return new Map([...batch.keys()].map((key) => [key, failed(messageOf(error))]));
  }
}

async function request(executor: RequestExecutor<Effect>, { effect, ...input }: Attempted<Effect>): Promise<Executed> {
  try {
    return await executor.request(effect, input);
  } catch (error) {
    return explained(error, () => executor.onFailure?.(toFailure(error), { ...input, effect }));
  }
}

/** What an executor makes of an error; the error itself where that is nothing. */
async function explained(
  error: unknown,
  explain: () => Executed | undefined | Promise<Executed | undefined>,
): Promise<Executed> {
  try {
    return (await explain()) ?? failed(messageOf(error));
  } catch (other) {
    return failed(messageOf(other));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The decision with the runs that its dispatches were given: what is projected names them. */
export function withRuns(decision: Decision, outcomes: EffectOutcomes): Decision {
  const runs = new Map<number, number>();
  for (const effect of decision.effects) {
    const outcome = effect.kind === 'dispatch' ? outcomes.get(effect.key) : undefined;
    if (effect.kind === 'dispatch' && outcome?.kind === 'applied' && outcome.run !== undefined)
      runs.set(effect.inputs.issue, outcome.run);
  }
  const tasks = decision.tasks.map((view) => ({ ...view, run: runs.get(view.issue ?? Number.NaN) ?? view.run }));
  return { ...decision, tasks };
}
