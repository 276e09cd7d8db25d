import { Command } from 'commander';
import { type CheckReport, checkPlan, refusedPlan } from '../planning/check/check.ts';
import { checkReportJson, checkReportText } from '../planning/check/check-report.ts';
import { openPlan } from './open-plan.ts';
import { wrapAll } from './terminal/wrap.ts';

interface Flags {
  readonly json?: true;
  readonly all?: true;
  readonly strict?: true;
}

/** `agent-waves check`: whether a plan is sound, and what about it is likely not meant. */
export function checkCommand(): Command {
  return new Command('check')
    .description('find what is wrong with a plan, and where its document contradicts it')
    .argument('[plan]', 'the plan file; without it, the one that the configuration names')
    .option('--json', 'print everything that was found as JSON')
    .option('--all', 'tell of every warning at its place, however many there are of a kind')
    .option('--strict', 'exit with 1 when there are warnings')
    .action(run);
}

async function run(named: string | undefined, { json, all, strict }: Flags): Promise<void> {
  const opened = await openPlan(named);
  const checked = opened.ok ? checkPlan(opened) : refusedPlan(opened.problems);
  const text = json
    ? JSON.stringify(checkReportJson(checked), null, 2)
    : checkReportText(checked, { all: all === true });
  // Programs that read it find each finding on a line of its own.
  console.log(!json && process.stdout.isTTY ? wrapAll(text, process.stdout.columns) : text);
  if (checked.findings.some((verdict) => counts(verdict, strict === true))) process.exitCode = 1;
}

function counts({ severity }: CheckReport['findings'][number], strict: boolean): boolean {
  return severity === 'error' || strict;
}
