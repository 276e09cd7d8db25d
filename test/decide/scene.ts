import { decide } from '../../src/decide/decide.ts';
import type { Decision, Effect } from '../../src/decide/effects/effect.ts';
import type { Config } from '../../src/plan/config.ts';
import type { FileProblem, Plan, TaskId } from '../../src/plan/plan.ts';
import { projectOf } from '../../src/plan/project.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { LABEL, TASK_WORKFLOW_PATH } from '../../src/state/names.ts';
import { ownPart } from '../../src/state/own-part.ts';
import { projectFromRecords } from '../../src/state/plan-from-records.ts';
import {
  type GroupRecord,
  newGroupRecord,
  newTaskRecord,
  type PastDispatch,
  type TaskRecord,
  writeGroupRecord,
  writeTaskRecord,
} from '../../src/state/record.ts';
import { type IssueView, instant, type Snapshot } from '../../src/state/snapshot.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { APP, BEGIN, PureWorld, WRITER } from '../support/pure-world.ts';

/** 2026-03-02 09:00 UTC and so many seconds. */
export function at(seconds: number): string {
  return instant(BEGIN + seconds * 1_000);
}

export const LIVE = { agent: 'A1', sent: at(0), sends: 1 } as const;

/** What makes a run one of ours, beside its title and its actor. */
export const TASK_RUN = { path: TASK_WORKFLOW_PATH, event: 'workflow_dispatch', branch: 'main' } as const;

export function past(given: Partial<PastDispatch> = {}): PastDispatch {
  return {
    dispatch: 1,
    attempt: 1,
    slice: 1,
    run: 900,
    agent: 'A1',
    sent: at(-600),
    ended: at(0),
    outcome: 'verification',
    cause: { kind: 'other', message: 'test failed' },
    ...given,
  };
}

/** A record that failed so often, a minute apart, the last time at 09:00. */
export function failed(times: number, outcome: PastDispatch['outcome'] = 'verification'): Partial<TaskRecord> {
  const history = Array.from({ length: times }, (_, index) =>
    past({ dispatch: index + 1, attempt: index + 1, ended: at((index + 1 - times) * 60), outcome }),
  );
  return { attempt: times, slice: 1, dispatch: times, history };
}

export const DONE: NonNullable<TaskRecord['done']> = {
  run: 900,
  commit: 'c'.repeat(40),
  at: at(0),
  checks: { test: 'passed' },
  summary: 'Wrote it.',
};

interface Given {
  readonly plan?: Plan;
  readonly config?: Config;
  /** Task id to what is known of it; tasks that are not named have plain open issues. */
  readonly records?: Readonly<Record<string, Partial<TaskRecord>>>;
  readonly planRecord?: Partial<GroupRecord>;
  readonly started?: boolean;
  /** The base, where work lands on a branch of its own. */
  readonly apart?: string;
}

/** A world in which every issue exists: #1 the plan, then waves, then tasks in plan order. `A`, and `B` after it. */
export function scene(given: Given = {}) {
  const plan = given.plan ?? planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })]);
  const config = given.config ?? configOf();
  const world = new PureWorld(given.apart);
  const first = world.open({
    title: `Plan: ${plan.name}`,
    body: ownPart(writeGroupRecord({ ...newGroupRecord(plan.id), head: world.commit(), ...given.planRecord })),
    labels: [LABEL.plan],
    parent: undefined,
    by: APP,
  });
  const waves = new Map(
    plan.waves.map(({ number, title }) => [
      number,
      world.open({
        title: `Wave ${number}: ${title}`,
        body: ownPart(writeGroupRecord(newGroupRecord(plan.id, number))),
        labels: [LABEL.wave, `wave:${number}`],
        parent: first,
        by: APP,
      }),
    ]),
  );
  const issues = new Map(
    plan.tasks.map(({ id, title, wave }) => [
      id,
      world.open({
        title: `${id}: ${title}`,
        body: ownPart(writeTaskRecord({ ...newTaskRecord(plan.id, id), ...given.records?.[id] })),
        labels: [LABEL.task, `wave:${wave}`],
        parent: waves.get(wave),
        by: APP,
      }),
    ]),
  );
  for (const name of [...Object.values(LABEL), ...plan.waves.map(({ number }) => `wave:${number}`)])
    world.labels.set(name, `L_${name}`);
  if (given.started !== false) world.label(first, LABEL.start, WRITER);

  const number = (id: string) => issues.get(id as TaskId) ?? 0;
  const files = { plan: { path: 'docs/planning/tasks.json', text: '' }, config: undefined, progress: undefined };
  const project = projectOf(plan, config);
  const derivations = newDerivations();
  const look = (change: Partial<Snapshot> = {}): Decision =>
    decide({ snapshot: { ...world.snapshot(files), ...change }, project, timings: TIMINGS, derivations });
  /** While plan or configuration cannot be read. */
  const lookUnreadable = (problems: readonly FileProblem[]): Decision => {
    const snapshot = world.snapshot(files);
    const unreadable = projectFromRecords({ problems, config }, { snapshot, derivations });
    return decide({ snapshot, project: unreadable, timings: TIMINGS, derivations });
  };
  const view = (id: string, decision: Decision = look()) => {
    const found = decision.tasks.find(({ task }) => task.id === id);
    if (!found) throw new Error(`no task ${id}`);
    return found;
  };
  /** Changes an issue in ways that GitHub's own operations do not offer. */
  const set = (issue: number, patch: Partial<IssueView>) =>
    world.issues.set(issue, { ...world.issue(issue), ...patch });
  /** Passes at one moment, more than it takes until there is nothing to do. */
  const settle = () => {
    for (let left = 6; left > 0; left--) world.apply(look(), { answer: 'named' });
  };
  return { world, plan, config, number, look, lookUnreadable, view, set, settle, waves };
}

/** Everything that is done about one kind of effect, in short. */
export function keys(decision: Decision, kind?: Effect['kind']): readonly string[] {
  return decision.effects.filter((effect) => kind === undefined || effect.kind === kind).map(({ key }) => key);
}
