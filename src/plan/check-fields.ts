import * as z from 'zod';
import { command, name, repositoryPath } from './text-fields.ts';

/** One command of a check, run where a changed path matches `paths`; without paths, always. */
export interface CheckCommand {
  readonly run: string;
  readonly paths: readonly string[];
}

export const scopedCommand = z.strictObject({
  run: command().describe('The command.'),
  paths: z.array(repositoryPath()).default([]).describe('Run only where a changed path matches one of these.'),
});

const check = z
  .union(
    [
      command(),
      z.array(z.union([command(), scopedCommand], { error: '{name} must be a command, or `run` with `paths`' })),
    ],
    {
      error: '{name} must be a command, a list of commands, or none',
    },
  )
  .transform((written): readonly CheckCommand[] => {
    if (written === 'none') return [];
    const list = typeof written === 'string' ? [written] : written;
    return list.map((entry) => (typeof entry === 'string' ? { run: entry, paths: [] } : entry));
  });

export const checks = z
  .strictObject({
    compile: check.optional().describe('Compiles or type checks. Absent: detected; none: there is nothing to compile.'),
    test: check.optional().describe('Runs the tests. Absent: detected; none: there are none.'),
    lint: check.optional().describe('Lints. Absent: detected; none: there is nothing to lint with.'),
    integration: z
      .record(name(), check)
      .default({})
      .transform(withoutPrototype)
      .describe('Named integration checks; a task chooses one by its `integration`.'),
  })
  .describe('The checks that gate closing. Each is a command, a list of commands (scoped by paths), or none.');

/** Names come from people: looking up `constructor` must find nothing. */
function withoutPrototype<Value>(record: Record<string, Value>): Readonly<Record<string, Value>> {
  return Object.assign(Object.create(null), record);
}
