import { appendFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultPlan, RequestEntry } from 'embedded-github';
import { createRunner, type EmbeddedGitHub, type Runner, type RunnerOptions, startGitHub } from 'embedded-github';
import { type Client, createClient } from '../../github/octokit.ts';
import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { LABEL } from '../../state/names.ts';
import { readGroupRecord } from '../../state/record.ts';
import { whatToFix } from '../../text/notices.ts';
import { PACKAGE_ROOT, TOOL_FOLDERS } from '../package-root.ts';
import type { RehearsalAgent } from './agent.ts';
import { announcing, type Kill, signFolder, startKiller } from './killer.ts';
import { looks, looksSinceWrite } from './looks.ts';
import { serveObserved, VIEWER } from './observed-dashboard.ts';
import { isClockStopped, keepSchedules, type RehearsalHost } from './passes-by-jobs.ts';
import { DEFAULT_BRANCH, planReader } from './plan-reader.ts';
import { prepareRepository } from './prepare-repository.ts';
import { startRedis } from './redis.ts';
import { type Reviewer, startReviewer } from './reviewer.ts';
import { type AppPlace, startApp } from './start-app.ts';
import { MODEL_SECRET, MODEL_VARIABLE } from './wire-model.ts';

export interface SessionOptions {
  readonly source: string;
  readonly plan: Plan;
  readonly config: Config;
  /** Empty or new folder for everything that the rehearsal leaves. */
  readonly out: string;
  readonly agent: RehearsalAgent;
  /** Keys of the configuration that are other than in the folder; `config` has them already. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** The default branch takes no pushes and demands one review. */
  readonly protectDefault?: boolean;
  /** The task workflow of several jobs. */
  readonly hardened?: boolean;
  /** Jobs of the repository make the passes: there is no app, and no process of it. */
  readonly withoutServer?: boolean;
  /** Starts what makes the passes; absent: one process of the app. */
  readonly startHost?: (github: EmbeddedGitHub, place: AppPlace) => Promise<RehearsalHost>;
  /** The runner of every so manyth task is killed, when its agent has worked for so many milliseconds. */
  readonly kill?: { readonly every: number; readonly after: (task: string) => number };
  readonly port?: number;
  /** Waits of the protocol are divided by this. */
  readonly timeScale: number;
  /** What goes wrong from the beginning; `github.faults` takes more later on. */
  readonly faults?: FaultPlan;
  /** Everybody may read the repository and comment. Default false. */
  readonly public?: boolean;
  readonly runner?: Pick<RunnerOptions, 'cancelGrace' | 'ignoreCancel' | 'keepWork'>;
  /** What executes workflows; by default the embedded runner. */
  readonly makeRunner?: (options: RunnerOptions) => Runner;
}

/** A rehearsal that runs: an embedded GitHub, the app beside it, and a person with every right. */
export interface RehearsalSession {
  readonly github: EmbeddedGitHub;
  readonly app: RehearsalHost;
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
  /** Whether nothing comes any more by itself: passes have begun that had nothing to write, so many at least. */
  readonly isQuiet: (looks: number) => Promise<boolean>;
  /** Why the app has nothing dispatched any more, as it tells people on the plan issue. */
  readonly refusal: () => string | undefined;
  /** Runners that were killed so far. */
  readonly kills: readonly Kill[];
  readonly close: () => Promise<void>;
}

const OWNER = 'rehearsal';
const LEAD = 'lead';
const REVIEWER = 'reviewer';
/** What may be asked in an hour may be asked in so long (ms). */
const BUDGET_HOUR_MS = 60_000;

type Closing = (() => unknown)[];

