import { Command } from 'commander';
import { type LimitUse, limitUses } from '../state/budget-limits.ts';
import { costPerLanded, type Performance, performanceOf } from '../state/performance.ts';
import { PERFORMANCE_HEAD, performanceCells } from '../text/performance.ts';
import { type ObservedPlan, observe } from './observe/observe.ts';
import { sentTasks } from './observe/sent-tasks.ts';
import { askGitHub, ghOption, noPlan, openRepository, type RepositoryFlags, repoOption } from './open-repository.ts';
import { padTo, widthOf } from './terminal/fit-line.ts';
import { plainText } from './terminal/plain-text.ts';

interface Flags extends RepositoryFlags {
  readonly json?: boolean;
}

const MORE = `
Cost counts every run, those that failed and those of work that never landed, too; a run that told no cost counts for what
a budget had reserved for it. It asks GitHub with GITHUB_TOKEN, or with the token of gh, and writes nothing. It exits with
2 where GitHub cannot be asked, or there is no plan.`;

/** `agent-waves report`: what a plan has spent, and what agents and models were worth. */
export function reportCommand(): Command {
  return new Command('report')
    .description('tell what the plan has spent, and pace and cost by agent type and model')
    .addOption(repoOption())
    .addOption(ghOption())
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run({ json, ...flags }: Flags): Promise<void> {
  const access = await openRepository(flags);
  const { plan } = await askGitHub(() => observe(access));
  if (!plan) throw noPlan();
  const report = spendingReport(plan);
  console.log(json ? JSON.stringify(report, null, 2) : reportLines(report).join('\n'));
}

interface SpendingReport {
  readonly plan: string;
  /** In one line; null where nothing is bounded and no cost is known. */
  readonly spending: string | null;
  readonly limits: readonly LimitUse[];
  readonly agents: readonly (Performance & { readonly usd_per_landed: number | null })[];
}

function spendingReport(observed: ObservedPlan): SpendingReport {
  const { project, decision } = observed;
  const rows = performanceOf(sentTasks(observed), project.config);
  return {
    plan: project.plan.id,
    spending: decision.meter === undefined ? null : plainText(decision.meter),
    limits: decision.spending ? limitUses(project, decision.spending) : [],
    agents: rows.map((row) => ({ ...row, usd_per_landed: costPerLanded(row) ?? null })),
  };
}

function reportLines({ spending, agents }: SpendingReport): readonly string[] {
  const meter = spending === null ? [] : [`Spending: ${spending}`, ''];
  if (agents.length === 0) return [...meter, 'No task of the plan has run yet.'];
  const rows = [PERFORMANCE_HEAD, ...agents.map((row) => performanceCells(row).map(plainText))];
  const widths = PERFORMANCE_HEAD.map((_, column) => Math.max(...rows.map((cells) => widthOf(cells[column] ?? ''))));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => padTo(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...meter, ...lines];
}
