import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaultPlan, Runner, RunnerOptions, RunRecord } from 'embedded-github';
import { afterAll, beforeAll } from 'vitest';
import type { RehearsalAgent } from '../../../src/cli/rehearse/agent.ts';
import { looks, looksSinceWrite } from '../../../src/cli/rehearse/looks.ts';
import { type RehearsalSession, type SessionOptions, startSession } from '../../../src/cli/rehearse/session.ts';
import { type Client, createClient } from '../../../src/github/octokit.ts';
import { commitFiles } from '../../../src/github/write/commit-files.ts';
import { LABEL } from '../../../src/state/names.ts';
import { readTaskRecord, type TaskRecord } from '../../../src/state/record.ts';
import { endOpenWaits, eventually as waitFor } from '../../support/waiting.ts';
import { withoutOccasion } from '../../support/without-occasion.ts';
import { expectLawful } from './laws.ts';
import { type PlannedTask, writeRepository } from './repository.ts';
import { git, type Landing, landings, runLog } from './world.ts';

const AGENT = fileURLToPath(new URL('agent.sh', import.meta.url));

/**
 * Waits of the protocol are this many times shorter: the longest becomes three seconds. None of them gives a slow machine
 * time to finish something. The two that guard against silence are there because GitHub's reads lag behind its writes;
 * here a dispatch has its run before it is answered, and a run has ended only when what it reported can be read.
 */
const TIME_SCALE = 40;

/** A runner never gives up on a cancelled run that is still tidying up (in milliseconds): it ends when it is done. */
const CANCEL_GRACE = { sigterm: 600_000, sigkill: 600_000 };

export interface StageOptions {
  readonly tasks: readonly PlannedTask[];
  readonly maxParallel?: number;
  /** Keys of the configuration that are other than in every scenario. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Further files of the repository. */
  readonly files?: Readonly<Record<string, string>>;
  readonly faults?: FaultPlan;
  /** By default a program that waits at doors. */
  readonly agent?: RehearsalAgent;
  readonly public?: boolean;
  /** Jobs of the repository make the passes. */
  readonly withoutServer?: boolean;
  /** What makes the passes, where it is not one process of the app. */
  readonly startHost?: SessionOptions['startHost'];
  /** Runs go on after a cancel. */
  readonly ignoreCancel?: (runId: number) => boolean;
  /** The task workflow of several jobs. */
  readonly hardened?: boolean;
  /** What executes workflows; by default the embedded runner. */
  readonly makeRunner?: (options: RunnerOptions) => Runner;
}

export interface IssueEdit {
  readonly title?: string;
  readonly body?: string;
  readonly state?: 'open' | 'closed';
  readonly state_reason?: 'completed' | 'not_planned' | 'reopened';
}

/** Waits as long as it takes until there is something to see. */
type Eventually = <T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>) => Promise<T>;

export type IssueReport = ReturnType<RehearsalSession['github']['issuesReport']>[number];

/** A rehearsal of a small plan that a scenario plays on: what it may do, and what it may look at. */
export interface Stage {
  readonly session: RehearsalSession;
  readonly out: string;
  /** By task id, `plan`, or `wave 2`. Throws when there is none. */
  readonly issue: (name: string) => IssueReport;
  readonly comments: (name: string) => readonly { readonly author: string; readonly body: string }[];
  readonly labels: (name: string) => readonly string[];
  readonly record: (task: string) => TaskRecord;
  /** Oldest first. */
  readonly runsOf: (task: string) => readonly RunRecord[];
  readonly statuses: () => Promise<Readonly<Record<string, string>>>;
  readonly landings: () => Promise<readonly Landing[]>;
  readonly log: (run: number) => Promise<string>;
  readonly eventually: Eventually;

  /** The agent works on the task until its door is opened again. */
  readonly closeDoor: (...tasks: readonly string[]) => Promise<void>;
  readonly openDoor: (...tasks: readonly string[]) => Promise<void>;
  readonly atWork: (task: string, attempt?: number) => Promise<void>;
  readonly brief: (task: string, attempt: number) => Promise<string>;
  /** The agent delivers broken work in the first attempts. */
  readonly spoil: (task: string, attempts: number) => Promise<void>;

  readonly person: (login: string, permission?: 'read' | 'triage' | 'write') => Client;
  readonly say: (name: string, body: string, as?: Client) => Promise<void>;
  readonly label: (name: string, label: string, as?: Client) => Promise<void>;
  /** Title, body or state, as the page of an issue lets a person change them. */
  readonly edit: (name: string, change: IssueEdit, as?: Client) => Promise<void>;
  readonly unlabel: (name: string, label: string) => Promise<void>;
  /** Replaces a file of the base, as a push by the lead does. */
  readonly write: (path: string, text: string) => Promise<void>;
  readonly read: (path: string) => Promise<string>;

