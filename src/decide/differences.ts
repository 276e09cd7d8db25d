import type { Config } from '../plan/config.ts';
import type { Graph } from '../plan/graph.ts';
import type { Plan, TaskId } from '../plan/plan.ts';
import { millis, type Snapshot } from '../state/snapshot.ts';
import { anythingStarted } from '../state/steering.ts';
import type { Subjects } from '../state/subjects.ts';
import type { TaskView } from '../state/task-view.ts';
import type { Absorbed } from './absorb.ts';
import { answer, escalation, refusal } from './answers.ts';
import { bodyOf, planBodyOf, waveBodyOf } from './bodies.ts';
import type { Chosen } from './choose.ts';
import { creations } from './creations.ts';
import type { Effect } from './effects.ts';
import { waveEnded } from './group-body.ts';
import { labelChanges, relationChanges } from './markings.ts';
import { taskSays, waveSays } from './said.ts';

export interface Situation {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly config: Config;
  readonly snapshot: Snapshot;
  readonly notice: string | undefined;
  readonly path: { readonly minutes: number };
  readonly absorbed: Absorbed;
  /** With records as they are to be. */
  readonly subjects: Subjects;
  readonly tasks: readonly TaskView[];
  /** The same tasks, by wave. */
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly chosen: Chosen;
}

/** What is to be written so that GitHub says what the records and states say, in the order in which it is applied. */
export function differences(situation: Situation): { effects: readonly Effect[]; wakeAt: number | undefined } {
  const { snapshot, absorbed, subjects } = situation;
  const started = anythingStarted({ snapshot, subjects });
  const created = creations({ ...situation, withTasks: started });
  const closed = closings(situation);
  const effects = [
    ...created.effects,
    ...duplicates(subjects),
    ...replies(situation),
    ...bodies(situation),
    ...markings(situation),
    ...closed,
    ...cancellations(absorbed),
    ...dispatches(situation),
  ];
  // What is created or closed now lets more be done at once; our own writes cause no event that would tell us.
  const again = created.effects.length > 0 || closed.length > 0 ? (created.wakeAt ?? snapshot.now) : created.wakeAt;
  return { effects, wakeAt: earliest([again, ...patience(situation)]) };
}

/** @returns The first of those moments that are known. */
export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function duplicates({ duplicates: found }: Subjects): readonly Effect[] {
  return found.map(({ issue, of }) => ({
    kind: 'close-issue',
    key: `duplicate:${issue.number}`,
    issue: issue.number,
    as: { duplicateOf: of },
    reason: `#${of} stands for the same already`,
  }));
}

function replies({ absorbed, tasks, config, snapshot, subjects }: Situation): readonly Effect[] {
  const about = (issue: number) => {
    const one = tasks.filter((view) => view.issue === issue);
    const wave = [...subjects.waves].find(([, subject]) => subject.issue.number === issue)?.[0];
    return one.length > 0 ? one : tasks.filter(({ task }) => wave === undefined || task.wave === wave);
  };
  const comment = (key: string, issue: number, body: string, reason: string): Effect => ({
    kind: 'comment',
    key,
    issue,
    body,
    reason,
  });
  return [
    ...absorbed.acknowledged.map(
      ({ comment: { id, nodeId }, command }): Effect => ({
        kind: 'react',
        key: `ack:${id}`,
        comment: nodeId,
        content: 'THUMBS_UP',
        reason: `/${command.name} took effect`,
      }),
    ),
    ...absorbed.questions.map((heard) =>
      comment(
        `answer:${heard.comment.id}`,
        heard.comment.issue,
        answer(heard, about(heard.comment.issue)),
        `/${heard.command.name} was asked`,
      ),
    ),
    ...absorbed.refusals.map((said) =>
      comment(`refusal:${said.id}`, said.issue, refusal(said), `${said.author} may not write here`),
    ),
    ...tasks.flatMap((view) => {
      if (view.state !== 'needs-human') return [];
      const asked = view.issue === undefined ? undefined : absorbed.subjects.tasks.get(view.task.id)?.record.asked;
      if (view.issue === undefined || asked === view.record.dispatch) return [];
      const body = escalation(view, config, snapshot.repository.url);
      return [comment(`escalate:${view.issue}:${view.record.dispatch}`, view.issue, body, 'retrying cannot mend it')];
    }),
  ];
}

function bodies(situation: Situation): readonly Effect[] {
  const { subjects, tasks } = situation;
  const waves = new Map(situation.plan.waves.map((wave) => [wave.number, wave]));
  const wanted: { issue: { number: number; body: string }; body: string }[] = [];
  if (subjects.plan) wanted.push({ issue: subjects.plan.issue, body: planBodyOf(subjects.plan.record, situation) });
  for (const [number, { issue, record }] of subjects.waves) {
    const wave = waves.get(number);
    if (!wave || waveSays(issue, { wave, record }, situation)) continue;
    wanted.push({ issue, body: waveBodyOf(wave, record, situation) });
  }
  for (const view of tasks) {
    const issue = subjects.tasks.get(view.task.id)?.issue;
    if (!issue || taskSays(issue, view, situation) || saysAllButRun(issue, view, situation)) continue;
    wanted.push({ issue, body: bodyOf(view, situation) });
  }
  return wanted
    .filter(({ issue, body }) => issue.body.replaceAll('\r\n', '\n') !== body)
    .map(({ issue, body }) => ({
      kind: 'write-body',
      key: `body:${issue.number}`,
      issue: issue.number,
      body,
      reason: 'its record or text changed',
    }));
}

