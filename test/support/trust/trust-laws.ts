import fc from 'fast-check';
import { expect } from 'vitest';
import { MAX_ENDING_MS } from '../../../src/state/ending-runs.ts';
import { LABEL } from '../../../src/state/names.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import { randomTasks } from '../../plan/random-plan.ts';
import { type Act, oneAct } from '../adversary.ts';
import { configOf } from '../course.ts';
import type { DrawSettings, Law } from '../draws.ts';
import { WRITER } from '../pure-world.ts';
import { baseAct, editAct, order, type PersonAct, performPerson, triageAct, workflowAct } from './people.ts';
import { type WrittenPlan, writePlan } from './plan-file.ts';
import { type PlanAct, TrustCourse } from './trust-course.ts';

interface Drawn {
  readonly plan: WrittenPlan;
  readonly settings: string;
  readonly integrationBranch: string | undefined;
}

/** Plans of 1 to 8 tasks in up to two waves. @param listed Some of them are listed as completed from the beginning. */
const drawn = (listed: boolean): fc.Arbitrary<Drawn> =>
  fc.record({
    plan: fc.tuple(randomTasks(8), fc.array(fc.nat(20), { minLength: 8, maxLength: 8 })).map(([tasks, draws]) => ({
      id: 'daw-1',
      name: 'DAW',
      tasks: tasks.map(({ id, title, dependencies, estimate }, index) => {
        const draw = draws[index] ?? 0;
        const task = { id, title, dependencies, estimate, wave: 1 + (draw % 2), touches: [] };
        return listed && draw < 4 ? { ...task, status: 'completed' as const } : task;
      }),
    })),
    integrationBranch: fc.constantFrom(undefined, undefined, undefined, 'agent-waves/daw'),
    settings: fc.constantFrom('', 'max_parallel: 2\n', 'max_parallel: 1\nattempts: 2\n'),
  });

const list: fc.Arbitrary<PlanAct> = fc.record({ act: fc.constant('list' as const), pick: fc.nat(1_000) });

const removal: fc.Arbitrary<PlanAct> = fc.record({
  act: fc.constantFrom('remove-task', 'remove-task', 'put-back'),
  pick: fc.nat(1_000),
});

/** What a plan goes through while it is carried out. */
const rework: fc.Arbitrary<PlanAct> = fc.record({
  act: fc.constantFrom('move-task', 'move-task', 'retitle-task', 'add-task', 'break-plan'),
  pick: fc.nat(1_000),
});

const undoing: fc.Arbitrary<PlanAct> = fc.record({ act: fc.constant('undo-push' as const), pick: fc.constant(0) });

export type AnyAct = Act | PersonAct | PlanAct;

/** The plan grows by a file here. */
const worldAct = oneAct.filter(({ act }) => act !== 'grow-plan') as fc.Arbitrary<AnyAct>;

/** What happens anyhow, and now and then one of these. */
function stepsWith(...special: readonly fc.Arbitrary<AnyAct>[]): fc.Arbitrary<readonly AnyAct[]> {
  return fc.array(fc.oneof({ weight: 3, arbitrary: worldAct }, { weight: 1, arbitrary: fc.oneof(...special) }), {
    minLength: 5,
    maxLength: 60,
    size: 'max',
  });
}

function perform(course: TrustCourse, act: AnyAct): void {
  switch (act.act) {
    case 'list':
    case 'remove-task':
    case 'put-back':
    case 'move-task':
    case 'retitle-task':
    case 'add-task':
    case 'break-plan':
    case 'undo-push':
      course.editPlan(act);
      return;
    case 'retitle':
    case 'strip-labels':
    case 'copy':
    case 'paste':
    case 'order':
    case 'triage':
    case 'workflow':
    case 'revert':
    case 'force-push':
      performPerson(course.world, act);
      return;
    default:
      course.perform(act);
  }
}

/**
 * Passes that carry out everything they want: what a triager did is undone before others act. No dispatch has two runs:
 * the one that the record names may work, and undoing something writes the record earlier than it would be otherwise.
 */
