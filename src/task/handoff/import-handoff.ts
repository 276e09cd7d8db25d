import { cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { taskBranch } from '../../state/names.ts';
import { fetchBranch } from '../checkpoint/restore-work.ts';
import { fetchBase } from '../git/base.ts';
import type { Repository } from '../git/git.ts';
import { createPrivateRepository } from '../git/private-repository.ts';
import { resetWorkspace } from '../git/reset-workspace.ts';
import { readTree } from '../git/workspace.ts';
import type { Assignment } from '../protocol/assignment.ts';
import { readDispatch } from '../protocol/dispatch-inputs.ts';
import type { JobContext } from '../protocol/job.ts';
import { briefSourceFile, importFolder } from '../protocol/job-files.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { notice, warning } from '../protocol/workflow-commands.ts';
import { unpackTree } from './bundle.ts';
import { adoptEarlierSteps } from './earlier-steps.ts';
import { type Handoff, readHandoff } from './handoff-schema.ts';
import { type JobOutputs, jobOutput, readJobOutputs } from './job-outputs.ts';
import { readStage } from './stage.ts';

/** What a job starts from, where the jobs before it did the rest. */
interface ImportContext {
  readonly job: JobContext;
  readonly jobs: JobOutputs;
  /** By the claim's own job: nothing that an agent can reach says who works on what, by which rules. */
  readonly assignment: Assignment;
}

/** Goes on where the jobs before stopped: brings what they found, and the work as objects of git. */
export async function importHandoff({ job, environment }: StepContext): Promise<StepEnd<'import-handoff'>> {
  const stage = readStage(environment);
  if (job.runAttempt > 1) {
    notice('Superseded', 'Nothing was changed: a re-run would repeat an old dispatch; comment `/retry` on the issue.');
    return { outputs: {} };
  }
  const jobs = readJobOutputs(environment.INPUT_HANDED, job);
  const assignment = jobOutput(jobs.claim, 'claim.assignment');
  if (!assignment) throw new Error('the claim handed on no assignment; copy templates/agent-task-hardened.yml again');
  const { task, issue, dispatch } = readDispatch(environment);
  const { dispatch: claimed } = assignment;
  if (claimed.task !== task || claimed.issue !== issue || claimed.dispatch !== dispatch)
    throw new Error(`the claim is of ${claimed.task} #${claimed.issue}, and this job of ${task} #${issue}`);
  const context: ImportContext = { job, jobs, assignment };
  switch (stage) {
    case 'agent':
      return importForAgent(context);
    case 'verify':
      return importForVerify(context);
    case 'scan':
      return importForScan(context);
    case 'land':
      return importForLand(context);
    case 'report':
      return importForReport(context);
    default:
      throw new Error(`stage ${stage} takes nothing over; action.yml is not the one of this program`);
  }
}

async function importForAgent({ job, jobs, assignment }: ImportContext): Promise<StepEnd<'import-handoff'>> {
  const repository = await checkOut(job, assignment);
  const folder = importFolder(job, 'claim');
  await mkdir(dirname(briefSourceFile(job)), { recursive: true });
  await cp(join(folder, basename(briefSourceFile(job))), briefSourceFile(job));
  const resumed = readHandoff(folder);
  const tree =
    resumed?.tree && (await unpackTree(repository, { folder, base: assignment.base.head, tree: resumed.tree }));
  if (tree) await readTree(repository, { job, tree });
  // The session's files are on the machine of the claim, if anywhere.
  const { session: _, ...known } = assignment;
  const baseline = known.rules.baseline ? 'on' : undefined;
  return { outputs: { next: 'agent', baseline, steps: adoptEarlierSteps({ job, jobs, assignment: known }) } };
}

/** Puts the work into the checkout, onto the base that it is to be verified on. */
async function importForVerify({ job, jobs, assignment }: ImportContext): Promise<StepEnd<'import-handoff'>> {
  const work = readHandoff(importFolder(job, 'agent'));
  if (work?.next !== 'verify') return { outputs: {} };
  const repository = await checkOut(job, assignment);
  const again = jobOutput(jobs.land, 'land.again') ?? false;
  const tree = await unpackTree(repository, {
    folder: importFolder(job, 'agent'),
    base: assignment.base.head,
    tree: work.tree,
  });
  if (!tree) throw new Error('the agent left no bundle of its work');
  await readTree(repository, { job, tree });
  const candidate = { tree, again };
  const steps = adoptEarlierSteps({ job, jobs, assignment, work });
  return { outputs: { next: 'verify', steps, candidate } };
}

/** As for landing: the work as objects, and nothing of it has run here. */
async function importForScan({ job, jobs, assignment }: ImportContext): Promise<StepEnd<'import-handoff'>> {
  const work = readHandoff(importFolder(job, 'agent'));
  if (work?.next !== 'verify') return { outputs: {} };
  const repository = await fetchWithoutCheckout(job, assignment);
  const expected = { folder: importFolder(job, 'agent'), base: assignment.base.head, tree: work.tree };
  const tree = await unpackTree(repository, expected);
  if (!tree) throw new Error('the agent left no bundle of its work');
  return { outputs: { next: 'scan', steps: adoptEarlierSteps({ job, jobs, assignment }), work: { tree } } };
}

/** No checkout: the work comes in as objects, and nothing of it is ever a file here. */
async function importForLand({ job, jobs, assignment }: ImportContext): Promise<StepEnd<'import-handoff'>> {
  const work = readHandoff(importFolder(job, 'agent'));
  const again = jobOutput(jobs.land, 'land.again') ?? false;
  const verification = jobOutput(again ? jobs['verify-again'] : jobs.verify, 'verify.verification');
  if (work?.next !== 'verify' || !verification) return { outputs: {} };
  // What the base gained since is not the work's, and was looked through when it landed.
  if (assignment.rules.scan.run !== undefined && jobOutput(jobs.scan, 'scan.verdict')?.tree !== work.tree)
    throw new Error('the command of `scan` has not passed this work; copy templates/agent-task-hardened.yml again');
  const repository = await fetchWithoutCheckout(job, assignment);
  const tree = await unpackTree(repository, {
    folder: importFolder(job, 'agent'),
    base: assignment.base.head,
    tree: work.tree,
  });
  if (!tree) throw new Error('the agent left no bundle of its work');
  // What was verified again is what this makes of the base: landing merges it anew, and compares.
  if (!again && verification.tree !== tree)
    throw new Error(`the tree ${verification.tree} was verified, and the agent's job left ${tree}: nothing lands`);
  const steps = adoptEarlierSteps({ job, jobs, assignment, work });
  return { outputs: { next: 'land', steps, work: { tree }, delegated: { again } } };
}

/** Reports even where the work is lost. */
async function importForReport({ job, jobs, assignment }: ImportContext): Promise<StepEnd<'import-handoff'>> {
  const repository = await fetchWithoutCheckout(job, assignment);
  const { work, tree } = await salvageWork(repository, { job, assignment });
  return {
    outputs: {
      next: 'report',
      steps: adoptEarlierSteps({ job, jobs, assignment, work }),
      work: tree ? { tree } : {},
    },
  };
}

async function salvageWork(
  repository: Repository,
  { job, assignment: { base } }: { readonly job: JobContext; readonly assignment: Assignment },
): Promise<{ readonly work?: Handoff | undefined; readonly tree?: string | undefined }> {
  try {
    const folder = importFolder(job, 'agent');
    const work = readHandoff(folder);
    return { work, tree: work?.tree && (await unpackTree(repository, { folder, base: base.head, tree: work.tree })) };
  } catch (problem) {
    warning('The work is lost', problem instanceof Error ? problem.message : String(problem));
    return {};
  }
}

/** The checkout at the commit that the claim chose, and our own repository beside it. */
async function checkOut(job: JobContext, assignment: Assignment): Promise<Repository> {
  const repository = await createPrivateRepository(job);
  await fetchBase(repository, assignment.base.branch);
  await resetWorkspace(job, assignment.base);
  return repository;
}

async function fetchWithoutCheckout(job: JobContext, { base, review, dispatch }: Assignment): Promise<Repository> {
  const repository = await createPrivateRepository(job);
  await fetchBase(repository, base.branch);
  if (review) await fetchBranch(repository, taskBranch(dispatch.task));
  return repository;
}
