import { dirname, join } from 'node:path';
import type { JobContext } from './job.ts';

/** The files below `Job.folder`, each named once. */

export function gitFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'git');
}

/** Index of the workspace as our own git sees it. */
export function indexFile({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'index');
}

/** Index of the workspace as checkpoints see it, while the agent works. */
export function checkpointIndexFile({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'checkpoint-index');
}

/** The agent's user's own: what its files are read into while it lives. */
export function captureFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'capture');
}

/** What the brief is made of; read before the agent starts, never after. */
export function briefSourceFile({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'brief-source.json');
}

/** The folder that the agent is shown: the brief, and the summary that it may write. */
export function exchangeFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'desk');
}

export function briefFile(job: Pick<JobContext, 'folder'>): string {
  return join(exchangeFolder(job), 'brief.md');
}

export function summaryFile(job: Pick<JobContext, 'folder'>): string {
  return join(exchangeFolder(job), 'summary.md');
}

export function logFile({ folder }: Pick<JobContext, 'folder'>, name: string): string {
  return join(folder, 'logs', `${name}.log`);
}

export function homeFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'home');
}

export function temporaryFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'tmp');
}

/** What lay around the tree before an agent began: nobody else may enter it. */
export function keptFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'kept');
}

/** Where the agent's own home and temporary folder are while its work is judged. */
export function asideFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'aside');
}

/** By which files dependencies were installed, and what that made. */
export function installedFile({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'installed.json');
}

/** What belongs to the agent's user beside the checkout. */
export function agentFolders(job: Pick<JobContext, 'folder'>): readonly string[] {
  return [homeFolder(job), temporaryFolder(job), exchangeFolder(job), captureFolder(job)];
}

/** Names the git tree that the agent was done with. */
export function finishedTreeFile({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'finished-tree');
}

/** What a step leaves for those after it, beyond words. */
export function outputsFile({ folder }: Pick<JobContext, 'folder'>, step: string): string {
  return join(folder, 'outputs', `${step}.json`);
}

/** What this job leaves for the jobs after it, where a task goes through several. */
export function exportFolder({ folder }: Pick<JobContext, 'folder'>): string {
  return join(folder, 'handover');
}

/** Where the workflow puts the artifact that a job before left: beside our own folder, which is made anew. */
export function importFolder({ folder }: Pick<JobContext, 'folder'>, jobName: string): string {
  return join(dirname(folder), 'agent-waves-handed', `agent-waves-${jobName}`);
}
