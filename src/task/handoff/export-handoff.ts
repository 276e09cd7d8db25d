import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { captureWorkspace } from '../checkpoint/capture.ts';
import { privateRepository } from '../git/private-repository.ts';
import { writeTree } from '../git/workspace.ts';
import { endIsolation } from '../isolation/isolation.ts';
import { type AgentReport, type Assignment, type Conclusion, failure } from '../protocol/assignment.ts';
import type { Job } from '../protocol/job.ts';
import { briefSourceFile, handoverFolder } from '../protocol/job-files.ts';
import { warning } from '../protocol/log.ts';
import { needOutput, readOutput, type StepContext, type StepEnd } from '../protocol/step.ts';
import { packTree } from './bundle.ts';
import { type HandedWork, handedWorkFile, writeHandedWork } from './handoff-schema.ts';
import { readStage } from './stage.ts';

/** Leaves for the next job what its checkout cannot know; the workflow carries the folder over as an artifact. */
export async function handOver(context: StepContext): Promise<StepEnd> {
  const { job, environment } = context;
  const assignment = needOutput<Assignment>(environment, 'claim', 'assignment');
  const folder = handoverFolder(job);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (readStage(environment) === 'claim') await handOverStart(job, { assignment, folder });
  else {
    await writeFile(handedWorkFile(folder), writeHandedWork(await workOf(context, { assignment, folder })));
    await endIsolation(job);
  }
  return { outputs: {} };
}

interface Target {
  readonly assignment: Assignment;
  readonly folder: string;
}

/** From the claim to the agent: what the brief is made of, and the work that the agent goes on from. */
async function handOverStart(job: Job, { assignment, folder }: Target): Promise<void> {
  await cp(briefSourceFile(job), join(folder, basename(briefSourceFile(job))));
  if (!assignment.resumed) return;
  const repository = privateRepository(job);
  const tree = await writeTree(repository, job);
  await packTree(repository, { tree, base: assignment.base.head, folder });
  await writeFile(handedWorkFile(folder), writeHandedWork({ next: 'report', tree }));
}

/** From the agent to those who judge, land and save its work. */
async function workOf({ job, environment }: StepContext, { assignment, folder }: Target): Promise<HandedWork> {
  const repository = privateRepository(job);
  const done = readOutput<AgentReport>(environment, 'agent', 'report');
  const conclusion =
    readOutput<Conclusion>(environment, 'baseline', 'conclusion') ??
    readOutput<Conclusion>(environment, 'agent', 'conclusion');
  const told = { ...(done ? { report: done } : {}), ...(conclusion ? { conclusion } : {}) };
  try {
    const isDone = done !== undefined && !conclusion;
    // What is not to be judged is saved only, and known secrets stay out of what is saved.
    const tree = isDone ? await writeTree(repository, job) : (await captureWorkspace(repository, job)).tree;
    await packTree(repository, { tree, base: assignment.base.head, folder });
    return (isDone ? { next: 'verify', report: done, tree } : { next: 'report', ...told, tree }) as HandedWork;
  } catch (problem) {
    const what = problem instanceof Error ? problem.message : String(problem);
    warning('The work is not handed on', what);
    const lost: Conclusion = { outcome: 'agent', failure: failure(`the work cannot be handed on: ${what}`) };
    return { next: 'report', ...(done ? { conclusion: lost } : {}), ...told } as HandedWork;
  }
}