const triagedSteps: fc.Arbitrary<readonly AnyAct[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: oneAct
        .filter(({ act }) => act !== 'grow-plan' && act !== 'double')
        .map((act) => (act.act === 'pass' ? { act: act.act, answer: act.answer, every: 1, stale: 0 } : act)),
    },
    { weight: 1, arbitrary: triageAct },
  ) as fc.Arbitrary<AnyAct>,
  { minLength: 5, maxLength: 40, size: 'max' },
);

function begun({ plan, settings, integrationBranch }: Drawn): TrustCourse {
  const course = new TrustCourse(plan, configOf(settings), integrationBranch);
  return start(course);
}

/** The plan's issues exist, and the plan is started. */
function start(course: TrustCourse): TrustCourse {
  course.settle();
  const issue = course.world.kind(LABEL.plan).at(-1);
  if (issue) course.world.label(issue.number, LABEL.start, WRITER);
  return course;
}

/** @param special What people do in this one. */
function keepsTrust(...special: readonly fc.Arbitrary<AnyAct>[]): Law['hold'] {
  const listed = special.includes(list as fc.Arbitrary<AnyAct>);
  return (settings) => fc.assert(fc.property(drawn(listed), stepsWith(...special), restsInTruth), settings);
}

/** Throws where a pass breaks a promise, or leaves something to do at the same moment. */
export function restsInTruth(plan: Drawn, acts: readonly AnyAct[]): void {
  const course = begun(plan);
  for (const act of acts) perform(course, act);
  course.settle();
  course.mend();
  course.holdSeconds(course.settle());
}

/** Throws where what passes leave to each other says something else than the snapshot. */
export function keepsNothingUntrue({ plan, settings, integrationBranch }: Drawn, acts: readonly AnyAct[]): void {
  const course = new TrustCourse(plan, configOf(settings), integrationBranch);
  course.isDoubted = true;
  start(course);
  for (const act of acts) perform(course, act);
  course.settle();
}

function triagersMoveNothing(settings: DrawSettings): void {
  fc.assert(
    fc.property(drawn(false), triagedSteps, (plan, acts) => {
      const [alone, triaged] = [begun(plan), begun(plan)];
      // They make different numbers of passes.
      for (const course of [alone, triaged]) course.closesLanded = () => true;
      for (const act of acts) {
        if (act.act === 'triage') alone.world.tick();
        else perform(alone, act);
        perform(triaged, act);
        if (act.act === 'triage') for (const course of [alone, triaged]) course.settle();

        expect(whatMoved(triaged)).toEqual(whatMoved(alone));
      }
    }),
    settings,
  );
}

/** Throws where a second plan with the ids of a finished one does not run whole, or changes anything of the first. */
function secondRunsWhole(drawnPlan: Drawn, acts: readonly AnyAct[], name: string): void {
  const { plan } = drawnPlan;
  const course = begun(drawnPlan);
  for (const act of acts) perform(course, act);
  course.calm();
  course.fix();
  course.calm();
  // Whoever opened the issue of a finished plan again closes it before there is another one.
  for (const { number, open } of course.world.kind(LABEL.plan)) if (open) course.world.close(number, 'completed');
  // Whether runs that were told to end have, nobody knows until then.
  course.world.tick(MAX_ENDING_MS / 1_000);
  course.settle();
  const former = issuesOf(course);

  course.replace({ ...plan, id: 'next', name });
  start(course);
  const { tasks } = course.calm();

  expect(tasks.map(({ task, state }) => `${task.id} ${state}`)).toEqual(plan.tasks.map(({ id }) => `${id} completed`));
  expect(tasks.filter(({ issue = 0 }) => former.has(issue) || !course.world.landed.has(issue))).toEqual([]);
  expect([...former].filter(([number, body]) => course.world.issue(number).body !== body)).toEqual([]);
}

/** What happens anyhow. */
const worldSteps: fc.Arbitrary<readonly AnyAct[]> = fc.array(worldAct, { minLength: 5, maxLength: 60, size: 'max' });

/** The same while nothing is created: there is nothing that two passes could create at once. */
const idleSteps = worldSteps.map((acts) => acts.filter(({ act }) => act !== 'twin'));

