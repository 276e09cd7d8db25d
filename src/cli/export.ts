import { Command } from 'commander';
import { exportMarkdown } from '../planning/export-markdown.ts';
import { openPlan } from './open-plan.ts';
import { reportProblems } from './report-problems.ts';

/** `agent-waves export`: the plan as a Markdown document, for people to read and `import` to read back. */
export function exportCommand(): Command {
  return new Command('export')
    .description('print the plan as Markdown, which `import` reads back')
    .argument('[plan]', 'the plan, instead of the one that the configuration names')
    .option('--json', 'print it as { "markdown": "…" }')
    .action(run);
}

async function run(path: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const opened = await openPlan(path);
  if (!opened.ok) return reportProblems(opened.problems, { json });
  const markdown = exportMarkdown(opened.plan);
  process.stdout.write(json ? `${JSON.stringify({ markdown }, null, 2)}\n` : markdown);
}
