#!/usr/bin/env node
import { createProgram } from './program.ts';
import { UsageError } from './usage-error.ts';

const program = await createProgram(process.argv[2]);
program.exitOverride((error) => {
  // Wrong use is 2; help and version are 0.
  process.exit(error.exitCode === 0 ? 0 : 2);
});
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
