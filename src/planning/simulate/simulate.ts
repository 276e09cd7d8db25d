import type { Config } from '../../plan/config.ts';
import { criticalPath, lowerBound } from '../../plan/critical-path.ts';
import { buildGraph } from '../../plan/graph.ts';
import type { Plan, TaskId, Wave } from '../../plan/plan.ts';
import { type Cost, costOf, type Prices, pricesOf } from './cost.ts';
import { firstOrder, type MonteCarloSettings, monteCarlo, type Outlook } from './monte-carlo.ts';
import { openPlan } from './open-plan.ts';
import { type Attempt, asEstimated, type SimulationRun } from './outcome-model.ts';
import { type PreparedPlan, preparePlan, runSchedule } from './run-schedule.ts';
import { runWithDecide } from './run-with-decide.ts';
import { strictWaves } from './strict-waves.ts';

/** One task on the time line. Times are minutes since the plan was started. */
export interface ScheduledTask {
  readonly id: TaskId;
  readonly agent: string;
  readonly start: number;
  readonly end: number;
}

export interface WaveSpan extends Wave {
  readonly tasks: number;
  readonly start: number;
  readonly end: number;
}

/** What becomes of a plan with so many agents, if every task takes what it is estimated at. Times are minutes. */
export interface SimulatedSchedule {
  readonly agents: number;
  readonly makespan: number;
  /** No schedule ends sooner: the critical path, or all work shared evenly. */
  readonly bound: number;
  /** With every wave as a barrier; undefined where the plan's waves allow no end at all. */
  readonly strictWaves: number | undefined;
  /** Share of the agents' time that is spent on tasks; 0 where there is nothing to do. */
  readonly utilisation: number;
  /** In plan order; tasks that the plan lists as completed have none. */
  readonly tasks: readonly ScheduledTask[];
  readonly waves: readonly WaveSpan[];
  readonly cost: Cost | undefined;
  readonly outlook: Outlook | undefined;
}

export interface Simulation {
  /** Of what is left to do: tasks, waves, minutes of work. */
  readonly open: { readonly tasks: number; readonly waves: number; readonly work: number };
  readonly criticalPath: { readonly path: readonly TaskId[]; readonly minutes: number };
  /** False where the plan is so large that one order of tasks, the first pass's, is kept throughout. */
  readonly everyPass: boolean;
  readonly schedules: readonly SimulatedSchedule[];
}

export interface SimulateInput {
  readonly plan: Plan;
  readonly config: Config;
  /** Numbers of agents, each for one schedule. */
  readonly agents: readonly number[];
  readonly runs?: MonteCarloSettings;
  readonly progress?: (progress: SimulationProgress) => void;
}

/** How far one schedule has come: reported after each task, then after each run. */
export interface SimulationProgress {
  readonly agents: number;
  readonly what: 'tasks' | 'runs';
  readonly done: number;
  readonly of: number;
}

/** Up to so many tasks `decide` itself carries the plan out; beyond, its choice alone does, with the same outcome. */
const MAX_TASKS_BY_DECIDE = 100;

/** Beyond so many tasks, looking for the best order at every pass takes minutes. */
const MAX_TASKS_SEARCHED = 1_000;

/** The schedules that the orchestrator would produce. The same input gives the same schedules. */
export function simulate(input: SimulateInput): Simulation {
  const open = openPlan(input.plan);
  const work = open.tasks.reduce((sum, { minutes }) => sum + minutes, 0);
  const prepared = preparePlan(input.plan);
  const prices = pricesOf(input.plan, input.config);
  return {
    open: { tasks: open.tasks.length, waves: open.waves.length, work },
    criticalPath: criticalPath(open, buildGraph(open)),
    everyPass: open.tasks.length <= MAX_TASKS_SEARCHED,
    schedules: input.agents.map((agents) => scheduleOf({ ...input, agents, open, work, prepared, prices })),
  };
}

interface ScheduleContext extends Omit<SimulateInput, 'agents'> {
  readonly agents: number;
  readonly open: Plan;
  readonly work: number;
  readonly prepared: PreparedPlan;
  readonly prices: Prices | undefined;
}

function scheduleOf(about: ScheduleContext): SimulatedSchedule {
  const { plan, agents, open, work, prepared, prices, runs, progress } = about;
  const config = { ...about.config, max_parallel: agents };
  const { attempts } = simulatedRun(about, config);
  const makespan = attempts.reduce((last, { end }) => Math.max(last, end), 0) / 60;
  const tasks = scheduledTasks(plan, attempts);
  return {
    agents,
    makespan,
    bound: lowerBound(open, agents),
    strictWaves: strictWaves(open, agents),
    utilisation: makespan === 0 ? 0 : work / (agents * makespan),
    tasks,
    waves: waveSpans(open, tasks),
    cost: prices && costOf(prices, attempts),
    outlook:
      runs &&
      monteCarlo({
        plan,
        prepared,
        config,
        prices,
        runs,
        progress: (done) => progress?.({ agents, what: 'runs', done, of: runs.count }),
      }),
  };
}

function simulatedRun({ plan, open, prepared, agents, progress }: ScheduleContext, config: Config): SimulationRun {
  const outcomes = asEstimated;
  if (plan.tasks.length <= MAX_TASKS_BY_DECIDE) return runWithDecide({ plan, config, outcomes });
  return runSchedule({
    prepared,
    config,
    outcomes,
    ...(open.tasks.length <= MAX_TASKS_SEARCHED ? {} : { order: firstOrder(prepared, agents) }),
    ...(progress ? { progress: (done) => progress({ agents, what: 'tasks', done, of: open.tasks.length }) } : {}),
  });
}

function scheduledTasks(plan: Plan, attempts: readonly Attempt[]): readonly ScheduledTask[] {
  const byTask = new Map(attempts.map((run) => [run.task, run]));
  return plan.tasks.flatMap(({ id }): readonly ScheduledTask[] => {
    const run = byTask.get(id);
    return run ? [{ id, agent: run.agent, start: run.start / 60, end: run.end / 60 }] : [];
  });
}

function waveSpans({ waves, tasks: planned }: Plan, slots: readonly ScheduledTask[]): readonly WaveSpan[] {
  const waveOf = new Map(planned.map(({ id, wave }) => [id, wave]));
  const byWave = new Map<number, ScheduledTask[]>();
  for (const slot of slots) {
    const wave = waveOf.get(slot.id) ?? 0;
    const within = byWave.get(wave);
    if (within) within.push(slot);
    else byWave.set(wave, [slot]);
  }
  return waves.map((wave) => {
    const within = byWave.get(wave.number) ?? [];
    const start = within.reduce((first, slot) => Math.min(first, slot.start), Number.POSITIVE_INFINITY);
    return { ...wave, tasks: within.length, start, end: within.reduce((last, slot) => Math.max(last, slot.end), 0) };
  });
}