/** Throws where another plan in the file begins without a person, or the former does not go on once it is back. */
export function formerGoesOn(plan: Drawn, acts: readonly AnyAct[], meanwhile: readonly AnyAct[]): void {
  const course = begun(plan);
  for (const act of acts) perform(course, act);
  const unfinished = course.settle().tasks.some(({ satisfied }) => !satisfied);
  // Who closes the issue of the former plan has decided.
  const isOpen = () => course.world.kind(LABEL.plan).every(({ open }) => open);
  const waits = unfinished && isOpen();
  const former = course.text;
  const before = [course.world.issues.size, course.world.runs.size];

  course.write(writePlan({ ...plan.plan, id: 'next' }));
  course.settle();
  if (!waits) return;
  expect([course.world.issues.size, course.world.runs.size]).toEqual(before);
  for (const act of meanwhile) if (isOpen() && !hasBegun('next', course)) perform(course, act);
  course.settle();
  if (!isOpen()) return;
  if (hasBegun('next', course)) {
    // What ran of the former was its last task.
    const { truth } = course;
    const left = course.plan.tasks.filter(({ id }) => !truth.isDone(id) && !truth.refused.has(id));
    expect(left).toEqual([]);
    return;
  }
  course.write(former);
  course.calm();
  course.fix();
  const { tasks } = course.calm();

  expect(tasks.filter(({ satisfied }) => !satisfied).map(({ task }) => task.id)).toEqual([]);
}

function hasBegun(id: string, { world }: TrustCourse): boolean {
  return world.kind(LABEL.plan).some(({ body }) => readGroupRecord(body)?.plan === id);
}

const everything = [list, removal, rework, undoing, editAct, order, baseAct, workflowAct, triageAct];

export const TRUST_LAWS: readonly Law[] = [
  {
    name: 'no task that the plan lists as completed runs, and the file goes on saying so',
    numRuns: 120,
    hold: keepsTrust(list),
  },
  {
    name: 'a second plan with the same ids runs whole, and touches nothing of the first',
    numRuns: 50,
    hold: (settings) =>
      fc.assert(fc.property(drawn(false), worldSteps, fc.constantFrom('DAW', 'Next'), secondRunsWhole), settings),
  },
  {
    name: 'another plan in the place of an unfinished one waits for a person, and the former goes on when it is put back',
    numRuns: 50,
    hold: (settings) => fc.assert(fc.property(drawn(false), worldSteps, idleSteps, formerGoesOn), settings),
  },
  {
    name: 'edited titles, bodies and labels make no second run and no second landing',
    numRuns: 120,
    hold: keepsTrust(editAct),
  },
  {
    name: 'nothing of a task lands after a person who may write has said no',
    numRuns: 120,
    hold: keepsTrust(order, removal),
  },
  {
    name: 'issues follow whatever is written into the plan, whenever it is',
    numRuns: 80,
    hold: keepsTrust(rework, removal),
  },
  {
    name: 'what left the base is not completed, and nothing that needs it begins',
    numRuns: 120,
    hold: keepsTrust(baseAct, undoing),
  },
  {
    name: 'what a triager does changes nothing that is dispatched, completed or begun again',
    numRuns: 80,
    hold: triagersMoveNothing,
  },
  {
    name: 'nothing is completed by what another workflow says or closes',
    numRuns: 120,
    hold: keepsTrust(workflowAct),
  },
  {
    name: 'all of this holds at the same time',
    numRuns: 150,
    hold: keepsTrust(...everything),
  },
  {
    name: 'a process that goes on decides the same as one that has just started, whoever acts',
    numRuns: 120,
    hold: (settings) => fc.assert(fc.property(drawn(true), stepsWith(...everything), keepsNothingUntrue), settings),
  },
];

function issuesOf({ world }: TrustCourse): ReadonlyMap<number, string> {
  return new Map([...world.issues.values()].map(({ number, body }) => [number, body]));
}

/** What a person who looks at the plan would call a change. */
function whatMoved(course: TrustCourse) {
  const { tasks, notice } = course.decide();
  return {
    notice,
    tasks: tasks.map(({ task, state, record }) => [task.id, state, record.attempt, record.slice, record.dispatch]),
    runs: [...course.world.runs.values()].map(({ title }) => title.replace(/#\d+ /, '')),
  };
}
