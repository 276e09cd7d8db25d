import { decide } from '../../decide/decide.ts';
import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Project, projectOf } from '../../plan/project.ts';
import { type Derivations, newDerivations } from '../../state/derivations.ts';
import { writeBlock } from '../../state/hidden-block.ts';
import { LABEL } from '../../state/names.ts';
import { readTaskRecord } from '../../state/record.ts';
import { RESULT_BLOCK, type Result } from '../../state/result.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { TIMINGS } from '../../state/timings.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import type { Fate, Played, Try } from './fate.ts';
import {
  APP,
  applied,
  at,
  closed,
  commented,
  emptyWorld,
  ended,
  LEAD,
  labelled,
  type SimulatedRun,
  snapshotOf,
  unlabelled,
  type World,
} from './world.ts';

export interface Given {
  readonly plan: Plan;
  /** Its `max_parallel` and `attempts` count. */
  readonly config: Config;
  readonly fate: Fate;
  /** What a pass sees of a world; GitHub promises no order of most of it. */
  readonly see?: (world: World) => Snapshot;
}

/**
 * Carries a plan out by `decide` itself: whenever runs end, their results are on GitHub and passes are made at once,
 * until there is nothing to do. The clock begins when every task has its issue and the whole plan is started. A task
 * that has used up its attempts gets a person's `/retry` in the same moment.
 */
export function drive(input: Given): Played {
  const given = { ...input, project: projectOf(input.plan, input.config), derivations: newDerivations() };
  const tasks = new Map(given.plan.tasks.map((task) => [task.id, task]));
  const fortune = ({ inputs: { task: id, attempt } }: SimulatedRun) => {
    const task = tasks.get(id);
    if (!task) throw new Error(`${id} was dispatched, which the plan does not have`);
    return given.fate(task, attempt);
  };
  let world = prepared(given);
  const begin = world.now;
  const tries: Try[] = [];
  let asked = 0;
  for (;;) {
    const pass = rested(world, given);
    const open = [...pass.world.runs.values()].filter((run) => !run.ended);
    const ends = open.map((run) => ({ run, end: run.startedAt + fortune(run).seconds * 1_000 }));
    const next = ends.reduce((soonest, { end }) => Math.min(soonest, end), pass.wakeAt ?? Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) return { tries: tries.toSorted((a, b) => a.start - b.start), asked };
    world = at(pass.world, next);
    for (const { run, end } of ends) {
      if (end !== next) continue;
      const { failed } = fortune(run);
      tries.push({
        task: run.inputs.task,
        attempt: run.inputs.attempt,
        agent: slotOf(world, run),
        start: (run.startedAt - begin) / 1_000,
        end: (end - begin) / 1_000,
        failed,
      });
      world = reported(world, run, failed);
      if (!failed || run.inputs.attempt % given.config.attempts !== 0) continue;
      asked += 1;
      world = commented(world, { issue: run.inputs.issue, author: LEAD, body: '/retry' });
    }
  }
}

interface Driving extends Given {
  readonly project: Project;
  readonly derivations: Derivations;
}

/** Every issue is there, and nothing has begun: a plan that is started and paused has its issues created. */
function prepared(given: Driving): World {
  let { world } = rested(emptyWorld, given);
  const plan = findPlanIssue(snapshotOf(world))?.number;
  if (plan === undefined) throw new Error('passes over an empty repository did not create the plan issue');
  for (const label of [LABEL.start, LABEL.pause]) world = labelled(world, { issue: plan, label, by: LEAD });
  for (;;) {
    const pass = rested(world, given);
    // GitHub takes only so many new issues a minute: wait, and go on.
    if (pass.wakeAt === undefined) return unlabelled(pass.world, plan, LABEL.pause);
    world = at(pass.world, pass.wakeAt);
  }
}

/** Passes at one moment until there is nothing more to do in it. */
function rested(
  begun: World,
  { project, derivations, see = snapshotOf }: Driving,
): { readonly world: World; readonly wakeAt: number | undefined } {
  let world = begun;
  // Labels, plan issue, waves, tasks, then one more for every closing that lets a dependent go.
  for (let left = 12 + 2 * project.plan.tasks.length; left > 0; left--) {
    const { effects, wakeAt } = decide({ snapshot: see(world), project, timings: TIMINGS, derivations });
    world = applied(world, effects);
    if (wakeAt === undefined || wakeAt > world.now) return { world, wakeAt };
  }
  throw new Error('passes over the simulated GitHub find no end at one moment');
}

function slotOf({ issues }: World, { inputs }: SimulatedRun): string {
  const agent = readTaskRecord(issues.get(inputs.issue)?.body ?? '')?.live?.agent;
  if (agent === undefined) throw new Error(`${inputs.task} runs, and its record names no slot`);
  return agent;
}

/** The end of a run as its report step leaves it: a result, and a closed issue where the work has landed. */
function reported(world: World, run: SimulatedRun, failed: boolean): World {
  const { task, issue, attempt, slice, dispatch } = run.inputs;
  const result: Result = {
    ...{ task, issue, attempt, slice, dispatch, run: run.id },
    outcome: failed ? 'verification' : 'completed',
    checks: [],
    summary: '',
    ...(failed ? { failure: { what: 'simulated', output: '' } } : {}),
    agent: { type: 'simulated', model: 'simulated' },
  };
  const said = commented(world, { issue, author: APP, body: writeBlock(RESULT_BLOCK, result) });
  const over = ended(said, run);
  return failed ? over : closed(over, issue, 'completed');
}
