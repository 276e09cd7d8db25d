import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCheck } from '../checks/run-check.ts';
import { privateRepository } from '../git/private-repository.ts';
import { readChange } from '../git/workspace.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { type Conclusion, failure } from '../protocol/assignment.ts';
import { logFile } from '../protocol/job-files.ts';
import { requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error } from '../protocol/workflow-commands.ts';
import { lackingProgram } from '../verify/verify-tree.ts';
import { writePatch } from './patch-file.ts';

/**
 * Runs the command of the configuration on the patch of the work, in a job of its own: nothing of the repository has run
 * there, there is no checkout of it, and the work is one file of text, so that nothing in it can set the command up.
 */
export async function scan(context: StepContext): Promise<StepEnd<'scan'>> {
  const { job, environment, signal } = context;
  const { base, rules } = requireOutput(context, 'claim.assignment');
  const { tree } = requireOutput(context, 'import-handoff.work');
  const { run } = rules.scan;
  if (run === undefined || tree === undefined) throw new Error('there is nothing to scan by, or nothing to scan');
  const folder = join(job.folder, 'scan');
  await mkdir(folder, { recursive: true });
  const patch = join(folder, 'work.patch');
  const repository = privateRepository(job);
  const change = await readChange(repository, { from: base.head, tree });
  const { tooLarge } = await writePatch(repository, { ...change, file: patch, counts: () => true });
  if (tooLarge !== undefined)
    return refused({ failure: failure(`the change is too large to be scanned: ${tooLarge} bytes`) });
  const end = await runCheck(
    { name: 'scan', commands: [{ run, paths: [], why: 'from scan in .github/agent-waves.yml' }] },
    {
      workspace: folder,
      environment: { ...childEnvironment(job, environment), AGENT_WAVES_PATCH: patch },
      logOf: (name) => logFile(job, name),
      // What finds a secret once and not the next time has found one.
      tries: 1,
      limitMs: rules.checkMinutes * 60_000,
      signal,
    },
  );
  const { check, findings } = end;
  const lacks = lackingProgram([end], context);
  if (lacks) return { outputs: { next: 'report', conclusion: lacks } };
  if (end.failure) return refused({ failure: end.failure, checks: [check], findings: findings.slice(0, 10) });
  return { outputs: { next: 'land', verdict: { tree, check } } };
}

function refused(how: Omit<Conclusion, 'outcome'>): StepEnd<'scan'> {
  error('The scan refuses the work', how.failure?.what ?? '');
  return { outputs: { next: 'report', conclusion: { outcome: 'verification', checks: [FAILED], ...how } } };
}

const FAILED = { name: 'scan', status: 'failed' } as const;
