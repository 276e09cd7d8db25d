import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checklist } from '../checks/checklist.ts';
import type { Assignment } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { briefFile, summaryFile } from '../protocol/job-files.ts';
import { renderBrief } from './render.ts';
import type { BriefSource } from './source.ts';

/** Writes the brief into the folder that the agent is shown. @returns Its text. */
export async function writeBrief(
  job: JobContext,
  { assignment, source }: { readonly assignment: Assignment; readonly source: BriefSource },
): Promise<string> {
  const text = renderBrief({
    source,
    agent: assignment.agent.agent,
    commands: checklist(job.workspace, { assignment }).flatMap(({ name, commands }) =>
      commands.map(({ run }) => ({ name, command: run })),
    ),
    files: source.context.filter((file) => existsSync(join(job.workspace, file))),
    summaryFile: summaryFile(job),
  });
  await writeForAgent(briefFile(job), text);
  return text;
}

/** An agent may have put a link there that leads to a file of ours: what is there is removed, not written to. */
export async function writeForAgent(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { recursive: true, force: true });
  await writeFile(file, text, { flag: 'wx' });
}
