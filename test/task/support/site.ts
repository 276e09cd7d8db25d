import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Octokit } from '@octokit/rest';
import type { Runner } from 'embedded-github';
import { createRunner, type EmbeddedGitHub, type RequestEntry, startGitHub } from 'embedded-github';
import { inject } from 'vitest';
import { readRefFile } from '../../../packages/embedded-github/src/git/ref-files.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import { type DispatchInputs, LABEL } from '../../../src/state/names.ts';
import { ownPart } from '../../../src/state/own-part.ts';
import { newTaskRecord, type TaskRecord, writeTaskRecord } from '../../../src/state/record.ts';
import { type Result, readResult } from '../../../src/state/result.ts';
import { type GitIn, openGit } from './git.ts';

const AT = { owner: 'acme', repo: 'small' } as const;

/** A repository of two tasks on the embedded GitHub, as the orchestrator would leave it when it has dispatched one. */
export interface Site {
  readonly github: EmbeddedGitHub;
  readonly folder: string;
  readonly octokit: Octokit;
  readonly token: string;
  readonly requests: readonly RequestEntry[];
  /** Settles with the next answered request of this kind. */
  readonly answered: (matches: (entry: RequestEntry) => boolean) => Promise<void>;
  /** The repository itself, as it lies at GitHub. */
  readonly remote: GitIn;
  /** Address of a clone under the lead's token. */
  readonly cloneUrl: string;
  /** Commits files to main as the lead; null removes one. */
  readonly push: (message: string, files: Readonly<Record<string, string | null>>) => Promise<string>;
  /** Makes a task's issue with this record in it. */
  readonly createIssue: (record: TaskRecord) => Promise<number>;
  readonly writeRecord: (issue: number, record: TaskRecord) => Promise<void>;
  readonly issue: (number: number) => {
    readonly state: string;
    readonly reason: string | null;
    readonly bodies: readonly string[];
    readonly results: readonly Result[];
  };
  /** What a pass does when a result has come: it commits the plan with the task completed. */
  readonly commitProgress: (task: string) => Promise<string>;
  /** The commit that a ref of the repository stands at. */
  readonly ref: (name: string) => Promise<string | undefined>;
  /** Makes, moves or, with null, deletes a ref as the lead. */
  readonly moveRef: (name: string, commit: string | null) => Promise<void>;
  /** Tokens that jobs of this repository were given so far. */
  readonly minted: readonly string[];
  /** A step that a test runs: the site outlives it. */
  readonly during: <T>(step: Promise<T>) => Promise<T>;
  /** Aborted when the site closes: whatever still works in it is to end. */
  readonly closing: AbortSignal;
  readonly close: () => Promise<void>;
}

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Where the tools of this machine are: what a hosted runner has installed. */
export const TOOLS = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)];

export const CONFIG = `landing: push
isolation: none
install: []
agents:
  general-purpose:
    run: command
    command: bash agent.sh
checks:
  compile: test -f src/ground.txt
  test: bash test.sh
  lint: none
  integration:
    api: test -f src/a.txt
`;

export const AGENT =
  'mkdir -p src && echo "by $AGENT_WAVES_TASK" > src/a.txt && echo "Wrote src/a.txt." > "$AGENT_WAVES_SUMMARY"\n';

export const PLAN = {
  name: 'Small',
  waves: [
    { number: 1, title: 'Ground' },
    { number: 2, title: 'House' },
  ],
  tasks: [
    { id: 'G-001', title: 'Ground', wave: 1, status: 'completed', outputs: ['src/ground.txt'] },
    {
      id: 'A-001',
      title: 'Walls',
      wave: 2,
      dependencies: ['G-001'],
      description: 'Build the walls.',
      acceptance: ['They stand.'],
      outputs: ['src/a.txt'],
    },
  ],
};

const FILES: Readonly<Record<string, string>> = {
  '.github/agent-waves.yml': CONFIG,
  '.github/workflows/agent-task.yml': '',
  'docs/planning/tasks.json': `${JSON.stringify(PLAN, null, 2)}\n`,
  'AGENTS.md': '# Agents\n',
  'PROGRESS.md': '# Progress\n',
  'agent.sh': AGENT,
  'test.sh': 'test -f src/ground.txt\n',
  'src/ground.txt': 'ground\n',
};

