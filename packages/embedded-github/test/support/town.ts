import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { type EmbeddedGitHub, type GitHubOptions, type RequestEntry, startGitHub } from '../../src/index.ts';
import type {
  PreparedWorkflow,
  RunConclusion,
  RunListener,
  Runner,
  WorkflowRunRequest,
} from '../../src/model/runner.ts';

import { cloneByHand } from './clone.ts';

/** A run whose course the test decides. */
export interface HeldRun {
  readonly request: WorkflowRunRequest;
  readonly listener: RunListener;
  readonly token: string;
  readonly finish: (conclusion?: RunConclusion) => void;
}

/** A runner that executes nothing: workflows begin with a JSON line that says what `prepare` answers. */
export function heldRunner() {
  const held: HeldRun[] = [];
  const waiting: ((run: HeldRun) => void)[] = [];
  const runner: Runner = {
    prepare: ({ workflow, inputs }): PreparedWorkflow => {
      const described = JSON.parse(workflow.source.split('\n')[0]?.replace(/^# /, '') ?? '{}');
      const base = { name: workflow.path, displayTitle: workflow.path, problems: [], events: [], dispatchInputs: [] };
      return { ...base, ...described, displayTitle: `${described.name ?? workflow.path} ${inputs.task ?? ''}`.trim() };
    },
    start: (request, listener) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const writes = { contents: 'write', issues: 'write', actions: 'write', 'pull-requests': 'write' } as const;
      const token = request.mintToken(writes);
      const finish = (conclusion: RunConclusion = 'success') => {
        listener.ended(conclusion);
        resolve();
      };
      const run = { request, listener, token, finish };
      held.push(run);
      waiting.shift()?.(run);
      return { cancel: () => finish('cancelled'), kill: resolve, done: promise };
    },
  };
  /** The next run that starts. */
  const next = () => new Promise<HeldRun>((resolve) => waiting.push(resolve));
  return { runner, held, next };
}

export const TASK_WORKFLOW = `# ${JSON.stringify({
  name: 'Agent task',
  events: ['workflow_dispatch'],
  dispatchInputs: [
    { name: 'task', required: true },
    { name: 'note', required: false, default: 'none' },
  ],
})}\non: workflow_dispatch\n`;

export const CI_WORKFLOW = `# ${JSON.stringify({ name: 'CI', events: ['push', 'issues', 'issue_comment'] })}\non: push\n`;

interface TownOptions extends Partial<GitHubOptions> {
  readonly files?: Record<string, string>;
  /** Everybody may read the repository. Default false. */
  readonly public?: boolean;
  /** What the app is granted beside the usual, or instead; `none` takes one away. */
  readonly permissions?: Readonly<Record<string, string>>;
}

/** An embedded GitHub with a repository `acme/daw`, its lead, an installed app, and one commit on main. */
export async function startTown(options: TownOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'town-'));
  const requests: RequestEntry[] = [];
  const actions = heldRunner();
  const github = await startGitHub({
    folder,
    runner: actions.runner,
    onRequest: (entry) => requests.push(entry),
    ...options,
  });
  const lead = github.createUser({ login: 'lead' });
  const repository = await github.createRepository({ owner: 'acme', name: 'daw', private: options.public !== true });
  github.addCollaborator({ repository: 'acme/daw', login: 'lead', permission: 'admin' });
  const app = github.createApp({
    slug: 'waves',
    permissions: {
      actions: 'write',
      checks: 'write',
      contents: 'write',
      issues: 'write',
      metadata: 'read',
      pull_requests: 'write',
      statuses: 'write',
      ...options.permissions,
    },
    events: [
      ...['check_run', 'issue_comment', 'issue_dependencies', 'issues', 'merge_group'],
      ...['pull_request', 'pull_request_review', 'push', 'sub_issues', 'workflow_run'],
    ],
  });
  const { installationId } = github.install('waves', 'acme/daw');
  const files = options.files ?? { 'README.md': '# Daw\n', '.github/workflows/agent-task.yml': TASK_WORKFLOW };
  await github.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'Begin', files });
  await github.idle();
  const work = join(folder, 'work');
  cloneByHand(work, { url: withToken(repository.cloneUrl, lead.token), gitDir: repository.gitDir });
  await writeFiles(work, files);
  const close = async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { github, folder, work, requests, actions, lead, repository, app, installationId, close };
}

export type Town = Awaited<ReturnType<typeof startTown>>;

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Makes the files and commits them in a checkout. */
export async function commit(work: string, message: string, files: Readonly<Record<string, string>>): Promise<string> {
  await writeFiles(work, files);
  await git(work, 'add', '--all');
  await git(work, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(work, 'rev-parse', 'HEAD');
}

/** Pushes a branch that adds files to main as it stands there. @returns Its head. */
export async function branch(
  { work }: Pick<Town, 'work'>,
  name: string,
  files: Readonly<Record<string, string>>,
  message = `Work on ${name}`,
): Promise<string> {
  await git(work, 'fetch', '--quiet', 'origin', 'main');
  await git(work, 'checkout', '--quiet', '--force', '-B', name, 'origin/main');
  const head = await commit(work, message, files);
  await git(work, 'push', '--quiet', 'origin', `HEAD:refs/heads/${name}`);
  return head;
}

/** Runs git with an environment of its own and gives what it prints. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const person = { NAME: 'Lead', EMAIL: 'lead@example.com' };
  const { stdout } = await promisify(execFile)('git', [...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: person.NAME,
      GIT_AUTHOR_EMAIL: person.EMAIL,
      GIT_COMMITTER_NAME: person.NAME,
      GIT_COMMITTER_EMAIL: person.EMAIL,
    },
  });
  return stdout.trim();
}

export function withToken(cloneUrl: string, token: string): string {
  return cloneUrl.replace('http://', `http://x-access-token:${token}@`);
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Octokit as the app's users have it, without the throttle and the retries of a plugin. */
export function octokitFor(github: EmbeddedGitHub, token: string): Octokit {
  return new Octokit({ baseUrl: github.apiUrl, auth: token, log: SILENT });
}

/** Octokit as the app itself, with JSON web tokens that it signs. */
export function appOctokit({ github, app }: Pick<Town, 'github' | 'app'>): Octokit {
  return new Octokit({
    baseUrl: github.apiUrl,
    authStrategy: createAppAuth,
    auth: { appId: app.id, privateKey: app.privateKey, log: SILENT },
    log: SILENT,
  });
}
