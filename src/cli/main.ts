#!/usr/bin/env node
import { Command } from 'commander';
import { packageVersion } from './package-root.ts';
import { UsageError } from './usage-error.ts';

/** Each is loaded only when it is asked for: `check` needs no server. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).initCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  diff: async () => (await import('./diff.ts')).diffCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  status: async () => (await import('./status.ts')).statusCommand(),
  why: async () => (await import('./why.ts')).whyCommand(),
  sync: async () => (await import('./sync.ts')).syncCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  graph: async () => (await import('./graph.ts')).graphCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  rehearse: async () => (await import('./rehearse.ts')).rehearseCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
};

const program = new Command('agent-waves')
  .description('Turns a plan into landed work: one issue per task, one workflow run per ready task.')
  .version(packageVersion(), '--version', 'print the version')
  .showHelpAfterError('Run it with --help to see how it is used.')
  .exitOverride((error) => {
    // Wrong use is 2; help and version are 0.
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

const named = process.argv[2] ?? '';
const wanted = Object.hasOwn(COMMANDS, named) ? [COMMANDS[named]] : Object.values(COMMANDS);
for (const load of wanted) if (load) program.addCommand(await load());
for (const command of program.commands) command.copyInheritedSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = 1;
  }
}
