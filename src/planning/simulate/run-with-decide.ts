import { decide } from '../../decide/decide.ts';
import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Project, projectOf } from '../../plan/project.ts';
import { type Derivations, newDerivations } from '../../state/derivations.ts';
import { ACTIONS_LOGIN, LABEL } from '../../state/names.ts';
import { readTaskRecord } from '../../state/record.ts';
import type { Result } from '../../state/result.ts';
import { millis, type Snapshot } from '../../state/snapshot.ts';
import { TIMINGS } from '../../state/timings.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import { writeResult } from '../../state/write-result.ts';
import { execute } from '../world/execute.ts';
import { addComment, addLabel, closeIssue, endRun, landWork, removeLabel } from '../world/steps.ts';
import {
  APP,
  change,
  LEAD,
  newWorld,
  type PlanWorld,
  snapshotOf,
  type WorldDraft,
  type WorldRun,
} from '../world/world.ts';
import type { Attempt, OutcomeModel, SimulationRun } from './outcome-model.ts';

export interface DecideRunInput {
  readonly plan: Plan;
  /** Its `max_parallel` and `attempts` count. */
  readonly config: Config;
  readonly outcomes: OutcomeModel;
  /** What a pass sees of a world; GitHub promises no order of most of it. */
  readonly see?: (world: PlanWorld) => Snapshot;
}

/**
 * Carries a plan out by `decide` itself: whenever runs end, their results are on GitHub and passes are made at once,
 * until there is nothing to do. The clock begins when every task has its issue and the whole plan is started. A task
 * that has used up its attempts gets a person's `/retry` in the same moment.
 */
export function runWithDecide(input: DecideRunInput): SimulationRun {
  const config = { ...input.config, budget: UNBOUNDED };
  const given = { ...input, config, project: projectOf(input.plan, config), derivations: newDerivations() };
  let world = startedWorld(given);
  const begin = world.now;
  const attempts: Attempt[] = [];
  let asked = 0;
  for (;;) {
    const rest = passUntilRest(world, given);
    const running = runsUnderWay(rest.world, given);
    const next = running.reduce((soonest, { end }) => Math.min(soonest, end), rest.wakeAt ?? Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) return { attempts: attempts.toSorted((a, b) => a.start - b.start), asked };
    const ended = running.filter(({ end }) => end === next);
    const exhausted = ended.filter(({ run, failed }) => failed && run.inputs.attempt % given.config.attempts === 0);
    const before = advance(rest.world, next);
    attempts.push(...ended.map((each) => attemptOf(before, { ...each, begin })));
    asked += exhausted.length;
    world = change(before, (draft) => {
      for (const each of ended) {
        reportResult(draft, each);
        if (exhausted.includes(each)) addComment(draft, { issue: each.run.inputs.issue, author: LEAD, body: '/retry' });
      }
    });
  }
}

/** Nothing is spent here, and nobody raises a limit. */
const UNBOUNDED: Config['budget'] = { wave: {}, agent: {} };

/** With what is derived from plan and configuration once. */
interface Prepared extends DecideRunInput {
  readonly project: Project;
  readonly derivations: Derivations;
}

/** A run that has not ended, and how it will. */
interface RunUnderWay {
  readonly run: WorldRun;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

function runsUnderWay({ runs }: PlanWorld, { plan, outcomes }: DecideRunInput): readonly RunUnderWay[] {
  const open = [...runs.values()].filter((run) => !run.ended);
  return open.map((run) => {
    const task = plan.tasks.find(({ id }) => id === run.inputs.task);
    if (!task) throw new Error(`${run.inputs.task} was dispatched, which the plan does not have`);
    const { seconds, failed } = outcomes(task, run.inputs.attempt);
    const start = millis(run.createdAt);
    return { run, start, end: start + seconds * 1_000, failed };
  });
}

/** Every issue is there, and nothing has begun: a plan that is started and paused has its issues created. */
function startedWorld(given: Prepared): PlanWorld {
  let { world } = passUntilRest(newWorld({ repository: REPOSITORY }), given);
  const issue = findPlanIssue(snapshotOf(world))?.number;
  if (issue === undefined) throw new Error('passes over an empty repository did not create the plan issue');
  world = change(world, (draft) => {
    for (const label of [LABEL.start, LABEL.pause]) addLabel(draft, { issue, label, by: LEAD });
  });
  for (;;) {
    const rest = passUntilRest(world, given);
    // GitHub takes only so many new issues a minute: wait, and go on.
    if (rest.wakeAt === undefined)
      return change(rest.world, (draft) => removeLabel(draft, { issue, label: LABEL.pause, by: LEAD }));
    world = advance(rest.world, rest.wakeAt);
  }
}

const REPOSITORY: PlanWorld['repository'] = {
  owner: 'simulated',
  name: 'repository',
  id: 'R_1',
  defaultBranch: 'main',
  url: 'https://github.com/simulated/repository',
};

/** Passes at one moment until there is nothing more to do in it. */
function passUntilRest(
  begun: PlanWorld,
  { project, derivations, see = snapshotOf }: Prepared,
): { readonly world: PlanWorld; readonly wakeAt: number | undefined } {
  let world = begun;
  // Labels, plan issue, waves, tasks, then one more for every closing that lets a dependent go.
  for (let left = 12 + 2 * project.plan.tasks.length; left > 0; left--) {
    const { effects, wakeAt } = decide({ snapshot: see(world), project, derivations, timings: TIMINGS });
    world = change(world, (draft) => {
      for (const effect of effects) execute(draft, effect);
    });
    if (wakeAt === undefined || wakeAt > world.now) return { world, wakeAt };
  }
  throw new Error('passes over the simulated GitHub find no end at one moment');
}

/** The clock moves on. What ended and was said before has been seen by every pass that there is. */
function advance(world: PlanWorld, now: number): PlanWorld {
  if (now <= world.now) return world;
  const runs = new Map([...world.runs].filter(([, { ended }]) => !ended));
  return { ...world, now, runs, comments: [] };
}

function attemptOf({ issues }: PlanWorld, given: RunUnderWay & { readonly begin: number }): Attempt {
  const { task, issue, attempt } = given.run.inputs;
  const agent = readTaskRecord(issues.get(issue)?.body ?? '')?.live?.agent;
  if (agent === undefined) throw new Error(`${task} runs, and its record names no slot`);
  const { start, end, begin, failed } = given;
  return { task, attempt, agent, start: (start - begin) / 1_000, end: (end - begin) / 1_000, failed };
}

/** The end of a run as its report step leaves it: a result, and a closed issue where the work has landed. */
function reportResult(world: WorldDraft, { run, failed }: RunUnderWay): void {
  const { task, issue, attempt, slice, dispatch } = run.inputs;
  const result: Result = {
    task,
    issue,
    attempt,
    slice,
    dispatch,
    run: run.id,
    outcome: failed ? 'verification' : 'completed',
    ...(failed ? {} : { commit: landWork(world, run) }),
    checks: [],
    summary: '',
    ...(failed ? { failure: { what: 'simulated', output: '' } } : {}),
    agent: { type: 'simulated', model: 'simulated' },
  };
  addComment(world, { issue, author: APP, body: writeResult(result) });
  endRun(world, { run, conclusion: 'success' });
  if (!failed) closeIssue(world, { issue, as: 'completed', by: ACTIONS_LOGIN });
}