/** A run id alone is not worth a write: it enters with the next one, and is found by the run's title until then. */
function saysAllButRun(issue: { readonly body: string }, view: TaskView, situation: Situation): boolean {
  const { live } = view.record;
  if (live?.run === undefined) return false;
  const nameless = { ...view, record: { ...view.record, live: { ...live, run: undefined } } };
  return issue.body.replaceAll('\r\n', '\n') === bodyOf(nameless, situation);
}

function markings({ absorbed, subjects, tasks }: Situation): readonly Effect[] {
  const effects: Effect[] = [];
  for (const view of tasks) {
    const subject = view.issue === undefined ? undefined : subjects.tasks.get(view.task.id);
    if (!subject) continue;
    for (const effect of labelChanges(view, subject.issue)) effects.push(effect);
    if (!subject.issue.open) continue;
    const before = absorbed.subjects.tasks.get(view.task.id)?.record.relations ?? [];
    for (const effect of relationChanges(subject, before)) effects.push(effect);
  }
  return effects;
}

/** How long a run may take to close its issue after its result before a pass does it without having seen the run end. */
const CLOSE_AFTER = 10 * 60_000;

/** When passes stop waiting for runs that reported and do not end. */
function patience({ snapshot, tasks, subjects }: Situation): readonly number[] {
  return tasks.flatMap(({ task, record: { done } }) => {
    const due = done && subjects.tasks.get(task.id)?.issue.open ? millis(done.at) + CLOSE_AFTER : 0;
    return due > snapshot.now ? [due] : [];
  });
}

function closings({ plan, snapshot, subjects, tasks, byWave }: Situation): readonly Effect[] {
  const ended = new Set(snapshot.runs.flatMap((run) => (run.ended ? [run.id] : [])));
  const effects: Effect[] = [];
  for (const { task, state, record } of tasks) {
    const issue = subjects.tasks.get(task.id)?.issue;
    if (!issue?.open) continue;
    const over = record.done && (ended.has(record.done.run) || snapshot.now >= millis(record.done.at) + CLOSE_AFTER);
    if (state === 'completed' && (over || record.listed)) {
      effects.push(
        close(
          issue.number,
          'completed',
          record.listed ? 'the plan lists it as completed' : 'it is verified and its run is over',
        ),
      );
    } else if (state === 'skipped') effects.push(close(issue.number, 'not_planned', 'a person left it out'));
  }
  for (const [number, { issue }] of subjects.waves) {
    const within = byWave.get(number) ?? [];
    if (issue.open && waveEnded(within) && !keptOpen(issue.reopenedAt, within)) {
      effects.push(close(issue.number, 'completed', 'all of its tasks are done'));
    }
  }
  const planIssue = subjects.plan?.issue;
  const all = plan.tasks.length > 0 && tasks.every(({ satisfied }) => satisfied);
  if (planIssue?.open && all && !keptOpen(planIssue.reopenedAt, tasks)) {
    effects.push(close(planIssue.number, 'completed', 'every task is done'));
  }
  return effects;
}

/** A person opened it again after everything was done: it stays open. */
function keptOpen(reopenedAt: string | undefined, tasks: readonly TaskView[]): boolean {
  return (
    reopenedAt !== undefined && tasks.every(({ completedAt }) => completedAt === undefined || completedAt < reopenedAt)
  );
}

function close(issue: number, as: 'completed' | 'not_planned', reason: string): Effect {
  return { kind: 'close-issue', key: `close:${issue}`, issue, as, reason };
}

function cancellations({ cancelled }: Absorbed): readonly Effect[] {
  return cancelled.flatMap(({ issue, run }): readonly Effect[] => [
    { kind: 'delete-claim', key: `claim:${issue}`, issue, reason: 'a person cancelled it: nothing of it may land' },
    ...(run === undefined
      ? []
      : [{ kind: 'cancel-run' as const, key: `cancel:${run}`, run, reason: 'a person cancelled it' }]),
  ]);
}

function dispatches({ absorbed, chosen, subjects }: Situation): readonly Effect[] {
  const sent: readonly TaskId[] = [...chosen.choices.map(({ task }) => task), ...absorbed.resend];
  return sent.flatMap((id): readonly Effect[] => {
    const subject = subjects.tasks.get(id);
    if (!subject?.record.live) return [];
    const { issue, record } = subject;
    const inputs = {
      task: id,
      issue: issue.number,
      attempt: record.attempt,
      slice: record.slice,
      dispatch: record.dispatch,
    };
    const again = absorbed.resend.has(id);
    const reason = again ? 'no run was seen for it' : `every dependency is satisfied and ${record.live?.agent} is free`;
    return [
      { kind: 'dispatch', key: `dispatch:${issue.number}:${record.dispatch}:${record.live?.sends}`, inputs, reason },
    ];
  });
}
