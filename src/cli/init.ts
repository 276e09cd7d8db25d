import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checkReportJson } from '../planning/check/check-report.ts';
import type { InitFlags } from './init/init-flags.ts';
import { type PreparedSetup, prepareSetup } from './init/prepare-setup.ts';
import { type Prompter, prompterOn } from './init/prompter.ts';
import { proposeSetup } from './init/propose-setup.ts';
import { commitSteps, START_STEP } from './init/setup-steps.ts';
import { detected, fileLines, forecastSections, foundSection, planLines, sectionText } from './init/setup-text.ts';
import { writeFiles } from './init/write-files.ts';
import { reportProblems } from './report-problems.ts';
import { simulationJson } from './simulate/simulation-json.ts';
import { UsageError } from './usage-error.ts';

const MORE = `
It writes .github/agent-waves.yml, the task workflow and a plan, all of them or none, and shows what \`check\` and
\`simulate\` say of them. A file that is there and differs is shown and stays, unless you say otherwise. Run again, it
changes nothing. The network is asked only with a token: GITHUB_TOKEN, or that of gh with --gh.`;

/** `agent-waves init`: from a repository to one that a plan can run in. */
export function initCommand(): Command {
  return new Command('init')
    .description('set a repository up: configuration, workflow and a plan')
    .argument('[folder]', 'a folder of the repository', '.')
    .option(
      '--yes',
      'ask nothing: take what was found (without it and without a terminal, the answers that are missing are listed)',
    )
    .addOption(
      choice(
        '--landing <way>',
        'how verified work reaches the default branch (default: merge, or review where rules ask for approvals)',
        ['merge', 'review', 'push'],
      ),
    )
    .addOption(choice('--agent <name>', 'who does the tasks', ['claude', 'codex', 'gemini', 'copilot']))
    .option('--model <name>', 'its model, instead of the models of the default routes')
    .option('--max-parallel <n>', 'tasks that run at once, at most', count)
    .addOption(
      choice(
        '--workflow <kind>',
        'one job for a task, or several that each may do less (default: hardened where GitHub says that the repository is public)',
        ['normal', 'hardened'],
      ),
    )
    .addOption(choice('--host <kind>', 'what makes the passes that start tasks', ['server', 'actions']))
    .option('--import <path>', 'the plan in another form to import, instead of the one that is found')
    .option('--no-import', 'import nothing: three example tasks')
    .option('--overwrite', 'write over files that differ, and with --import over the plan')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--pull-request', 'write nothing here: open a pull request that explains itself, or bring it up to date')
    .option('--repo <owner/name>', 'the repository on GitHub, instead of the one that the remote names', repository)
    .option('--gh', 'use the token of gh')
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run(folder: string, flags: InitFlags): Promise<void> {
  const prompter = prompterOf(flags);
  try {
    const setup = await prepareSetup(resolve(folder), { flags, prompter });
    if (!setup.forecast.ok) return reportProblems(setup.forecast.problems, { json: flags.json === true });
    const done = flags.pullRequest ? await propose(setup, flags) : await write(setup, flags);
    if (flags.json) console.log(JSON.stringify(setupJson(setup, { flags, ...done }), null, 2));
    else console.log(await setupText(setup, { flags, next: done.next, wasAsked: prompter !== undefined }));
  } finally {
    prompter?.close();
  }
}

/** Undefined where nobody is there, or nobody is to be asked. */
function prompterOf({ yes }: InitFlags): Prompter | undefined {
  if (yes || !process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return prompterOn({ input: process.stdin, output: process.stderr });
}

/** What was done beyond what was prepared. */
interface Done {
  readonly next: readonly string[];
  readonly pullRequest?: { readonly kind: string; readonly number: number; readonly url: string };
}

async function write(setup: PreparedSetup, { dryRun }: InitFlags): Promise<Done> {
  const { found, files, isWritten, missing } = setup;
  const written = files.filter(isWritten);
  if (!dryRun) await writeFiles(found.root, written);
  const paths = written.map(({ path }) => path);
  return {
    next: [
      'See it work on this machine first, with a scripted agent and without any account: `npx agent-waves rehearse .`',
      ...commitSteps(found, paths),
      ...missing,
      START_STEP,
    ],
  };
}

async function propose(setup: PreparedSetup, { dryRun }: InitFlags): Promise<Done> {
  if (dryRun) return { next: [] };
  const proposed = await proposeSetup(setup);
  if (proposed.kind === 'refused') throw new UsageError(proposed.why);
  const { kind, number, url } = proposed;
  return {
    next: [`Pull request #${number} ${kind === 'unchanged' ? 'is up to date' : `was ${kind}`}: ${url}`],
    pullRequest: proposed,
  };
}

interface Shown extends Pick<Done, 'next'> {
  readonly flags: InitFlags;
}

async function setupText(
  setup: PreparedSetup,
  { flags, next, wasAsked }: Shown & { readonly wasAsked: boolean },
): Promise<string> {
  const { found, github, answers, passed, files, isWritten, forecast } = setup;
  if (!forecast.ok) throw new Error('a setup that is refused was reported already');
  return sectionText([
    // Who was asked has seen it before the first question.
    ...(wasAsked ? [] : [foundSection({ found, github })]),
    { title: 'Plan', lines: planLines(answers, passed) },
    { title: 'Files', lines: await fileLines(files, { isWritten, dryRun: flags.dryRun === true }) },
    ...forecastSections(forecast),
    { title: 'Next', lines: next.map((step, index) => `${index + 1}. ${step}`) },
  ]);
}

function setupJson(setup: PreparedSetup, { flags, next, pullRequest }: Shown & Done): object {
  const { found, github, answers, files, isWritten, forecast, missing } = setup;
  if (!forecast.ok) throw new Error('a setup that is refused was reported already');
  const { plan } = answers;
  return {
    root: found.root,
    found: Object.fromEntries(detected({ found, github })),
    plan: { from: plan.kind === 'import' ? plan.source.path : plan.kind, tasks: forecast.plan.tasks.length },
    files: files.map((file) => ({
      path: file.path,
      state: file.state,
      written: isWritten(file) && flags.dryRun !== true,
    })),
    check: checkReportJson(forecast.check),
    simulation: simulationJson(forecast.simulation, undefined),
    missing,
    next,
    pull_request: pullRequest ?? null,
  };
}

function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 256)
    throw new InvalidArgumentError('give a whole number from 1 to 256');
  return value;
}

function repository(text: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(text)) throw new InvalidArgumentError('write owner/name, as in acme/shop');
  return text;
}
