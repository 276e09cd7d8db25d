import { Command } from 'commander';
import { rehearseCommand } from './rehearse.ts';
import { serveCommand } from './serve.ts';

const program = new Command('agent-waves')
  .description('Turns a plan into landed work: one issue per task, one workflow run per ready task.')
  .addCommand(serveCommand())
  .addCommand(rehearseCommand())
  .exitOverride((error) => {
    // Wrong use is 2; help and version are 0.
    process.exit(error.exitCode === 0 ? 0 : 2);
  });
for (const command of program.commands) command.copyInheritedSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
