import { Command } from 'commander';
import { fullName } from '../github/locator.ts';
import { OWN_CLOCK } from '../hosts/actions/pass-hold.ts';
import type { PassJobEnd } from '../hosts/actions/pass-job.ts';
import { startPasses } from '../hosts/actions/workflows.ts';
import type { Pass } from '../reconcile.ts';
import { oneLine } from '../state/markdown.ts';
import { PASS_WORKFLOW } from '../state/names.ts';
import { unreachable } from '../state/unreachable.ts';
import { spanText } from '../text/words.ts';
import type { GitHubAccess } from './init/github-facts.ts';
import { askGitHub, ghOption, noPlan, openRepository, type RepositoryFlags, repoOption } from './open-repository.ts';
import { makePass } from './sync/make-pass.ts';
import { findPassHost, type PassHost } from './sync/pass-host.ts';
import { plainText } from './terminal/plain-text.ts';

const MORE = `
It writes to GitHub with GITHUB_TOKEN, or with the token of gh. Where a server keeps the plan it does nothing and says so;
where jobs of the repository make the passes it asks them for one; where nobody does, it makes one itself, under your name.
It exits with 1 where nothing was done because another host keeps the plan, or a pass failed; with 2 where GitHub cannot be
asked, or there is no plan.`;

/** `agent-waves sync`: one pass over the plan of a repository, now. */
export function syncCommand(): Command {
  return new Command('sync')
    .description('bring issues and runs to what the plan says, now: one pass')
    .addOption(repoOption())
    .addOption(ghOption())
    .addHelpText('after', MORE)
    .action(run);
}

async function run(flags: RepositoryFlags): Promise<void> {
  const access = await openRepository(flags);
  const host = await askGitHub(() => findPassHost(access));
  if (!host) throw noPlan();
  await passBy(host, access);
}

async function passBy(host: PassHost, access: GitHubAccess): Promise<void> {
  switch (host.kind) {
    case 'here':
      return passHere(host.login, access);
    case 'jobs':
      return askJobs(host.defaultBranch, access);
    case 'elsewhere':
      console.error(`${host.why}\n${host.fix}`);
      process.exitCode = 1;
      return;
    default:
      return unreachable(host);
  }
}

async function passHere(login: string, access: GitHubAccess): Promise<void> {
  let hasSaid = false;
  const say = (text: string) => {
    hasSaid = true;
    console.log(oneLine(text));
  };
  const warn = (text: string) => {
    process.exitCode = 1;
    say(text);
  };
  let last: Pass | undefined;
  const onPass = (made: Pass) => {
    last = made;
  };
  const log = { info: say, warn };
  const end = await askGitHub(() => makePass(access, { login, clock: OWN_CLOCK, log, onPass }));
  if (!hasSaid) console.log(END[end]);
  for (const line of last ? whatIsLeft(last) : []) console.log(line);
  if (end === 'lost') process.exitCode = 1;
}

/** Why nothing starts, and when there is more to do: nobody else makes the next pass. */
function whatIsLeft(made: Pass): readonly string[] {
  if (made.kind === 'no-plan') return [];
  const { notice } = made.decision;
  return [
    ...(notice === undefined ? [] : [`nothing new starts: ${plainText(notice)}`]),
    ...(made.wakeIn === undefined ? [] : [`there is more to do in ${spanText(made.wakeIn)}: sync again then`]),
  ];
}

const END: Readonly<Record<PassJobEnd, string>> = {
  done: 'nothing to do: GitHub is as the plan says',
  left: 'somebody else makes a pass at the moment, and was asked for one more',
  lost: 'somebody else took over the pass',
};

async function askJobs(defaultBranch: string, access: GitHubAccess): Promise<void> {
  const refused = await askGitHub(() => startPasses(access, defaultBranch));
  if (refused !== undefined) {
    console.error(`The jobs that make the passes could not be asked for one: ${oneLine(refused)}`);
    process.exitCode = 1;
    return;
  }
  const name = fullName(access.locator);
  console.log(
    `Jobs of ${name} make the passes; one was asked for: its run of .github/workflows/${PASS_WORKFLOW} says what it does.`,
  );
  console.log('`agent-waves status --watch` shows what comes of it.');
}