  /** Every task of the plan is completed on the base and its issue closed, and the plan's too. */
  readonly finished: () => Promise<void>;
  /** The app has looked so many times from now on. */
  readonly passes: (count: number) => Promise<void>;
  /** Two passes in a row have found nothing to write while no run was live. */
  readonly rest: () => Promise<void>;
}

type Scene = (stage: Stage) => Promise<void>;

/** Plays a scenario on a rehearsal of its own, holds the laws against what it leaves, and tells all when it fails. */
export async function rehearsed(options: StageOptions, scenario: Scene): Promise<void> {
  const { stage, takeDown } = await setUp(options);
  try {
    await telling(stage, scenario);
    await telling(stage, expectLawful);
  } finally {
    await takeDown();
  }
}

/** What the scenes of one rehearsal share: the stage is there when a scene plays. */
export type Play = (scene: Scene) => () => Promise<void>;

/** One rehearsal for all tests of the surrounding `describe`; the laws are held against what they leave. */
export function onOneStage(
  options: StageOptions,
  begin: Scene = async ({ session }) => void (await session.start()),
): Play {
  let current: Awaited<ReturnType<typeof setUp>> | undefined;
  beforeAll(async () => {
    current = await setUp(options);
    await telling(current.stage, begin);
  });
  afterAll(async () => {
    try {
      // A hook that was ended by vitest's limit still waits: what for is said while there is something to show.
      const waits = await endOpenWaits();
      if (waits !== '') throw new Error(waits);
      if (current) await telling(current.stage, expectLawful);
    } finally {
      await current?.takeDown();
    }
  });
  return (scene) => async () => {
    if (!current) throw new Error('the stage was not set up');
    await telling(current.stage, scene);
  };
}

async function telling(stage: Stage, scene: Scene): Promise<void> {
  try {
    await scene(stage);
  } catch (error) {
    if (error instanceof Error) error.message += await evidence(stage);
    throw error;
  }
}

async function setUp(options: StageOptions): Promise<{ stage: Stage; takeDown: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-e2e-'));
  const [source, out, doors] = ['source', 'out', 'doors'].map((name) => join(folder, name)) as [string, string, string];
  await mkdir(doors);
  const loaded = await writeRepository(source, options);
  if (!loaded.ok) throw new Error(`the scenario's plan is broken: ${JSON.stringify(loaded.problems)}`);
  const session = await startSession({
    ...{
      source,
      out,
      plan: loaded.plan,
      config: loaded.config,
      timeScale: TIME_SCALE,
      agent: options.agent ?? { kind: 'command', command: `sh '${AGENT}' '${doors}'` },
    },
    changes: {
      ...(options.maxParallel === undefined ? {} : { max_parallel: options.maxParallel }),
      ...options.changes,
    },
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.public === undefined ? {} : { public: options.public }),
    ...(options.withoutServer === undefined ? {} : { withoutServer: options.withoutServer }),
    ...(options.hardened === undefined ? {} : { hardened: options.hardened }),
    ...(options.makeRunner === undefined ? {} : { makeRunner: options.makeRunner }),
    ...(options.startHost === undefined ? {} : { startHost: options.startHost }),
    runner: {
      cancelGrace: CANCEL_GRACE,
      ...(options.ignoreCancel === undefined ? {} : { ignoreCancel: options.ignoreCancel }),
    },
  });
  const eventually: Eventually = (what, look) => waitFor(what, look, () => evidence({ session, out }));
  return {
    stage: {
      ...{ session, out, eventually, ...looking(session, { out, eventually }), ...directing(doors, eventually) },
      ...{ ...acting(session), ...waiting(session, eventually) },
    },
    takeDown: async () => {
      await session.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function looking(
  session: RehearsalSession,
  { out, eventually }: { readonly out: string; readonly eventually: Eventually },
) {
  const { github, owner, repo, gitDir } = session;
  const issue = (name: string) => findIssue(session, name);
  return {
    issue,
    comments: (name: string) =>
      issue(name).comments_list.map(({ user, body }) => ({
        author: user?.login ?? '',
        body: withoutOccasion(body ?? ''),
      })),
    labels: (name: string) => labelsOf(issue(name)),
    record: (task: string): TaskRecord => {
      const record = readTaskRecord(issue(task).body ?? '');
      if (!record) throw new Error(`the issue of ${task} holds no record`);
      return record;
    },
    runsOf: (task: string) => github.runs().filter((run) => run.inputs.task === task),
    statuses: async () =>
      Object.fromEntries((await session.planOnBase()).tasks.map(({ id, status }) => [id, status ?? 'pending'])),
    landings: () => landings(gitDir),
    log: (run: number) => runLog(out, run),
    read: (path: string) => git(gitDir, 'show', `main:${path}`),
    write: async (path: string, text: string) => {
      // Passes commit to the same branch at any moment: what was made for an older head is made again.
      await eventually(`${path} is written`, async () => {
        const expectedHead = (await git(gitDir, 'rev-parse', 'main')).trim();
        const locator = { owner, repo };
        const files = new Map([[path, text]]);
        const wanted = { client: session.lead, locator, branch: 'main', expectedHead, headline: `Edit ${path}`, files };
        const { kind } = await commitFiles(wanted);
        return kind === 'committed';
      });
    },
  };
}

function directing(doors: string, eventually: Eventually) {
  const file = (name: string) => join(doors, name);
  return {
    closeDoor: async (...tasks: readonly string[]) => {
      for (const task of tasks) await writeFile(file(`${task}.closed`), '');
    },
    openDoor: async (...tasks: readonly string[]) => {
      for (const task of tasks) await rm(file(`${task}.closed`), { force: true });
    },
    atWork: async (task: string, attempt = 1) => {
      await eventually(`the agent works on ${task}`, () => existsSync(file(`${task}.${attempt}.at-work`)));
    },
    brief: (task: string, attempt: number) => readFile(file(`${task}.${attempt}.brief`), 'utf8'),
    spoil: (task: string, attempts: number) => writeFile(file(`${task}.spoiled`), String(attempts)),
  };
}

function acting(session: RehearsalSession) {
  const { github, owner, repo } = session;
  const at = (name: string) => ({ owner, repo, issue_number: findIssue(session, name).number });
  return {
    person: (login: string, permission?: 'read' | 'triage' | 'write') => {
      const { token } = github.createUser({ login });
      if (permission) github.addCollaborator({ repository: `${owner}/${repo}`, login, permission });
      return createClient({ token, baseUrl: github.apiUrl });
    },
    say: async (name: string, body: string, as: Client = session.lead) => {
      await as.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at(name), body });
    },
    edit: async (name: string, change: IssueEdit, as: Client = session.lead) => {
      await as.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...at(name), ...change });
    },
    label: async (name: string, label: string, as: Client = session.lead) => {
      const labels = [label];
      await as.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...at(name), labels });
    },
    unlabel: async (name: string, label: string) => {
      const url = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}';
      await session.lead.request(url, { ...at(name), name: label });
    },
  };
}

