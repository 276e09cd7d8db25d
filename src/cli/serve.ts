import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Environment, mergeEnvironments, readSettingsFile } from '../hosts/server/environment.ts';
import { type Serving, serve } from '../hosts/server/serve.ts';
import { readSettings, type ServeSettings } from '../hosts/server/settings.ts';
import { StartProblem } from '../hosts/server/start-problem.ts';

interface Flags {
  /** False: none is read. */
  readonly settings: string | false;
}

/** `agent-waves serve`: the app on this machine, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'serve the GitHub App: APP_ID, PRIVATE_KEY (or PRIVATE_KEY_PATH) and WEBHOOK_SECRET from the environment or a file',
    )
    .option('--settings <file>', 'file of lines NAME=value; what the environment says goes before it', '.env')
    .option('--no-settings', 'read the environment alone')
    .action((flags: Flags) => tellProblem(() => run(flags)));
}

async function run({ settings: file }: Flags): Promise<void> {
  const environment = await readEnvironment(file);
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

/** Serves until it is told to stop; the second signal ends it at once. */
function untilStopped(serving: Serving, { log }: ServeSettings): void {
  // A log of JSON has no other lines.
  const say = log.format === 'json' ? serving.say : (what: string) => console.log(what);
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