/** @param workflow Source of the task workflow; empty where a test calls the steps itself. */
export async function startSite({
  files = {},
  repository = {},
  tools = () => [],
}: {
  readonly files?: Readonly<Record<string, string>>;
  /** Rules and merge settings. */
  readonly repository?: Partial<Parameters<EmbeddedGitHub['createRepository']>[0]>;
  /** Folders of programs in front of those of this machine. */
  readonly tools?: (folder: string) => readonly string[];
} = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-task-'));
  const requests: RequestEntry[] = [];
  const minted: string[] = [];
  const machine = createRunner({
    actions: { 'agent-waves/agent-waves': await actionFolder(folder) },
    tools: [...tools(folder), ...TOOLS],
    keepWork: true,
  });
  const runner: Runner = {
    prepare: machine.prepare,
    start: (request, listener) => {
      const mintToken: typeof request.mintToken = (permissions) => {
        const token = request.mintToken(permissions);
        minted.push(token);
        return token;
      };
      return machine.start({ ...request, mintToken }, listener);
    },
  };
  const steps = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const watchers: ((entry: RequestEntry) => void)[] = [];
  const onRequest = (entry: RequestEntry) => {
    requests.push(entry);
    for (const watcher of watchers) watcher(entry);
  };
  const github = await startGitHub({ folder, runner, onRequest });
  const lead = github.createUser({ login: 'lead' });
  const { cloneUrl, gitDir } = await github.createRepository({ owner: 'acme', name: 'small', ...repository });
  github.addCollaborator({ repository: 'acme/small', login: 'lead', permission: 'admin' });
  const octokit = new Octokit({ auth: lead.token, baseUrl: github.apiUrl });
  const push: Site['push'] = (message, changes) =>
    github.commitFiles({ repository: 'acme/small', by: 'lead', message, files: changes });
  await push('Begin', { ...FILES, ...files });

  const report = (number: number) => {
    const found = github.issuesReport('acme/small').find((candidate) => candidate.number === number);
    if (!found) throw new Error(`no issue #${number}`);
    return found;
  };
  return {
    github,
    folder,
    octokit,
    token: lead.token,
    requests,
    minted,
    answered: (matches) =>
      new Promise((resolve) => {
        watchers.push((entry) => matches(entry) && resolve());
      }),
    remote: openGit(gitDir),
    cloneUrl: cloneUrl.replace('://', `://x:${lead.token}@`),
    push,
    createIssue: async (record) => {
      const { data } = await octokit.rest.issues.create({
        ...AT,
        title: `${record.task}: …`,
        body: body(record),
        labels: [LABEL.task],
      });
      return data.number;
    },
    writeRecord: async (issue, record) => {
      await octokit.rest.issues.update({ ...AT, issue_number: issue, body: body(record) });
    },
    issue: (number) => {
      const { state, state_reason, comments_list } = report(number);
      const bodies = comments_list.map((comment) => comment.body ?? '');
      return { state, reason: state_reason ?? null, bodies, results: bodies.flatMap((text) => readResult(text) ?? []) };
    },
    commitProgress: async (task) => {
      const tasks = PLAN.tasks.map((entry) => (entry.id === task ? { ...entry, status: 'completed' } : entry));
      return push('Progress [skip ci]', {
        'docs/planning/tasks.json': `${JSON.stringify({ ...PLAN, tasks }, null, 2)}\n`,
        'PROGRESS.md': `# Progress\n\n${task} is done.\n`,
      });
    },
    ref: async (name) => readRefFile(gitDir, name) ?? undefined,
    moveRef: async (name, commit) => {
      const ref = name.replace(/^refs\//, '');
      if (commit === null) await octokit.rest.git.deleteRef({ ...AT, ref });
      else if (readRefFile(gitDir, name)) await octokit.rest.git.updateRef({ ...AT, ref, sha: commit, force: true });
      else await octokit.rest.git.createRef({ ...AT, ref: name, sha: commit });
    },
    during: async (step) => {
      steps.add(step);
      return step.finally(() => steps.delete(step));
    },
    closing: closing.signal,
    close: async () => {
      closing.abort();
      await Promise.allSettled(steps);
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function body(record: TaskRecord): string {
  return `A task.\n\n${ownPart(writeTaskRecord(record))}\n`;
}

/** The action as it is in this checkout, with what its sources make now in place of the bundle. */
async function actionFolder(folder: string): Promise<string> {
  const action = join(folder, 'action');
  await mkdir(join(action, 'dist'), { recursive: true });
  await writeFile(join(action, 'dist/package.json'), '{ "type": "module" }\n');
  const program = `${JSON.stringify(`${inject('actionPrograms')}/task-`)} + process.argv[2] + '.js'`;
  await writeFile(join(action, 'dist/task.js'), `await import(${program});\n`);
  await cp(join(ROOT, 'action.yml'), join(action, 'action.yml'));
  await cp(join(ROOT, 'agents'), join(action, 'agents'), { recursive: true });
  return action;
}

/** A record that asks for the first attempt at A-001. */
export function liveRecord(changes: Partial<TaskRecord> = {}): TaskRecord {
  return {
    ...newTaskRecord('Small', 'A-001' as TaskId),
    attempt: 1,
    slice: 1,
    dispatch: 1,
    live: { agent: 'A1', sent: '2026-11-23T10:00:00Z', sends: 1 },
    ...changes,
  };
}

export function inputsFor(issue: number, changes: Partial<DispatchInputs> = {}): DispatchInputs {
  return { task: 'A-001' as TaskId, issue, attempt: 1, slice: 1, dispatch: 1, ...changes };
}
