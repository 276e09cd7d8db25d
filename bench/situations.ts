import { decide } from '../src/decide/decide.ts';
import { type Config, loadConfig } from '../src/plan/config.ts';
import type { Plan, Task } from '../src/plan/plan.ts';
import { projectOf } from '../src/plan/project.ts';
import { newDerivations } from '../src/state/derivations.ts';
import { LABEL, waveLabel } from '../src/state/names.ts';
import { ownPart } from '../src/state/own-part.ts';
import { newTaskRecord, type TaskRecord, writeTaskRecord } from '../src/state/record.ts';
import { instant, type Snapshot } from '../src/state/snapshot.ts';
import { TIMINGS } from '../src/state/timings.ts';
import { taskTitle } from '../src/state/tracked-issues.ts';
import { begin, report } from '../test/support/adversary.ts';
import { APP, BEGIN, PureWorld, WRITER } from '../test/support/pure-world.ts';

/** Snapshots to decide on, made by carrying out what `decide` says. */

const FILES = { plan: undefined, config: undefined, progress: undefined };

export function defaultConfig(): Config {
  const loaded = loadConfig(undefined);
  if (!loaded.ok) throw new Error('the default configuration does not load');
  return loaded.config;
}

/** The plan issue exists and is started; nothing else does. */
export function beginning(plan: Plan): Snapshot {
  const world = planned(plan);
  start(world);
  return world.snapshot(FILES);
}

/**
 * Every task has its issue with its record: the first `done` tasks are done, all slots but one are taken, and a task
 * that has just ended reports. Issues are opened with records alone; everything else is written by `decide`.
 */
export function middle(plan: Plan, done: number): Snapshot {
  const world = planned(plan);
  const slots = defaultConfig().max_parallel;
  // Before it is started only its waves get issues.
  settle(world, plan);
  const waves = new Map(world.kind(LABEL.wave).map(({ title, number }) => [title, number]));
  for (const [index, task] of plan.tasks.entries()) {
    const parent = waves.get(`Wave ${task.wave}`);
    const record = index < done ? doneRecord(plan, task) : newTaskRecord(plan.id, task.id);
    const body = ownPart(writeTaskRecord(record));
    const labels = [LABEL.task, waveLabel(task.wave)];
    const number = world.open({ title: taskTitle(task), body, labels, parent, by: APP });
    if (index < done) world.close(number, 'completed', APP);
  }
  start(world);
  world.now += DAY;
  settle(world, plan);
  world.now += 10 * 60_000;
  const runs = [...world.runs.values()];
  for (const run of runs) begin(world, run);
  settle(world, plan);
  world.now += 20 * 60_000;
  const first = runs.slice(0, Math.max(0, runs.length - slots + 1)).map(({ id }) => world.runs.get(id));
  for (const run of first) if (run) report(world, run, 'completed', true);
  const [groups, tasks] = [world.kind(LABEL.wave).length, world.kind(LABEL.task).length];
  if (groups !== plan.waves.length || tasks !== plan.tasks.length)
    throw new Error(`there are ${groups} wave issues and ${tasks} task issues: one each was to be made`);
  return world.snapshot(FILES);
}

const DAY = 24 * 3_600_000;

function doneRecord(plan: Plan, { id }: Task): TaskRecord {
  const times = { sent: instant(BEGIN - 2 * DAY), ended: instant(BEGIN - 2 * DAY + 45 * 60_000) };
  const past = { dispatch: 1, attempt: 1, slice: 1, run: 1, agent: 'A1', ...times, outcome: 'completed' } as const;
  const checks = { compile: 'passed', test: 'passed', lint: 'passed' };
  return {
    ...newTaskRecord(plan.id, id),
    attempt: 1,
    slice: 1,
    dispatch: 1,
    base: 'b'.repeat(40),
    history: [past],
    done: { run: 1, commit: 'c'.repeat(40), at: times.ended, checks, summary: `Did ${id}.`, cost_usd: 0.4 },
  };
}

/** Passes until there is nothing more to do. */
function settle(world: PureWorld, plan: Plan): void {
  for (;;) {
    const { effects, wakeAt } = decideOn(world, plan);
    if (effects.length === 0) return;
    world.apply({ effects }, { answer: 'named' });
    if (wakeAt !== undefined) world.now = Math.max(world.now, wakeAt);
  }
}

/** The plan has its issue. */
function planned(plan: Plan): PureWorld {
  const world = new PureWorld();
  while (world.kind(LABEL.plan).length === 0) world.apply(decideOn(world, plan), { answer: 'named' });
  return world;
}

function start(world: PureWorld): void {
  const [issue] = world.kind(LABEL.plan);
  if (issue) world.label(issue.number, LABEL.start, WRITER);
}

function decideOn(world: PureWorld, plan: Plan): ReturnType<typeof decide> {
  return decide({
    snapshot: world.snapshot(FILES),
    project: projectOf(plan, defaultConfig()),
    timings: TIMINGS,
    derivations: newDerivations(),
  });
}
