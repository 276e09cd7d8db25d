import { Command } from 'commander';
import { packageVersion } from './package-root.ts';

/** Each is loaded only when it is asked for: `check` needs no server. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).initCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  diff: async () => (await import('./diff.ts')).diffCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  status: async () => (await import('./status.ts')).statusCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  why: async () => (await import('./why.ts')).whyCommand(),
  sync: async () => (await import('./sync.ts')).syncCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  graph: async () => (await import('./graph.ts')).graphCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  rehearse: async () => (await import('./rehearse.ts')).rehearseCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
};

/** @param named The first word that was given: where it names a command, the others are not loaded. */
export async function createProgram(named = ''): Promise<Command> {
  const program = new Command('agent-waves')
    .description('Turns a plan into landed work: one issue per task, one workflow run per ready task.')
    .version(packageVersion(), '--version', 'print the version')
    .showHelpAfterError('Run it with --help to see how it is used.');
  const wanted = Object.hasOwn(COMMANDS, named) ? [COMMANDS[named]] : Object.values(COMMANDS);
  for (const load of wanted) if (load) program.addCommand(await load());
  return program;
}
