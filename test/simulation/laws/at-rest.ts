import { decide } from '../../../src/decide/decide.ts';
import { newMemory } from '../../../src/github/memory.ts';
import type { Client } from '../../../src/github/octokit.ts';
import { readForHosts } from '../../../src/github/read/read-for-hosts.ts';
import { loadProject } from '../../../src/plan/load-project.ts';
import { reconcile } from '../../../src/reconcile.ts';
import { newDerivations } from '../../../src/state/derivations.ts';
import { instant } from '../../../src/state/instant.ts';
import { LABEL } from '../../../src/state/names.ts';
import { isOver } from '../../../src/state/satisfied.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import type { Actor } from '../people/acts.ts';
import { LOCATOR, type Town } from '../world/town.ts';
import type { Truth } from './truth.ts';
import type { Watch } from './watch.ts';

export interface AtRestInput {
  readonly client: Client;
  readonly app: string;
  readonly town: Town;
  readonly truth: Truth;
  readonly watch: Watch;
  readonly actor: Actor;
}

/** What one pass of somebody who knows nothing would decide; nothing of it is carried out. */
async function observe({ client, app }: Pick<AtRestInput, 'client' | 'app'>) {
  const memory = newMemory();
  const { snapshot } = await readForHosts({
    client,
    locator: LOCATOR,
    app,
    memory,
    timings: { ...TIMINGS, runsEvery: 0 },
  });
  if (!snapshot) return undefined;
  const loaded = loadProject(snapshot.files, undefined);
  if (!loaded.ok) return undefined;
  const given = { snapshot, project: loaded.project, timings: TIMINGS };
  const decision = decide({ ...given, derivations: newDerivations() });
  // Issues and comments come in order of their numbers, which is the snapshot's to promise.
  const shuffled = {
    ...snapshot,
    labels: new Map([...snapshot.labels].toReversed()),
    runs: snapshot.runs.toReversed(),
    issues: snapshot.issues.map((issue) => ({
      ...issue,
      labels: issue.labels.toReversed(),
      labelled: new Map([...issue.labelled].toReversed()),
      blockedBy: issue.blockedBy.toReversed(),
    })),
  };
  const other = decide({ ...given, snapshot: shuffled, derivations: newDerivations() });
  return { decision, isSame: JSON.stringify(decision) === JSON.stringify(other) };
}

/** Of a moment in the middle: every task has a reason, and the order in which things came changes nothing. */
export async function checkMoment(input: Pick<AtRestInput, 'client' | 'app' | 'watch'>): Promise<void> {
  const seen = await observe(input);
  if (!seen) return;
  input.watch.check(6, seen.isSame, () => 'the same snapshot in another order led to another decision');
  for (const { task, reason } of seen.decision.tasks)
    input.watch.check(
      7,
      reason.length > 5 && !reason.includes('\n'),
      () => `nobody can read why ${task.id} is as it is: "${reason}"`,
    );
}

/** More passes than any state needs until nothing is left to do. */
const MAX_PASSES = 10;

/** Passes of one process until one has nothing to do: that has to come, and then once more. */
export async function checkRest({ client, app, watch }: Pick<AtRestInput, 'client' | 'app' | 'watch'>): Promise<void> {
  let memory = newMemory();
  let keys: readonly string[] = [];
  const timings = { ...TIMINGS, runsEvery: 0, progressEvery: 0 };
  for (let left = MAX_PASSES; left > 0; left--) {
    const made = await reconcile({ client, locator: LOCATOR, app, memory, timings });
    memory = made.memory;
    if (made.kind === 'no-plan') return;
    keys = made.decision.effects.map(({ key }) => key);
    if (made.kind === 'done' && made.progress !== 'unchanged') keys = [...keys, `progress ${made.progress}`];
    if (keys.length === 0) break;
  }
  watch.check(
    3,
    keys.length === 0,
    () => `there is no rest after ${MAX_PASSES} passes: ${keys.slice(0, 5).join(', ')}`,
  );
}

/** Faults are over, and a person has asked for everything: what can finish has to have finished. */
export async function checkEnd(input: AtRestInput): Promise<void> {
  const { watch, town, truth, actor } = input;
  const seen = await observe(input);
  watch.check(5, seen !== undefined, () => 'in the end the plan cannot be read');
  if (!seen) return;
  const { decision } = seen;
  watch.check(6, seen.isSame, () => 'the same snapshot in another order led to another decision');
  for (const { task, state, reason, record } of decision.tasks)
    watch.check(5, isOver({ state, record }), () => `${task.id} is ${state} in the end: ${reason}`);
  checkIssues(input);
  for (const { task, state, record } of decision.tasks) {
    const isSaid = truth.waived.has(task.id) || truth.listed.has(task.id);
    watch.check(
      2,
      record.listed !== true || isSaid,
      () => `${task.id} counts as listed by a person, and nobody has listed it`,
    );
    watch.check(
      2,
      state !== 'completed' || isSaid || truth.stood.has(task.id),
      () => `${task.id} counts as completed, and nothing of it is on the base`,
    );
  }
  for (const { issue, comment, text } of actor.issues.said) {
    const on = town.repository.issues.find(({ number }) => number === issue);
    const said = on?.comments.find(({ id }) => id === comment);
    if (!on || !said) continue;
    const isAnswered =
      said.reactions.length > 0 ||
      on.comments.some(
        ({ body, author }) =>
          author.type === 'Bot' &&
          // What a start comes to is said with the start, whoever asked for it and how.
          (body.includes(String(comment)) || body.includes(`started:${issue}:${instant(said.createdAt)}`)),
      );
    watch.check(7, isAnswered, () => `${text} on #${issue} was never answered`);
  }
}

function checkIssues({ watch, town, truth, actor }: AtRestInput): void {
  const { issues } = town.repository;
  for (const [task, numbers] of truth.issues) {
    const open = numbers.filter((number) => issues.some((each) => each.number === number && each.state === 'open'));
    const kept = numbers.filter((number) =>
      issues.some((each) => each.number === number && each.stateReason !== 'duplicate'),
    );
    watch.check(
      4,
      open.length + kept.length <= 2 && kept.length <= 1,
      () => `${task} has the issues ${kept.join(', ')}`,
    );
  }
  for (const { issue, text } of actor.issues.notes) {
    const body = issues.find(({ number }) => number === issue)?.body ?? '';
    watch.check(8, body.includes(text), () => `the note of a person in #${issue} is gone: "${text}"`);
  }
  for (const { number, labels, state } of issues) {
    const names = [...labels].map(({ name }) => name);
    watch.check(
      3,
      !(state === 'closed' && names.includes(LABEL.running)),
      () => `#${number} is closed and still has ${LABEL.running}`,
    );
  }
}
