import { Command } from 'commander';
import type { MonteCarloSettings } from '../planning/simulate/monte-carlo.ts';
import { simulate } from '../planning/simulate/simulate.ts';
import { openPlan } from './open-plan.ts';
import { reportProblems } from './report-problems.ts';
import { agentCounts, DEFAULT_DISTRIBUTION, failureRate, runCount, seed, spread } from './simulate/flags.ts';
import { showProgress } from './simulate/progress.ts';
import { simulationJson } from './simulate/simulation-json.ts';
import { simulationText } from './simulate/simulation-text.ts';
import { UsageError } from './usage-error.ts';

interface Flags {
  readonly agents?: readonly number[];
  readonly runs?: number;
  readonly failureRate?: number;
  readonly spread?: number;
  readonly seed?: number;
  readonly gantt?: true;
  readonly json?: true;
}

const MORE = `
Without --runs every task takes what it is estimated at, and the schedule is the one that the orchestrator itself would
produce. With --runs, attempts at tasks take longer or shorter and may fail: a failed one is repeated after a pause, and
after the configured number of attempts a person is assumed to comment /retry at once.

A plan of 50 tasks takes a second for each number of agents, one of 500 tasks about 10, one of 1,000 up to a minute.
Larger plans keep to one order of tasks, which takes seconds at 20,000.`;

/** `agent-waves simulate`: when a plan will be done, before anything is created. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('show how long a plan takes with a number of agents, and what it costs')
    .argument('[plan]', 'the plan file; without it, the one that the configuration names')
    .option('--agents <n,...>', 'how many agents work at once; without it, as configured (max_parallel)', agentCounts)
    .option('--runs <k>', 'simulate k runs with random durations and failures, and show p50, p80 and p95', runCount)
    .option('--failure-rate <p>', 'with --runs: share of attempts that fail, 0 to 0.95 (default: 0)', failureRate)
    .option(
      '--spread <s>',
      `with --runs: two attempts in three take from estimate ÷ (1 + s) to estimate × (1 + s) (default: ${DEFAULT_DISTRIBUTION.spread})`,
      spread,
    )
    .option(
      '--seed <n>',
      `with --runs: the same seed gives the same runs (default: ${DEFAULT_DISTRIBUTION.seed})`,
      seed,
    )
    .option('--gantt', 'draw what every agent works on')
    .option('--json', 'print the schedules as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run(named: string | undefined, flags: Flags): Promise<void> {
  const runs = runsOf(flags);
  const opened = await openPlan(named);
  if (!opened.ok) {
    reportProblems(opened.problems, { json: flags.json === true });
    return;
  }
  const { plan, config } = opened;
  const progress = showProgress(process.stderr);
  const simulation = simulate({
    plan,
    config,
    agents: flags.agents ?? [config.max_parallel],
    progress: progress.report,
    ...(runs ? { runs } : {}),
  });
  progress.end();
  const width = Math.max(MIN_COLUMNS, process.stdout.isTTY ? process.stdout.columns : USUAL_COLUMNS);
  const shown = { plan, simulation, runs, gantt: flags.gantt === true, width };
  console.log(flags.json ? JSON.stringify(simulationJson(simulation, runs), null, 2) : simulationText(shown));
}

/** Of a file or a pipe: whoever opens it later has a terminal of at least so many. */
const USUAL_COLUMNS = 80;
const MIN_COLUMNS = 40;

/** @throws WrongUse where something is to vary and nothing is run more than once. */
function runsOf({ runs, failureRate, spread, seed }: Flags): MonteCarloSettings | undefined {
  if (runs !== undefined) {
    return {
      count: runs,
      failureRate: failureRate ?? DEFAULT_DISTRIBUTION.failureRate,
      spread: spread ?? DEFAULT_DISTRIBUTION.spread,
      seed: seed ?? DEFAULT_DISTRIBUTION.seed,
    };
  }
  const given = Object.entries({ '--failure-rate': failureRate, '--spread': spread, '--seed': seed });
  const alone = given.find(([, value]) => value !== undefined)?.[0];
  if (alone !== undefined)
    throw new UsageError(`${alone} says how runs differ; say how many with --runs, as in --runs 1000`);
  return undefined;
}
