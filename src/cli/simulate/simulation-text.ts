import type { Plan } from '../../plan/plan.ts';
import type { MonteCarloSettings } from '../../planning/simulate/monte-carlo.ts';
import type { SimulatedSchedule, Simulation } from '../../planning/simulate/simulate.ts';
import { counted, dollars, factor, share, time } from './amounts.ts';
import { columns, wrapped } from './columns.ts';
import { gantt } from './gantt.ts';
import { timeline } from './timeline.ts';

export interface SimulationView {
  readonly plan: Plan;
  readonly simulation: Simulation;
  readonly runs: MonteCarloSettings | undefined;
  readonly gantt: boolean;
  /** Columns: nothing that is drawn is wider. */
  readonly width: number;
}

/** What people read: the plan, a comparison where there is one, then a block a schedule. */
export function simulationText(shown: SimulationView): string {
  const { plan, simulation, width } = shown;
  const { open, criticalPath, schedules } = simulation;
  const done = plan.tasks.length - open.tasks;
  const left = done === 0 ? '' : `, ${done} of ${plan.tasks.length} done already`;
  if (open.tasks === 0) return `${plan.name}: nothing is left to do${left}`;
  const head = `${plan.name}: ${counted(open.tasks, 'task')} in ${counted(open.waves, 'wave')}, ${time(open.work)} of work${left}`;
  const path = wrapped(arrows(criticalPath.path), {
    first: `critical path (${time(criticalPath.minutes)}): `,
    indent: '  ',
    width,
  });
  const blocks = [
    [head, ...path, ...notes(simulation, shown.runs)],
    ...(schedules.length > 1 ? [comparison(schedules)] : []),
    ...schedules.map((schedule) => block(schedule, shown)),
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** A critical path longer than this is shown by its ends. */
const MAX_STEPS = 40;

function arrows(path: readonly string[]): readonly string[] {
  const half = MAX_STEPS / 2;
  const shown =
    path.length > MAX_STEPS
      ? [...path.slice(0, half), `(${path.length - MAX_STEPS} more)`, ...path.slice(-half)]
      : path;
  return shown.map((id, index) => (index < shown.length - 1 ? `${id} →` : id));
}

function notes({ everyPass }: Simulation, runs: MonteCarloSettings | undefined): readonly string[] {
  return [
    ...(runs
      ? [
          `${counted(runs.count, 'run')}: spread ${runs.spread}, failure rate ${runs.failureRate}, seed ${runs.seed}`,
          '  (pN is when N of 100 runs have ended)',
        ]
      : []),
    ...(everyPass
      ? []
      : [
          'a plan this large keeps the order of tasks that the first pass finds;',
          '  the orchestrator searches at every pass',
        ]),
  ];
}

function comparison(schedules: readonly SimulatedSchedule[]): readonly string[] {
  const outlooks = schedules.some(({ outlook }) => outlook !== undefined);
  const head = ['agents', 'makespan', 'bound', 'ratio', 'used', 'strict waves'];
  const rows = schedules.map(({ agents, makespan, bound, utilisation, strictWaves, outlook }) => [
    String(agents),
    time(makespan),
    time(bound),
    factor(makespan / bound),
    share(utilisation),
    strictWaves === undefined ? 'never' : time(strictWaves),
    ...(outlook ? [time(outlook.finish.p50), time(outlook.finish.p80), time(outlook.finish.p95)] : []),
  ]);
  return columns([[...head, ...(outlooks ? ['p50', 'p80', 'p95'] : [])], ...rows]);
}

function block(schedule: SimulatedSchedule, { simulation, gantt: drawn, width }: SimulationView): readonly string[] {
  const { agents, makespan, bound, waves, tasks, utilisation } = schedule;
  const ratio = factor(makespan / bound);
  const verdict = makespan - bound < 0.1 ? `the bound (${ratio})` : `${ratio} the bound of ${time(bound)}`;
  const why = bound > simulation.criticalPath.minutes ? 'all work shared evenly' : 'the critical path';
  return [
    `${counted(agents, 'agent')}: ${time(makespan)}, ${verdict}`,
    `  bound         ${time(bound)}, ${why}`,
    `  strict waves  ${strict(schedule)}`,
    `  utilisation   ${share(utilisation)}`,
    ...outlookLines(schedule),
    ...costLines(schedule),
    '',
    ...timeline(waves, { makespan, columns: width }),
    ...(drawn ? ['', ...gantt(tasks, { makespan, columns: width })] : []),
  ];
}

function strict({ strictWaves, makespan }: SimulatedSchedule): string {
  if (strictWaves === undefined) return 'would never end: a task waits for one of a later wave';
  return `${time(strictWaves)}, ${factor(strictWaves / makespan)} as long`;
}

function outlookLines({ outlook }: SimulatedSchedule): readonly string[] {
  if (!outlook) return [];
  const { finish, neededPerson } = outlook;
  return [
    `  finish        p50 ${time(finish.p50)}, p80 ${time(finish.p80)}, p95 ${time(finish.p95)}`,
    `  a person      was needed in ${share(neededPerson)} of the runs`,
  ];
}

function costLines({ cost, outlook, tasks }: SimulatedSchedule): readonly string[] {
  if (!cost) return [];
  const spread = outlook?.cost;
  const unpriced = cost.unpriced.length;
  return [
    `  cost          ${dollars(cost.total)}: agents ${dollars(cost.agents)}, Actions ${dollars(cost.actions)} (${counted(cost.actionsMinutes, 'minute')})`,
    ...(unpriced > 0
      ? [`                without the agents of ${unpriced} of ${counted(tasks.length, 'task')}: no price is known`]
      : []),
    ...(spread
      ? [`  cost of runs  p50 ${dollars(spread.p50)}, p80 ${dollars(spread.p80)}, p95 ${dollars(spread.p95)}`]
      : []),
  ];
}
