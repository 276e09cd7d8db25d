import { Command } from 'commander';
import { type Serving, serve } from '../hosts/server/serve.ts';
import { readSettings, type ServeSettings } from '../hosts/server/settings.ts';
import { StartProblem } from '../hosts/server/start-problem.ts';

/** `agent-waves serve`: the app on this machine, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'serve the GitHub App: APP_ID, PRIVATE_KEY (or PRIVATE_KEY_PATH) and WEBHOOK_SECRET from the environment',
    )
    .action(run);
}

async function run(): Promise<void> {
  const read = readSettings(process.env);
  if (!read.ok) {
    console.error(
      [
        'Agent Waves cannot be served:',
        ...read.problems.map((problem) => `  ${problem}`),
        'README.md says how to make the GitHub App.',
      ].join('\n'),
    );
    process.exitCode = 1;
    return;
  }
  const serving = await start(read.settings);
  if (!serving) return;
  console.log(`Agent Waves serves webhooks at ${serving.url}/api/github/webhooks`);
  const stop = () => {
    serving.stop().then(() => process.exit(0));
  };
  serving.ready.then(() => console.log('Every repository has been looked at'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

async function start(settings: ServeSettings): Promise<Serving | undefined> {
  try {
    return await serve(settings);
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    console.error(`Agent Waves cannot be served: ${error.message}.`);
    process.exit(1);
  }
}
