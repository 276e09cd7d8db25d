import { Command } from 'commander';
import { readSettings, serve } from '../hosts/server/serve.ts';

/** `agent-waves serve`: the app on this machine, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the GitHub App: APP_ID, PRIVATE_KEY and WEBHOOK_SECRET from the environment')
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
  const serving = await serve(read.settings);
  console.log(`Agent Waves serves webhooks at ${serving.url}/api/github/webhooks`);
  const stop = () => {
    serving.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