/** @throws after it has taken down again what it had put up. */
export async function startSession(options: SessionOptions): Promise<RehearsalSession> {
  const closing: Closing = [];
  const close = async () => {
    for (let last = closing.pop(); last; last = closing.pop()) await last();
  };
  try {
    return { ...(await open(options, closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param closing Takes what is to be done at the end, last one first. */
async function open(options: SessionOptions, closing: Closing): Promise<Omit<RehearsalSession, 'close'>> {
  const { source, plan, config, out, timeScale, kill, makeRunner = createRunner } = options;
  await mkdir(out, { recursive: true });
  const redis = config.checkpoint === 'redis' ? await startRedis(join(out, 'redis')) : undefined;
  if (redis) closing.push(redis.close);
  const requests: RequestEntry[] = [];
  const requestLog = join(out, 'requests.jsonl');
  const github = await startGitHub({
    folder: out,
    runner: makeRunner({
      actions: { 'agent-waves/agent-waves': PACKAGE_ROOT },
      tools: [...TOOL_FOLDERS, ...(options.agent.kind === 'model' ? [options.agent.folder] : [])],
      ...(options.withoutServer ? { environment: { AGENT_WAVES_TIME_SCALE: String(timeScale) } } : {}),
      ...options.runner,
    }),
    // A plan that takes hours is rehearsed in minutes: so is what may be asked in an hour.
    budgetHour: BUDGET_HOUR_MS,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    onRequest: (entry) => {
      if (entry.actor === VIEWER) return;
      requests.push(entry);
      const { time, actor, method, route, status } = entry;
      appendFileSync(requestLog, `${JSON.stringify({ time, actor, method, route, status })}\n`);
    },
  });
  closing.push(github.close);
  const repo =
    plan.name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '') || 'plan';
  const { gitDir, cloneUrl, fullName } = await github.createRepository({
    owner: OWNER,
    name: repo,
    defaultBranch: DEFAULT_BRANCH,
    private: options.public !== true,
  });
  const { token: leadToken } = github.createUser({ login: LEAD });
  github.addCollaborator({ repository: fullName, login: LEAD, permission: 'admin' });
  await prepareRepository({
    source,
    config,
    agent: kill ? announced(options.agent, out) : options.agent,
    changes: options.changes ?? {},
    hardened: options.hardened ?? false,
    withoutServer: options.withoutServer ?? false,
    branch: DEFAULT_BRANCH,
    except: out,
    remote: { url: cloneUrl, token: leadToken },
  });
  // Merging and reviewed landing open pull requests as GITHUB_TOKEN.
  github.setSettings(fullName, { actionsMayPropose: true, autoMerge: options.protectDefault === true });
  if (options.protectDefault) github.protect(fullName, { branch: DEFAULT_BRANCH, pullRequest: { approvals: 1 } });
  if (redis) github.setSecret(fullName, { name: 'REDIS_URL', value: redis.url });
  if (options.agent.kind === 'model') {
    const { key, address } = options.agent;
    github.setSecret(fullName, { name: MODEL_SECRET, value: key });
    if (address !== undefined) github.setVariable(fullName, { name: MODEL_VARIABLE, value: address });
  }

  const shown = options.withoutServer ? await serveObserved(github, { owner: OWNER, repo }) : undefined;
  if (shown) closing.push(shown.close);
  const app = shown
    ? await keepSchedules({ github, timeScale, dashboardUrl: shown.url })
    : await (options.startHost ?? startApp)(github, { fullName, out, timeScale });
  closing.push(() => app.end('SIGTERM'));

  const lead = createClient({ token: leadToken, baseUrl: github.apiUrl });
  if (config.landing === 'review' || config.base !== 'default') closing.push(review(github, repo, config).close);
  const killer = kill && (await startKiller({ github, folder: signFolder(out), ...kill }));
  if (killer) closing.push(killer.close);
  return {
    github,
    app,
    owner: OWNER,
    repo,
    gitDir,
    lead,
    leadToken,
    requests,
    kills: killer?.kills ?? [],
    start: async () => {
      const issue_number = await planIssue({ github, fullName, app, requests });
      await lead.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
        owner: OWNER,
        repo,
        issue_number,
        labels: [LABEL.start],
      });
      return issue_number;
    },
    planOnBase: planReader(gitDir, config.plan),
    isQuiet: async (quiet) =>
      options.withoutServer ? isClockStopped(lead, { owner: OWNER, repo }) : looksSinceWrite(requests) >= quiet,
    planIssueClosed: () => findPlanIssue(github, fullName)?.state === 'closed',
    refusal: () => {
      const issue = findPlanIssue(github, fullName);
      const refusal = readGroupRecord(issue?.body ?? '')?.refusal;
      return issue && refusal && whatToFix(refusal.cause, issue.number);
    },
  };
}

/** Whoever kills a runner has to hear that its agent began. */
function announced(agent: RehearsalAgent, out: string): RehearsalAgent {
  return agent.kind === 'command' ? { ...agent, command: announcing(agent.command, signFolder(out)) } : agent;
}

/** A second person, since nobody may approve alone what they proposed. Runs merge by themselves what is not reviewed. */
function review(github: EmbeddedGitHub, repo: string, { landing }: Config): Reviewer {
  const { token } = github.createUser({ login: REVIEWER });
  github.addCollaborator({ repository: `${OWNER}/${repo}`, login: REVIEWER, permission: 'write' });
  return startReviewer({
    github,
    owner: OWNER,
    repo,
    token,
    login: REVIEWER,
    ...(landing === 'review' ? {} : { base: DEFAULT_BRANCH }),
  });
}

/** An app that has looked so often and made no plan issue makes none. */
const LOOKS = 20;

interface Beginning extends Pick<RehearsalSession, 'github' | 'app' | 'requests'> {
  readonly fullName: string;
}

/** However long it takes, as long as the app is there and comes no further than to look. */
async function planIssue({ github, fullName, app, requests }: Beginning): Promise<number> {
  for (;;) {
    const found = findPlanIssue(github, fullName);
    if (found) return found.number;
    if (!app.running) throw new Error('the app ended before it made a plan issue; its log says why');
    if (looks(requests) > LOOKS)
      throw new Error(`the app looked ${LOOKS} times and made no plan issue; its log says why`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function findPlanIssue(github: EmbeddedGitHub, fullName: string) {
  return github
    .issuesReport(fullName)
    .find(({ labels }) => labels.some((label) => typeof label === 'object' && label.name === LABEL.plan));
}
