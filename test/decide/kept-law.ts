import fc from 'fast-check';
import type { TaskId } from '../../src/plan/plan.ts';
import { LABEL } from '../../src/state/names.ts';
import { type Act, acts, begin, report } from '../support/adversary.ts';
import type { Course } from '../support/course.ts';
import type { Law } from '../support/draws.ts';
import { type PureRun, WRITER } from '../support/pure-world.ts';
import { begun, courseOf, type Drawn, drawn } from './laws.ts';

/** Throws where what passes leave to each other says something else than the snapshot. */
function keepsNothingUntrue(
  plan: Drawn,
  steps: readonly Act[],
  { isStarted, advance, singles, lost, stated }: Kept,
): void {
  const course = courseOf({ ...plan, settings: `${plan.settings}${advance}` });
  const { world } = course;
  course.isDoubted = true;
  begun(course);
  goOn(course, 3);
  if (!isStarted) for (const { number } of world.kind(LABEL.plan)) world.unlabel(number, LABEL.start, WRITER);
  goOn(course, 2);
  const tasks = world.kind(LABEL.task).map(({ number }) => number);
  const few = singles.flatMap((pick) => tasks[pick % Math.max(1, tasks.length)] ?? []);
  for (const number of few) world.label(number, LABEL.start, WRITER);
  const run = [...world.runs.values()].find(({ ended }) => !ended);
  if (run && lost % 2 === 0) closeWhileItRuns(course, run);
  for (const act of steps) course.perform(act);
  goOn(course, 12, (id) => stated !== undefined && plan.tasks[stated % plan.tasks.length]?.id === id);
  for (const number of few) world.unlabel(number, LABEL.start, WRITER);
  goOn(course, 4);
  const again = tasks[lost % Math.max(1, tasks.length)];
  if (again !== undefined && !world.issue(again).open) world.reopen(again);
  for (const number of few) world.editBody(number, `${world.issue(number).body}\n\nA note.`, WRITER);
  goOn(course, 4);
  const snapshot = course.snapshot();
  course.decide({ ...snapshot, now: snapshot.now + 3_600_000 });
  course.decide({ ...snapshot, writers: new Set() });
  course.decide({ ...snapshot, repository: { ...snapshot.repository, url: 'https://github.com/acme/moved' } });
  course.decide(snapshot);
  const landed = world.base[lost % Math.max(1, world.base.length)];
  if (landed && lost % 2 === 0) world.revert(landed.oid);
  else world.forcePush((commit) => commit !== landed);
  goOn(course, 4);
}

/** Nothing but its end tells of the run from then on. */
function closeWhileItRuns(course: Course, run: PureRun): void {
  course.world.close(run.inputs.issue, 'completed');
  for (let left = 3; left > 0; left--) course.pass();
  course.world.tick(400);
  course.world.end(run, 'failure');
  course.pass();
}

/** What the courses of one law are drawn with beside the plan and what happens. */
interface Kept {
  readonly isStarted: boolean;
  readonly advance: string;
  /** Tasks that people start one by one, and take back later. */
  readonly singles: readonly number[];
  /** Picks a task that is opened again when it is over, and what is taken off the base in the end. */
  readonly lost: number;
  /** Picks a task that a person lists as completed for a while. */
  readonly stated: number | undefined;
}

const kept: fc.Arbitrary<Kept> = fc.record({
  isStarted: fc.boolean(),
  advance: fc.constantFrom('', 'advance: auto\n'),
  singles: fc.array(fc.nat(1_000), { maxLength: 3 }),
  lost: fc.nat(1_000),
  stated: fc.option(fc.nat(1_000), { nil: undefined }),
});

/** Runs start, and end with their work done; passes see it, and commit how far the plan is. */
function goOn(course: Course, times: number, isStated = (_: TaskId) => false): void {
  for (let left = times; left > 0; left--) {
    course.pass();
    course.commitProgress(course.pass(), isStated);
    course.world.tick(100);
    for (const run of [...course.world.runs.values()].filter(({ ended }) => !ended)) {
      if (run.step === 'queued') begin(course.world, run);
      else report(course.world, run, 'completed', left % 2 === 0);
    }
  }
}

/** What is kept from pass to pass saves time, and says nothing. */
export const KEPT_LAW: Law = {
  name: 'a process that goes on decides the same as one that has just started (law 6)',
  numRuns: 120,
  hold: (settings) => fc.assert(fc.property(drawn, acts, kept, keepsNothingUntrue), settings),
};
