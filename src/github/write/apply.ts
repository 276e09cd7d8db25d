import type { Decision, Effect } from '../../decide/effects/effect.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { toFailure } from '../errors.ts';
import { type GraphqlError, graphql } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import { type Memory, rememberWrite } from '../memory.ts';
import { type Client, ONCE } from '../octokit.ts';
import { ISSUE_FIELDS, type IssueNode, toIssueView } from '../read/issue-fields.ts';
import { applyActions } from './apply-actions.ts';
import { type Mutation, toMutation } from './mutations.ts';

export interface ApplyInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly memory: Memory;
  readonly snapshot: Snapshot;
}

/** What became of each effect, by key. */
export type Outcomes = ReadonlyMap<string, Outcome>;

export type Outcome =
  | { readonly kind: 'applied'; readonly run?: number }
  /** The world had changed, or what it needs did not hold: the next pass decides again. */
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Mutations in one request: GitHub gives a request ten seconds. */
const BATCH = 25;

/**
 * Carries out effects in order: mutations in as few requests as they take, then what only REST can do. A batch may
 * succeed in part; nothing is sent twice here, the next pass sees what is missing.
 */
export async function apply(effects: readonly Effect[], input: ApplyInput): Promise<Outcomes> {
  const outcomes = new Map<string, Outcome>();
  const mutations = effects.flatMap((effect) => {
    const mutation = toMutation(effect, input);
    if (mutation === undefined) return [];
    if ('missing' in mutation) {
      outcomes.set(effect.key, { kind: 'skipped', why: mutation.missing });
      return [];
    }
    return [{ key: effect.key, mutation }];
  });
  for (let start = 0; start < mutations.length; start += BATCH) {
    await applyBatch(mutations.slice(start, start + BATCH), input, outcomes);
  }
  await applyActions(effects, input, outcomes);
  return outcomes;
}

interface Keyed {
  readonly key: string;
  readonly mutation: Mutation;
}

type Payload = { readonly issue?: IssueNode; readonly label?: { readonly id: string; readonly name: string } } & Record<
  string,
  unknown
>;

async function applyBatch(
  batch: readonly Keyed[],
  { client, memory }: ApplyInput,
  outcomes: Map<string, Outcome>,
): Promise<void> {
  const declarations = batch.map(({ mutation }, index) => `$i${index}: ${mutation.input}!`).join(', ');
  const calls = batch.map(
    ({ mutation }, index) => `m${index}: ${mutation.name}(input: $i${index}) { ${mutation.answer} }`,
  );
  const usesIssue = batch.some(({ mutation }) => mutation.answer.includes('IssueFields'));
  const query = `mutation Apply(${declarations}) {\n${calls.join('\n')}\n}${usesIssue ? ISSUE_FIELDS : ''}`;
  const variables = Object.fromEntries(batch.map(({ mutation }, index) => [`i${index}`, mutation.variables]));
  try {
    const { data, errors, date } = await graphql<Record<string, Payload | null>>(client, {
      query,
      variables,
      request: ONCE,
    });
    batch.forEach(({ key }, index) => {
      const payload = data[`m${index}`];
      const problem = errorOf(errors, `m${index}`);
      outcomes.set(
        key,
        problem === undefined && payload ? { kind: 'applied' } : { kind: 'failed', why: problem ?? 'no answer' },
      );
      const issue = payload?.issue ?? (payload?.labelable as IssueNode | undefined);
      if (issue) rememberWrite(memory, toIssueView(issue), date);
      if (payload?.label) memory.labels.set(payload.label.name, payload.label.id);
    });
  } catch (error) {
    const failure = toFailure(error);
    for (const { key } of batch) outcomes.set(key, { kind: 'failed', why: failure.message });
  }
}

function errorOf(errors: readonly GraphqlError[], alias: string): string | undefined {
  return errors.find(({ path }) => path?.[0] === alias)?.message;
}

/** The decision with the runs that its dispatches were given: what is projected names them. */
export function withRuns(decision: Decision, outcomes: Outcomes): Decision {
  const runs = new Map<number, number>();
  for (const effect of decision.effects) {
    const outcome = effect.kind === 'dispatch' ? outcomes.get(effect.key) : undefined;
    if (effect.kind === 'dispatch' && outcome?.kind === 'applied' && outcome.run !== undefined)
      runs.set(effect.inputs.issue, outcome.run);
  }
  const tasks = decision.tasks.map((view) => ({ ...view, run: runs.get(view.issue ?? Number.NaN) ?? view.run }));
  return { ...decision, tasks };
}
