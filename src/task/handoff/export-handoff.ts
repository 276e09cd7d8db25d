import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { captureWorkspace } from '../checkpoint/capture-workspace.ts';
import { privateRepository } from '../git/private-repository.ts';
import { writeTree } from '../git/workspace.ts';
import { leaveCheckout } from '../isolation/leave-checkout.ts';
import { type Assignment, type Conclusion, failure } from '../protocol/assignment.ts';
import { briefSourceFile, exportFolder, outputsFile } from '../protocol/job-files.ts';
import { readOutput, requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { warning } from '../protocol/workflow-commands.ts';
import { packTree } from './bundle.ts';
import { type HandoffDraft, handoffFile, serializeHandoff } from './handoff-schema.ts';
import { readStage } from './stage.ts';

/** Leaves for the next job what its checkout cannot know; the workflow carries the folder over as an artifact. */
export async function exportHandoff(context: StepContext): Promise<StepEnd<'export-handoff'>> {
  const { job, environment } = context;
  const assignment = requireOutput(context, 'claim.assignment');
  const folder = exportFolder(job);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (readStage(environment) === 'claim') await exportStart(context, { assignment, folder });
  else await exportWork(context, { assignment, folder });
  return { outputs: {} };
}

interface Target {
  readonly assignment: Assignment;
  readonly folder: string;
}

/**
 * From the claim to all others: what it found. To the agent: what the brief is made of, and the work to go on from.
 */
async function exportStart(context: StepContext, { assignment, folder }: Target): Promise<void> {
  const { job } = context;
  await cp(outputsFile(job, 'claim'), join(folder, basename(outputsFile(job, 'claim'))));
  if (readOutput(context, 'claim.next') !== 'agent') return;
  await cp(briefSourceFile(job), join(folder, basename(briefSourceFile(job))));
  if (!assignment.resumed) return;
  const repository = privateRepository(job);
  const tree = await writeTree(repository, job);
  await packTree(repository, { tree, base: assignment.base.head, folder });
  await writeFile(handoffFile(folder), serializeHandoff({ next: 'report', tree }));
}

async function exportWork(context: StepContext, target: Target): Promise<void> {
  try {
    await writeFile(handoffFile(target.folder), serializeHandoff(await agentHandoff(context, target)));
  } finally {
    await leaveCheckout(context.job);
  }
}

/** From the agent to those who judge, land and save its work. */
async function agentHandoff(context: StepContext, { assignment, folder }: Target): Promise<HandoffDraft> {
  const { job } = context;
  const repository = privateRepository(job);
  const done = readOutput(context, 'agent.report');
  const conclusion = readOutput(context, 'baseline.conclusion') ?? readOutput(context, 'agent.conclusion');
  try {
    const isDone = done !== undefined && !conclusion;
    // What is not to be judged is saved only, and known secrets stay out of what is saved.
    const tree = isDone ? await writeTree(repository, job) : (await captureWorkspace(repository, job)).tree;
    await packTree(repository, { tree, base: assignment.base.head, folder });
    return { next: isDone ? 'verify' : 'report', report: done, conclusion, tree };
  } catch (problem) {
    const what = problem instanceof Error ? problem.message : String(problem);
    warning('The work is not handed on', what);
    const lost: Conclusion = { outcome: 'agent', failure: failure(`the work cannot be handed on: ${what}`) };
    return { next: 'report', report: done, conclusion: conclusion ?? (done && lost) };
  }
}
