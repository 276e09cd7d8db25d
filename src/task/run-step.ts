import { writeFileSync } from 'node:fs';
import { systemClock } from './protocol/clock.ts';
import { readJob } from './protocol/job.ts';
import { announceOutputs } from './protocol/output-file.ts';
import { type StepId, storeOutputs } from './protocol/outputs.ts';
import type { TaskStep } from './protocol/step.ts';
import { error } from './protocol/workflow-commands.ts';

/** Runs a step of the action from beginning to end. Each is a program of its own, and loads what it needs alone. */
export async function runStep<Id extends StepId>(id: Id, step: TaskStep<Id>): Promise<void> {
  try {
    await run(id, step);
  } catch (problem) {
    error('Agent Waves', problem instanceof Error ? problem.message : String(problem));
    // Where in our code: for whoever reports it.
    if (problem instanceof Error && problem.stack) process.stderr.write(`${problem.stack}\n`);
    process.exitCode = 1;
  }
}

async function run<Id extends StepId>(id: Id, step: TaskStep<Id>): Promise<void> {
  const cancelled = new AbortController();
  process.on('SIGINT', () => cancelled.abort());
  process.on('SIGTERM', () => {
    // The runner asks again 7.5 s after SIGINT, and kills 2.5 s later: what is not finished by now is left.
    if (cancelled.signal.aborted) process.exit(143);
    cancelled.abort();
  });
  const { signal } = cancelled;
  const context = { job: readJob(process.env), environment: process.env, clock: systemClock(signal), signal };
  const end = await step(context).finally(() => forgetCommands(id));
  announceOutputs(process.env.GITHUB_OUTPUT, storeOutputs(context.job, id, end.outputs));
  if (end.failed) process.exitCode = 1;
}

/**
 * Empties the files by which a step speaks to the runner. This program has not written to them yet: what they hold comes
 * from a program of others that found them, and would speak for the steps that follow.
 */
function forgetCommands(step: StepId): void {
  const written = ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_OUTPUT', 'GITHUB_STATE'];
  // The report is our own, and starts no program of others.
  for (const name of step === 'report' ? written : [...written, 'GITHUB_STEP_SUMMARY']) {
    const file = process.env[name];
    if (file) writeFileSync(file, '');
  }
}
