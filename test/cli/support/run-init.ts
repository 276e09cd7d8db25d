import { initCommand } from '../../../src/cli/init.ts';
import type { Ended } from '../../e2e/support/command.ts';
import { runCommand } from './run-command.ts';

/** `agent-waves init` in this process, which sees of the environment what it is given. */
export function runInit(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runCommand(initCommand(), { args, environment });
}
