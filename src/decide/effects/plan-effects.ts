import type { Config } from '../../plan/config.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';
import { inline } from '../../state/markdown.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { anythingStarted } from '../../state/steering.ts';
import type { TaskView } from '../../state/task-view.ts';
import type { Subjects } from '../../state/tracked-issues.ts';
import { answer, escalation, refusal } from '../answers.ts';
import { bodyOf, planBodyOf, waveBodyOf } from '../bodies.ts';
import type { Absorbed } from '../fold/fold-events.ts';
import type { Chosen } from '../schedule/choose.ts';
import { taskSays, waveSays } from './body-currency.ts';
import { closings, patience } from './close-issues.ts';
import { creations } from './create-issues.ts';
import type { Effect } from './effect.ts';
import { labelChanges, relationChanges } from './sync-labels.ts';

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
  /** What is done about branches and the pull requests of waves. */
  readonly branches: readonly Effect[];
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
    ...situation.branches,
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
  const planIssue = subjects.plan?.issue.number;
  return [
    ...(absorbed.refusal === undefined || planIssue === undefined
      ? []
      : [
          comment(
            `refused:${planIssue}`,
            planIssue,
            `Nothing new is dispatched: ${inline(absorbed.refusal)}`,
            'a person has to change a setting',
          ),
        ]),
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
