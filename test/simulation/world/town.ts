import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PreparedWorkflow } from '../../../packages/embedded-github/src/index.ts';
import { type EmbeddedGitHub, startGitHub } from '../../../packages/embedded-github/src/index.ts';
import type { RepositoryRecord } from '../../../packages/embedded-github/src/model/records.ts';
import type { RunListener, Runner, WorkflowRunRequest } from '../../../packages/embedded-github/src/model/runner.ts';
import { readWorkflow } from '../../../packages/embedded-github/src/runner/index.ts';
import { dispatchTitle } from '../../../src/state/names.ts';

export const REPOSITORY = 'acme/daw';
export const LOCATOR = { owner: 'acme', repo: 'daw' } as const;

/** Everything is told, so that no run has to look first. */
const PERMISSIONS = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
  administration: 'read',
  environments: 'read',
  secrets: 'read',
} as const;
const KEYS = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY'];
const EVENTS = [
  ...['check_run', 'issue_comment', 'issue_dependencies', 'issues', 'merge_group'],
  ...['pull_request', 'pull_request_review', 'push', 'sub_issues', 'workflow_run'],
];

/** A run that GitHub has handed to its runner. */
export interface HandedRun {
  readonly request: WorkflowRunRequest;
  readonly listener: RunListener;
  readonly isOver: () => boolean;
  readonly wasCancelled: () => boolean;
  readonly end: Parameters<RunListener['ended']>[0] extends infer C ? (conclusion: C & string) => void : never;
  /** From now on a cancellation is only noted. */
  readonly outlast: () => void;
}

export interface TownInput {
  readonly clock: () => number;
  readonly files: Readonly<Record<string, string>>;
  readonly onRun: (run: HandedRun) => void;
  readonly webhookUrl: string | undefined;
  /** Settles once nothing goes on without time. */
  readonly settle: () => Promise<void>;
}

/** An embedded GitHub with one repository, the people of it, and the app. */
export async function startTown({ clock, files, onRun, webhookUrl, settle }: TownInput) {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const github = await startGitHub({
    ...{ folder, clock, url: 'http://github.invalid', isInMemory: true },
    runner: runnerFor(onRun),
  });
  const lead = github.createUser({ login: 'lead' });
  const triager = github.createUser({ login: 'tess' });
  const stranger = github.createUser({ login: 'eve' });
  await github.createRepository({ owner: 'acme', name: 'daw', private: false });
  github.addCollaborator({ repository: REPOSITORY, login: 'lead', permission: 'admin' });
  github.addCollaborator({ repository: REPOSITORY, login: 'tess', permission: 'triage' });
  const webhook = webhookUrl === undefined ? undefined : { url: webhookUrl, secret: 'a secret of the simulation' };
  const app = github.createApp({
    slug: 'waves',
    permissions: PERMISSIONS,
    events: EVENTS,
    ...(webhook ? { webhook } : {}),
  });
  github.setSettings(REPOSITORY, { actionsMayPropose: true });
  for (const name of KEYS) github.setSecret(REPOSITORY, { name, value: 'a-key' });
  await github.commitFiles({ repository: REPOSITORY, by: 'lead', message: 'Begin', files });
  await settle();
  const { installationId } = github.install('waves', REPOSITORY);
  const repository = await recordOf(github, lead.token);
  await settle();
  const close = async () => {
    await github.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    github,
    repository,
    tokens: { lead: lead.token, tess: triager.token, eve: stranger.token },
    app,
    installationId,
    close,
  };
}

export type Town = Awaited<ReturnType<typeof startTown>>;

/** The repository as the embedded GitHub keeps it: laws look at what is so, not at what is answered. */
async function recordOf(github: EmbeddedGitHub, token: string): Promise<RepositoryRecord> {
  const headers = { authorization: `token ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ ref: 'main' });
  const url = `${github.apiUrl}/repos/${REPOSITORY}/actions/workflows/other.yml/dispatches`;
  const { status } = await github.fetch(url, { method: 'POST', headers, body });
  const [run] = github.runs();
  if (!run) throw new Error(`no run was started: ${status}`);
  return run.repository;
}

/** What workflows say never changes while a process lives. */
const prepared = new Map<string, PreparedWorkflow>();

function runnerFor(onRun: TownInput['onRun']): Runner {
  return {
    prepare: ({ workflow, inputs }) => {
      const known = prepared.get(workflow.source) ?? describe(workflow.path, workflow.source);
      prepared.set(workflow.source, known);
      return inputs.task === undefined ? known : { ...known, displayTitle: titleOf(inputs) };
    },
    start: (request, listener) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let isOver = false;
      let outlasts = false;
      let cancelled = false;
      const end: HandedRun['end'] = (conclusion) => {
        if (isOver) return;
        isOver = true;
        listener.ended(conclusion);
        resolve();
      };
      const cancel = () => {
        cancelled = true;
        if (!outlasts) end('cancelled');
      };
      const kill = () => {
        isOver = true;
        resolve();
      };
      const outlast = () => {
        outlasts = true;
      };
      onRun({ request, listener, isOver: () => isOver, wasCancelled: () => cancelled, end, outlast });
      return { cancel, kill, done: promise };
    },
  };
}

function describe(path: string, source: string): PreparedWorkflow {
  const { name, events, filters, schedules, dispatchInputs, problems } = readWorkflow(path, source);
  return { name, displayTitle: name, problems, events, filters, schedules, dispatchInputs };
}

function titleOf({ task = '', issue, attempt, slice, dispatch }: Readonly<Record<string, string>>): string {
  const numbers = { issue: Number(issue), attempt: Number(attempt), slice: Number(slice), dispatch: Number(dispatch) };
  return dispatchTitle({ task: task as Parameters<typeof dispatchTitle>[0]['task'], ...numbers });
}
