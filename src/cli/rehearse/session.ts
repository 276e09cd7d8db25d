import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { type Client, createClient } from '../../github/octokit.ts';
import type { Config } from '../../plan/config.ts';
import { loadPlan } from '../../plan/load.ts';
import type { Plan } from '../../plan/plan.ts';
import type { FaultPlan } from '../../rehearsal/faults.ts';
import { type EmbeddedGitHub, startGitHub } from '../../rehearsal/github.ts';
import type { RequestEntry } from '../../rehearsal/requests.ts';
import { createRunner, type RunnerOptions } from '../../rehearsal/runner/runner.ts';
import { LABEL } from '../../state/names.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { AppProcess } from './app-process.ts';
import { prepareRepository } from './prepare-repository.ts';

export interface SessionOptions {
  readonly source: string;
  readonly plan: Plan;
  readonly config: Config;
  /** Empty or new folder for everything that the rehearsal leaves. */
  readonly out: string;
  readonly agent: string;
  readonly maxParallel?: number;
  readonly port?: number;
  /** Waits of the protocol are divided by this. */
  readonly haste: number;
  /** What goes wrong from the beginning; `github.faults` takes more later on. */
  readonly faults?: FaultPlan;
  /** Everybody may read the repository and comment. Default false. */
  readonly public?: boolean;
  readonly runner?: Pick<RunnerOptions, 'cancelGrace' | 'ignoreCancel' | 'keepWork'>;
}

/** A rehearsal that runs: an embedded GitHub, the app beside it, and a person with every right. */
export interface Session {
  readonly github: EmbeddedGitHub;
  readonly app: AppProcess;
  readonly owner: string;
  readonly repo: string;
  readonly gitDir: string;
  /** A client of the person who leads the plan. */
  readonly lead: Client;
  readonly leadToken: string;
  readonly requests: readonly RequestEntry[];
  /** Sets `agent:start` on the plan issue, as soon as the app has made it. @returns Its number. */
  readonly start: () => Promise<number>;
  /** The plan as the base has it now: its status fields tell how it stands. */
  readonly planOnBase: () => Promise<Plan>;
  readonly planIssueClosed: () => boolean;
  readonly close: () => Promise<void>;
}

const OWNER = 'rehearsal';
const LEAD = 'lead';
const APP_SLUG = 'agent-waves';
const BRANCH = 'main';

export async function startSession(options: SessionOptions): Promise<Session> {
  const { source, plan, config, out, agent, maxParallel, haste } = options;
  await mkdir(out, { recursive: true });
  const requests: RequestEntry[] = [];
  const requestLog = join(out, 'requests.jsonl');
  const github = await startGitHub({
    folder: out,
    runner: createRunner({
      actions: { 'agent-waves/agent-waves': PACKAGE_ROOT },
      tools: [join(PACKAGE_ROOT, 'node_modules', '.bin')],
      ...options.runner,
    }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    onRequest: (entry) => {
      requests.push(entry);
      const { time, actor, method, route, status } = entry;
      appendFileSync(requestLog, `${JSON.stringify({ time, actor, method, route, status })}\n`);
    },
  });

  const repo =
    plan.name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '') || 'plan';
  const { gitDir, cloneUrl, fullName } = await github.createRepository({
    owner: OWNER,
    name: repo,
    defaultBranch: BRANCH,
    private: options.public !== true,
  });
  const { token: leadToken } = github.createUser({ login: LEAD });
  github.addCollaborator({ repository: fullName, login: LEAD, permission: 'admin' });
  await prepareRepository({
    ...{ source, config, agent, maxParallel, branch: BRANCH },
    scratch: join(out, 'start'),
    remote: { url: cloneUrl, token: leadToken },
  });

  const manifest = await readManifest();
  const { id: appId, privateKey } = github.createApp({ slug: APP_SLUG, ...manifest });
  const secret = randomBytes(20).toString('hex');
  const app = new AppProcess(
    { appId, privateKey, webhookSecret: secret, apiUrl: github.apiUrl, haste },
    join(out, 'app.log'),
  );
  github.install(APP_SLUG, fullName);
  github.setWebhook(APP_SLUG, { url: await app.start(), secret });

  const lead = createClient({ token: leadToken, baseUrl: github.apiUrl });
  return {
    ...{ github, app, owner: OWNER, repo, gitDir, lead, leadToken, requests },
    start: async () => {
      const issue_number = await planIssue(github, fullName);
      await lead.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
        owner: OWNER,
        repo,
        issue_number,
        labels: [LABEL.start],
      });
      return issue_number;
    },
    planOnBase: () => planOnBase(gitDir, config.plan),
    planIssueClosed: () => findPlanIssue(github, fullName)?.state === 'closed',
    close: async () => {
      await app.end('SIGTERM');
      await github.close();
    },
  };
}

/** What the app may do and hear, from the manifest that users make their app of. */
async function readManifest(): Promise<{ permissions: Record<string, 'read' | 'write'>; events: readonly string[] }> {
  const manifest = load(await readFile(join(PACKAGE_ROOT, 'app.yml'), 'utf8')) as {
    readonly default_permissions: Record<string, 'read' | 'write'>;
    readonly default_events: readonly string[];
  };
  return { permissions: manifest.default_permissions, events: manifest.default_events };
}

/** How long the app may take to make the plan issue, in milliseconds. */
const PATIENCE = 30_000;

async function planIssue(github: EmbeddedGitHub, fullName: string): Promise<number> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; ) {
    const found = findPlanIssue(github, fullName);
    if (found) return found.number;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the app made no plan issue within ${PATIENCE / 1000} s; its log says why`);
}

function findPlanIssue(github: EmbeddedGitHub, fullName: string) {
  return github
    .issuesReport(fullName)
    .find(({ labels }) => labels.some((label) => typeof label === 'object' && label.name === LABEL.plan));
}

const git = promisify(execFile);

async function planOnBase(gitDir: string, path: string): Promise<Plan> {
  const { stdout } = await git('git', ['--git-dir', gitDir, 'show', `${BRANCH}:${path}`], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const loaded = loadPlan({ file: path, text: stdout });
  if (!loaded.ok) throw new Error(`${path} on ${BRANCH} does not load any more: ${loaded.problems[0]?.message}`);
  return loaded.plan;
}
