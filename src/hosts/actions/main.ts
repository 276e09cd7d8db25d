import { jobLog } from './log.ts';
import { runJob } from './run-job.ts';
import { readPassSettings } from './settings.ts';

/** What orchestrate/action.yml starts. Whatever goes wrong fails the step. */
const write = (line: string) => process.stdout.write(`${line}\n`);

try {
  await runJob(readPassSettings(process.env), jobLog(write));
} catch (error) {
  const what = error instanceof Error ? error.message : String(error);
  write(`::error title=Agent Waves::${what.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`);
  // Where in our code: for whoever reports it.
  if (error instanceof Error && error.stack) process.stderr.write(`${error.stack.replaceAll('##[', '## [')}\n`);
  process.exitCode = 1;
}
