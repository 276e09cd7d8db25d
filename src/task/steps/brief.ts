import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Assignment } from '../assignment.ts';
import { readBriefSource } from '../brief/gather.ts';
import { renderBrief } from '../brief/render.ts';
import { checklist } from '../checks/checklist.ts';
import { briefFile, summaryFile } from '../folders.ts';
import { fold } from '../log.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';

/** Writes what the agent reads, and shows it. */
export async function brief({ job, environment }: StepContext): Promise<StepEnd> {
  const assignment = needOutput<Assignment>(environment, 'claim', 'assignment');
  const source = await readBriefSource(job);
  const text = renderBrief({
    source,
    commands: checklist(job.workspace, assignment).flatMap(({ name, commands }) =>
      commands.map(({ run }) => ({ name, command: run })),
    ),
    files: source.context.filter((file) => existsSync(join(job.workspace, file))),
    summaryFile: summaryFile(job),
  });
  await mkdir(dirname(briefFile(job)), { recursive: true });
  await writeFile(briefFile(job), text);
  fold(`Brief of ${assignment.dispatch.task}`, text);
  return { outputs: {} };
}
