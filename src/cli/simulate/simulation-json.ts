import type { MonteCarloSettings } from '../../planning/simulate/monte-carlo.ts';
import type { SimulatedSchedule, Simulation } from '../../planning/simulate/simulate.ts';

/** What `--json` prints. Minutes and US dollars; the same simulation gives the same bytes. */
export function simulationJson(
  { criticalPath, schedules, everyPass }: Simulation,
  runs: MonteCarloSettings | undefined,
): object {
  return {
    schedules: schedules.map((schedule) => ({
      agents: schedule.agents,
      makespan_min: rounded(schedule.makespan),
      bound_min: rounded(schedule.bound),
      waves_min: schedule.strictWaves === undefined ? null : rounded(schedule.strictWaves),
      utilisation: rounded(schedule.utilisation),
      critical_path: criticalPath.path,
      // False: a plan so large that its tasks keep the order that the first pass finds.
      every_pass: everyPass,
      tasks: schedule.tasks.map(({ id, agent, start, end }) => ({
        id,
        agent_id: agent,
        start_min: rounded(start),
        end_min: rounded(end),
      })),
      waves: schedule.waves.map(({ number, title, tasks, start, end }) => ({
        number,
        title,
        tasks,
        start_min: rounded(start),
        end_min: rounded(end),
      })),
      ...costJson(schedule),
      ...outlookJson(schedule, runs),
    })),
  };
}

function costJson({ cost }: SimulatedSchedule): object {
  if (!cost) return {};
  return {
    cost: {
      agents_usd: rounded(cost.agents),
      actions_usd: rounded(cost.actions),
      total_usd: rounded(cost.total),
      actions_min: cost.actionsMinutes,
      unpriced: cost.unpriced,
    },
  };
}

function outlookJson({ outlook }: SimulatedSchedule, runs: MonteCarloSettings | undefined): object {
  if (!outlook || !runs) return {};
  const { finish, cost, neededPerson } = outlook;
  return {
    runs: {
      count: runs.count,
      failure_rate: runs.failureRate,
      spread: runs.spread,
      seed: runs.seed,
      finish: { p50_min: rounded(finish.p50), p80_min: rounded(finish.p80), p95_min: rounded(finish.p95) },
      needed_person: rounded(neededPerson),
      ...(cost ? { cost: { p50_usd: rounded(cost.p50), p80_usd: rounded(cost.p80), p95_usd: rounded(cost.p95) } } : {}),
    },
  };
}

/** Binary fractions that nobody wants to read end here. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