function waiting(session: RehearsalSession, eventually: Eventually) {
  const passes = async (count: number) => {
    const before = looks(session.requests);
    await eventually(`the app looks ${count} times`, () => looks(session.requests) >= before + count);
  };
  return {
    passes,
    finished: async () => {
      await eventually('the plan is finished', async () => {
        const { tasks } = await session.planOnBase();
        return tasks.every(({ status }) => status === 'completed') && session.planIssueClosed();
      });
    },
    rest: async () => {
      await eventually('the app rests', async () => {
        if (session.github.runs().some(({ status, handle }) => status !== 'completed' && handle)) return false;
        const before = session.requests.length;
        await passes(2);
        const since = session.requests.slice(before);
        return looksSinceWrite(since) === looks(since);
      });
    },
  };
}

function findIssue({ github, owner, repo }: RehearsalSession, name: string): IssueReport {
  const wanted = name === 'plan' ? /^Plan: / : name.startsWith('wave ') ? /^Wave (\d+)/ : /^([^:]+):/;
  const kind = name === 'plan' ? LABEL.plan : name.startsWith('wave ') ? LABEL.wave : LABEL.task;
  const found = github.issuesReport(`${owner}/${repo}`).find((issue) => {
    const match = wanted.exec(issue.title);
    const called = kind === LABEL.wave ? `wave ${match?.[1]}` : match?.[1];
    return match && labelsOf(issue).includes(kind) && (name === 'plan' || called === name);
  });
  if (!found) throw new Error(`there is no issue of ${name}`);
  return found;
}

function labelsOf({ labels }: IssueReport): readonly string[] {
  return labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? [])));
}

/** The end of the app's log, how every task stands, and all that the newest run printed. */
async function evidence({ session, out }: Pick<Stage, 'session' | 'out'>): Promise<string> {
  const log = await readFile(join(out, 'app.log'), 'utf8').catch(() => '');
  const runs = session.github.runs();
  const last = runs.at(-1);
  const issues = session.github.issuesReport(`${session.owner}/${session.repo}`);
  return [
    '',
    'app.log ends with:',
    ...log.trimEnd().split('\n').slice(-40),
    'issues:',
    ...issues.map((issue) => `  #${issue.number} ${issue.title}: ${issue.state} ${labelsOf(issue).join(' ')}`),
    'runs:',
    ...runs.map(({ id, displayTitle, status, conclusion }) => `  ${id} ${displayTitle}: ${conclusion ?? status}`),
    ...(last ? [`run ${last.id} printed:`, await runLog(out, last.id)] : []),
  ].join('\n');
}
