import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DispatchInputs, dispatchTitle } from '../../../src/state/names.ts';
import { eventually, settling } from '../../support/waiting.ts';
import { ROOT, type Site, startSite } from './site.ts';
import { npmFolders, putNpm } from './stand-in-npm.ts';

export type Template = 'agent-task.yml' | 'agent-task-hardened.yml';

/** A repository with a workflow that users copy, on a machine whose npm downloads no agents. */
export async function startWithTemplate(
  template: Template,
  files: Readonly<Record<string, string>> = {},
  tools?: (folder: string) => readonly string[],
): Promise<Site> {
  const workflow = await readFile(join(ROOT, 'templates', template), 'utf8');
  const site = await startSite({
    files: { '.github/workflows/agent-task.yml': workflow, ...files },
    tools: (folder) => [...(tools?.(folder) ?? []), ...npmFolders(folder)],
  });
  await putNpm(site.folder);
  return site;
}

/** Sends a dispatch as the app does, without waiting for its run. */
export async function send(site: Site, inputs: DispatchInputs, octokit = site.octokit): Promise<void> {
  const text = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
  await octokit.rest.actions.createWorkflowDispatch({
    ...{ owner: 'acme', repo: 'small', workflow_id: 'agent-task.yml', ref: 'main' },
    inputs: text,
  });
}

export function ended(site: Site, inputs: DispatchInputs) {
  const title = dispatchTitle(inputs);
  const end = site.github.waitForRun((run) => run.displayTitle === title && run.status === 'completed');
  return settling(`the run "${title}" ends`, end);
}

/** Dispatches the workflow, does what a pass does once the run has told its result, and waits for its end. */
export async function dispatch(site: Site, inputs: DispatchInputs) {
  const before = site.issue(inputs.issue).results.length;
  await send(site, inputs);
  let isOver = false;
  const end = ended(site, inputs).finally(() => {
    isOver = true;
  });
  // A run that tells nothing is what some tests are about.
  const told = await eventually(
    `the run "${dispatchTitle(inputs)}" tells its result`,
    () => site.issue(inputs.issue).results[before] ?? (isOver && 'nothing'),
  );
  if (told !== 'nothing' && told.outcome === 'completed') await site.commitProgress(inputs.task);
  return end;
}

/** Text of every log of a run, by the path of its file below the run's folder. */
export async function logsOf(site: Site, run: number): Promise<ReadonlyMap<string, string>> {
  return textsBelow(join(site.folder, `runs/${run}`), '**/*.log');
}

export async function textsBelow(folder: string, pattern: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const path of glob(pattern, { cwd: folder })) {
    texts.set(path, await readFile(join(folder, path), 'utf8').catch(() => ''));
  }
  return texts;
}
