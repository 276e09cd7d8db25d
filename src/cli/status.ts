import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { observe } from './observe/observe.ts';
import { askGitHub, ghOption, noPlan, openRepository, type RepositoryFlags, repoOption } from './open-repository.ts';
import { statusReport } from './status/report.ts';
import { statusLines } from './status/status-text.ts';
import { type WatchClock, watchStatus } from './status/watch.ts';
import { paletteFor } from './terminal/palette.ts';
import { UsageError } from './usage-error.ts';

interface Flags extends RepositoryFlags {
  readonly json?: boolean;
  /** Seconds; true where none were named. */
  readonly watch?: number | true;
}

const MORE = `
It asks GitHub with GITHUB_TOKEN, or with the token of gh, and writes nothing. The token has to be one of somebody who may
write to the repository: GitHub tells nobody else whose labels and comments count. It exits with 2 where GitHub cannot be
asked, or there is no plan.`;

const USUAL_SECONDS = 10;
const MIN_SECONDS = 2;

/** `agent-waves status`: how the plan of a repository stands. */
export function statusCommand(): Command {
  return new Command('status')
    .description('show how the plan stands: what needs you, what runs, what is next, and when it is done')
    .addOption(repoOption())
    .addOption(ghOption())
    .option('--json', 'print it as JSON')
    .option('--watch [seconds]', `go on showing it, with a look every ${USUAL_SECONDS} seconds`, seconds)
    .addHelpText('after', MORE)
    .action(run);
}

async function run({ json, watch, ...flags }: Flags): Promise<void> {
  if (json && watch !== undefined) throw new UsageError('--json prints one status: leave out --watch, or --json');
  const access = await openRepository(flags);
  const palette = paletteFor(process.stdout, process.env);
  if (watch !== undefined) {
    const every = (watch === true ? USUAL_SECONDS : watch) * 1_000;
    const until = interruption();
    const output = process.stdout;
    await askGitHub(() => watchStatus({ access, every, output, palette, clock: CLOCK, signal: until.signal }));
    until.forget();
    return;
  }
  const { plan } = await askGitHub(() => observe(access));
  if (!plan) throw noPlan();
  const report = statusReport(plan);
  const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  console.log(json ? JSON.stringify(report, null, 2) : statusLines(report, { columns, palette, age: 0 }).join('\n'));
}

const CLOCK: WatchClock = {
  now: () => performance.now(),
  // Whoever is woken early has been told so.
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
};

/** A first Ctrl-C ends the view, which then puts the terminal back; a second one ends the process. */
function interruption(): { readonly signal: AbortSignal; readonly forget: () => void } {
  const ended = new AbortController();
  const end = () => ended.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, end);
  return {
    signal: ended.signal,
    forget: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeListener(name, end);
    },
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < MIN_SECONDS) {
    throw new InvalidArgumentError(`It is a number of seconds, ${MIN_SECONDS} at least.`);
  }
  return value;
}
