import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  JobRecord,
  RunConclusion,
  RunHandle,
  TokenPermissions,
  WorkflowRunRequest,
} from '../../../src/model/runner.ts';
import { createRunner, type RunnerOptions } from '../../../src/runner/runner.ts';

export const actionFolder = join(import.meta.dirname, '..', 'actions');

export interface StartedRun {
  readonly handle: RunHandle;
  readonly jobs: JobRecord[];
  readonly started: () => number;
  readonly conclusion: () => RunConclusion | undefined;
  readonly permissions: TokenPermissions[];
  readonly folder: string;
  /** Content of a file of the run's folder. */
  readonly read: (path: string) => string;
}

/** Starts a workflow; the test awaits `handle.done`. The run's folder goes with the test. */
export function start(
  source: string,
  given: { options?: Partial<RunnerOptions>; request?: Partial<WorkflowRunRequest> } = {},
): StartedRun {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  const runner = createRunner({
    actions: {
      'agent-waves/greet': join(actionFolder, 'greet'),
      'agent-waves/hello': join(actionFolder, 'node-hello'),
    },
    tools: [dirname(process.execPath)],
    keepWork: true,
    cancelGrace: { sigterm: 400, sigkill: 800 },
    ...given.options,
  });
  const jobs: JobRecord[] = [];
  const permissions: TokenPermissions[] = [];
  let started = 0;
  let conclusion: RunConclusion | undefined;
  const handle = runner.start(
    {
      ...requestFor(source),
      folder,
      mintToken: (wanted) => {
        permissions.push(wanted);
        return 'ghs_jobtoken';
      },
      ...given.request,
    },
    {
      started: () => started++,
      jobEnded: (job) => jobs.push(job),
      ended: (value) => {
        conclusion = value;
      },
    },
  );
  onTestFinished(async () => {
    handle.kill();
    await handle.done;
    rmSync(folder, { recursive: true, force: true });
  });
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  return { handle, jobs, permissions, folder, read, started: () => started, conclusion: () => conclusion };
}

export async function run(...args: Parameters<typeof start>): Promise<StartedRun> {
  const started = start(...args);
  await started.handle.done;
  return started;
}

/** A workflow with one job `build` that has these steps (YAML, not indented). */
export function job(steps: string, keys = ''): string {
  const indent = (text: string, by: string): string => text.trim().replaceAll(/^(?=.)/gm, by);
  const more = keys === '' ? '' : `\n${indent(keys, '    ')}`;
  return `on: workflow_dispatch\njobs:\n  build:\n    runs-on: ubuntu-latest${more}\n    steps:\n${indent(steps, '      ')}\n`;
}

export function requestFor(source: string): Omit<WorkflowRunRequest, 'folder' | 'mintToken'> {
  return {
    runId: 7,
    runNumber: 3,
    runAttempt: 1,
    workflow: { path: '.github/workflows/task.yml', source },
    repository: { owner: 'acme', name: 'daw', id: 11, ownerId: 12, defaultBranch: 'main', gitDir: '' },
    ref: 'refs/heads/main',
    sha: '0123456789012345678901234567890123456789',
    actor: { login: 'lead', id: 5 },
    eventName: 'workflow_dispatch',
    event: { action: 'dispatched' },
    inputs: {},
    secrets: {},
    vars: {},
    enterEnvironment: async () => {},
    urls: { server: 'http://127.0.0.1:1', api: 'http://127.0.0.1:1/api/v3', graphql: 'http://127.0.0.1:1/api/graphql' },
  };
}
