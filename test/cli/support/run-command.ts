import type { Command } from 'commander';
import { vi } from 'vitest';
import { UsageError } from '../../../src/cli/usage-error.ts';
import type { Ended } from '../../e2e/support/command.ts';

export interface CommandRun {
  readonly args?: readonly string[];
  /** All that it sees of one, beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a command in this process, as `main.ts` does in one of its own: a start takes longer than most of what it does.
 * Nobody can be asked.
 */
export async function runCommand(command: Command, { args = [], environment = {} }: CommandRun): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const hear = (stream: keyof typeof said) => (text: unknown) => {
    said[stream] += `${text}\n`;
  };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(hear('stdout')),
    vi.spyOn(console, 'error').mockImplementation(hear('stderr')),
  ];
  const before = process.env;
  process.env = { PATH: before.PATH, ...environment };
  try {
    await command.parseAsync(args, { from: 'user' });
    return { code: Number(process.exitCode ?? 0), ...said };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { code: 2, ...said, stderr: `${said.stderr}${error.message}\n` };
  } finally {
    process.exitCode = undefined;
    process.env = before;
    for (const spy of spies) spy.mockRestore();
  }
}
