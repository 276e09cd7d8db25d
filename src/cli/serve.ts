import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { load } from 'js-yaml';
import { type Environment, mergeEnvironments, readSettingsFile } from '../hosts/server/environment.ts';
import { readGitHubAddress } from '../hosts/server/github-address.ts';
import { type Serving, serve } from '../hosts/server/serve.ts';
import { namesNoApp, readListener, readSettings, type ServeSettings } from '../hosts/server/settings.ts';
import type { SettingsTarget } from '../hosts/server/setup/app-settings.ts';
import { appManifest } from '../hosts/server/setup/manifest.ts';
import { setUp } from '../hosts/server/setup/set-up.ts';
import { StartProblem } from '../hosts/server/start-problem.ts';
import { PACKAGE_ROOT } from './package-root.ts';

interface Flags {
  /** False: none is read. */
  readonly settings: string | false;
  readonly replaceSettings?: boolean;
  /** False: where no app is named, that is a mistake. */
  readonly setup: boolean;
}

/** `agent-waves serve`: the app on this machine, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'serve the GitHub App: APP_ID, PRIVATE_KEY (or PRIVATE_KEY_PATH) and WEBHOOK_SECRET from the environment or a file',
    )
    .option('--settings <file>', 'file of lines NAME=value; what the environment says goes before it', '.env')
    .option('--no-settings', 'read the environment alone')
    .option('--no-setup', 'end where no app is named, instead of serving a page that makes one')
    .option('--replace-settings', 'let that page replace a file of settings that names no app')
    .action((flags: Flags) => tellProblem(() => run(flags)));
}

async function run({ settings: file, setup, replaceSettings = false }: Flags): Promise<void> {
  let environment = await readEnvironment(file);
  if (namesNoApp(environment) && setup && file !== false) {
    await makeApp(environment, { path: resolve(file), mayReplace: replaceSettings });
    environment = await readEnvironment(file);
  }
  const read = readSettings(environment);
  if (!read.ok) {
    tellProblems(read.problems);
    process.exitCode = 1;
    return;
  }
  untilStopped(await serve(read.settings), read.settings);
}

async function readEnvironment(file: string | false): Promise<Environment> {
  const read = file === false ? undefined : await readSettingsFile(resolve(file));
  if (read?.warning) console.error(read.warning);
  const environment = mergeEnvironments(process.env, read?.values ?? {});
  // The exporters read them there.
  for (const [name, value] of Object.entries(environment)) if (name.startsWith('OTEL_')) process.env[name] = value;
  return environment;
}

/** Without an app there is nothing to serve but the page that makes one. */
async function makeApp(environment: Environment, settings: SettingsTarget): Promise<void> {
  const github = readGitHubAddress(environment);
  const listener = readListener(environment);
  if (!github.ok) throw new StartProblem(github.problem);
  if ('problem' in listener) throw new StartProblem(listener.problem);
  const manifest = appManifest.parse(load(await readFile(join(PACKAGE_ROOT, 'app.yml'), 'utf8')));
  await setUp({ listener, github: github.address, manifest, settings, say: (what) => console.log(what) });
}

/** Serves until it is told to stop; the second signal ends it at once. */
function untilStopped(serving: Serving, { log }: ServeSettings): void {
  // A log of JSON has no other lines.
  const say = log.format === 'json' ? serving.say : (what: string) => console.log(what);
  if (serving.dashboardUrl !== undefined) say(`Dashboards are at ${serving.dashboardUrl}`);
  say(`Agent Waves serves webhooks at ${serving.url}/api/github/webhooks`);
  if (serving.metricsUrl !== undefined) say(`Figures are at ${serving.metricsUrl}`);
  serving.ready.then(() => say('Every repository has been looked at'));
  const stop = () => {
    say('Stopping: no webhook is taken any more, and passes under way end');
    serving.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function tellProblems(problems: readonly string[]): void {
  console.error(
    [
      'Agent Waves cannot be served:',
      ...problems.map((problem) => `  ${problem}`),
      'docs/guides/server.md lists every setting.',
    ].join('\n'),
  );
}

async function tellProblem(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    console.error(`Agent Waves cannot be served: ${error.message}.`);
    process.exit(1);
  }
}
