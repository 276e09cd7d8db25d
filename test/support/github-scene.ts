import type { Octokit } from '@octokit/rest';
import type { Role, RunRecord } from '../../packages/embedded-github/src/index.ts';
import {
  appOctokit,
  commit,
  git,
  octokitFor,
  startTown,
  TASK_WORKFLOW,
  type Town,
} from '../../packages/embedded-github/test/support/town.ts';
import type { Decision } from '../../src/decide/effects/effect.ts';
import { type Memory, newMemory } from '../../src/github/memory.ts';
import { createClient } from '../../src/github/octokit.ts';
import { type Pass, reconcile } from '../../src/reconcile.ts';
import { LABEL, parseDispatchTitle } from '../../src/state/names.ts';
import type { TaskView } from '../../src/state/task-view.ts';
import { TIMINGS, type Timings } from '../../src/state/timings.ts';
import { commitOnBranch } from './commit-on-branch.ts';
import { ScriptedRun } from './scripted-run.ts';
import { scriptedRunner } from './scripted-runner.ts';

const REPOSITORY = { owner: 'acme', repo: 'daw' } as const;
const PLAN_PATH = 'docs/planning/tasks.json';
const CONFIG_PATH = '.github/agent-waves.yml';
/** More passes than any step needs until nothing is left to do. */
const MAX_PASSES = 20;
/** GitHub's clock stands still between these steps (ms). */
const STEP = 1_000;
/** What a person does comes well after what the app wrote (ms). */
const HESITATION = 5_000;
/** A token of the app lives for an hour (ms). */
const TOKEN_LIFE = 50 * 60_000;

export interface SceneInput {
  /** The plan as an object, or the text of its file. */
  readonly plan: object | string;
  /** Text of the configuration; by default work lands by push. */
  readonly config?: string;
  /** Branch that work lands on; by default the default branch. */
  readonly base?: string;
  /** Further files of the first commit. */
  readonly files?: Readonly<Record<string, string>>;
  readonly timings?: Partial<Timings>;
}

/**
 * A plan on the embedded GitHub, in process: real passes under the app's token, people over HTTP with tokens of their
 * own, runs of the task workflow that the test plays step by step. GitHub's clock stands still but for a second with each
 * pass and step of a run, five before each write of a person, and `later`.
 */
export async function githubScene(input: SceneInput) {
  let now = Math.floor(Date.now() / 1_000) * 1_000;
  const tick = (ms = STEP) => {
    now += ms;
  };
  const { runner, taken } = scriptedRunner();
  const town = await startTown({ runner, clock: () => now, files: filesOf(input) });
  const passes = passesOf(town, { now: () => now, tick, timings: { ...TIMINGS, runsEvery: 0, ...input.timings } });
  const people = peopleOf(town, () => tick(HESITATION));
  const base = input.base ?? 'main';
  const scripted = new Map<number, ScriptedRun>();

  const liveRuns = (): readonly ScriptedRun[] =>
    town.github.runs().flatMap((run) => {
      const played = run.status === 'completed' ? undefined : playedBy(run);
      return played ? [played] : [];
    });
  const playedBy = ({ id, displayTitle }: RunRecord): ScriptedRun | undefined => {
    const dispatch = parseDispatchTitle(displayTitle);
    if (!scripted.has(id) && dispatch)
      scripted.set(id, new ScriptedRun({ town, handed: taken(id), id, dispatch, base, tick }));
    return scripted.get(id);
  };
  /** The newest live run of a task. @throws where there is none. */
  const run = (id: string): ScriptedRun => {
    const found = liveRuns().findLast(({ dispatch }) => dispatch.task === id);
    if (!found) throw new Error(`no run of ${id} is live`);
    return found;
  };

  const issues = issuesOf(town, passes.decision);
  const comment = async (name: string | number, body: string, as: Octokit = people.lead) =>
    (await as.rest.issues.createComment({ ...REPOSITORY, issue_number: issues.number(name), body })).data;
  const label = (name: string | number, text: string, as: Octokit = people.lead) =>
    as.rest.issues.addLabels({ ...REPOSITORY, issue_number: issues.number(name), labels: [text] });
  const edit = (
    name: string | number,
    change: Omit<NonNullable<Parameters<Octokit['rest']['issues']['update']>[0]>, 'owner' | 'repo' | 'issue_number'>,
    as: Octokit = people.lead,
  ) => as.rest.issues.update({ ...REPOSITORY, issue_number: issues.number(name), ...change });

  return {
    town,
    github: town.github,
    faults: town.github.faults,
    repository: REPOSITORY,
    ...people,
    ...passes,
    ...issues,
    ...gitOf(town, { base, lead: people.lead }),
    run,
    liveRuns,
    /** A workflow of the repository that has nothing to do with the plan: it writes as github-actions[bot], too. */
    otherWorkflow: async (): Promise<Octokit> => {
      const started = await people.lead.rest.actions.createWorkflowDispatch({
        ...REPOSITORY,
        workflow_id: 'other.yml',
        ref: 'main',
        return_run_details: true,
      });
      const { workflow_run_id: id } = started.data as unknown as { readonly workflow_run_id: number };
      const { request } = await taken(id);
      return octokitFor(town.github, request.mintToken({ contents: 'write', issues: 'write' }));
    },
    comment,
    label,
    edit,
    close: () => town.close(),
    later: tick,
    now: () => now,
    /** The plan's issues are made, a person starts the plan, and what may run is dispatched. */
    start: async () => {
      await passes.settle();
      await label('plan', LABEL.start);
      await passes.settle();
    },
    /** Ids of the tasks with a live run, in order of dispatch. */
    running: (): readonly string[] => liveRuns().map(({ dispatch }) => dispatch.task),
    /** How often a run of this task was dispatched. */
    dispatches: (id: string): number =>
      town.github.runs().filter((each) => parseDispatchTitle(each.displayTitle)?.task === id).length,
    requests: town.requests,
  };
}

export type GitHubScene = Awaited<ReturnType<typeof githubScene>>;

const OTHER_WORKFLOW = `# ${JSON.stringify({ name: 'Other', events: ['workflow_dispatch'], dispatchInputs: [] })}\non: workflow_dispatch\n`;

function filesOf({ plan, config, files }: SceneInput): Record<string, string> {
  const dispatchInputs = ['task', 'issue', 'attempt', 'slice', 'dispatch'].map((name) => ({ name, required: true }));
  const workflow = TASK_WORKFLOW.replace(
    /"dispatchInputs":\[.*?\]/,
    `"dispatchInputs":${JSON.stringify(dispatchInputs)}`,
  );
  return {
    [CONFIG_PATH]: config ?? 'landing: push\n',
    [PLAN_PATH]: planText(plan),
    '.github/workflows/agent-task.yml': workflow,
    '.github/workflows/other.yml': OTHER_WORKFLOW,
    ...files,
  };
}

function planText(plan: object | string): string {
  return typeof plan === 'string' ? plan : `${JSON.stringify(plan, undefined, 2)}\n`;
}

interface PassSettings {
  readonly now: () => number;
  readonly tick: () => void;
  readonly timings: Timings;
}

/** Passes of the app, by one process that remembers. */
function passesOf(town: Town, { now, tick, timings }: PassSettings) {
  let memory = newMemory();
  let token = { text: '', from: Number.NEGATIVE_INFINITY };
  let decision: Decision | undefined;
  const locator = REPOSITORY;
  const client = async () => {
    if (now() - token.from > TOKEN_LIFE) token = { text: await tokenOfApp(town), from: now() };
    return createClient({ token: token.text, baseUrl: town.github.apiUrl });
  };
  const pass = async (from: Memory = memory): Promise<Pass> => {
    tick();
    const made = await reconcile({ client: await client(), locator, app: 'waves[bot]', memory: from, timings });
    memory = made.memory;
    if (made.kind === 'done') decision = made.decision;
    return made;
  };
  return {
    /** One pass; by default with the memory of the one before. */
    pass,
    /** Passes until one has nothing to do. @throws where that does not come. */
    settle: async (): Promise<Pass> => {
      for (let left = MAX_PASSES; left > 0; left--) {
        const made = await pass();
        if (made.kind !== 'done' || isAtRest(made)) return made;
      }
      const kinds = decision?.effects.map(({ key }) => key).join(', ');
      throw new Error(`no rest after ${MAX_PASSES} passes: ${kinds}`);
    },
    /** The process ends; another one goes on without its memory. */
    restart: () => {
      memory = newMemory();
    },
    decision: () => decision,
    view: (id: string): TaskView => viewOf(decision, id),
    state: (id: string) => viewOf(decision, id).state,
    reason: (id: string) => viewOf(decision, id).reason,
  };
}

function isAtRest({ decision, progress, wakeIn }: Extract<Pass, { kind: 'done' }>): boolean {
  return decision.effects.length === 0 && wakeIn !== 0 && progress !== 'committed' && progress !== 'put off';
}

function viewOf(decision: Decision | undefined, id: string): TaskView {
  const found = decision?.tasks.find(({ task }) => task.id === id);
  if (!found) throw new Error(`the last pass knows no task ${id}`);
  return found;
}

async function tokenOfApp(town: Town): Promise<string> {
  const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: town.installationId,
  });
  return data.token;
}

/** People with tokens of their own. Before each thing that one of them writes, time passes. */
function peopleOf(town: Town, hesitate: () => void) {
  const person = (token: string): Octokit => {
    const client = octokitFor(town.github, token);
    client.hook.before('request', ({ method }) => {
      if (method !== 'GET') hesitate();
    });
    return client;
  };
  const join = (login: string, permission?: Role): Octokit => {
    const { token } = town.github.createUser({ login });
    if (permission) town.github.addCollaborator({ repository: 'acme/daw', login, permission });
    return person(token);
  };
  return {
    /** Administrates the repository. */
    lead: person(town.lead.token),
    /** Another one who may write. */
    second: join('second', 'write'),
    triager: join('triager', 'triage'),
    /** May read: on a private repository nobody comments without that. */
    stranger: join('stranger', 'read'),
    /** Somebody else who joins. */
    join,
  };
}

/** The plan's issues by name: `plan`, `wave 1`, a task's id, or a number. */
function issuesOf(town: Town, decision: () => Decision | undefined) {
  const numbers = new Map<string, number>();
  const all = () => town.github.issuesReport('acme/daw');
  const lookUp = (name: string): number | undefined => {
    const named = all().find(({ title }) => startsAs(title, name))?.number;
    return named ?? decision()?.tasks.find(({ task }) => task.id === name)?.issue;
  };
  /** The number under which the name was first known: it stays, whatever becomes of the title. */
  const number = (name: string | number): number => {
    if (typeof name === 'number') return name;
    const found = numbers.get(name) ?? lookUp(name);
    if (found === undefined) throw new Error(`there is no issue for ${name}`);
    numbers.set(name, found);
    return found;
  };
  const issue = (name: string | number) => {
    const wanted = number(name);
    const found = all().find((each) => each.number === wanted);
    if (!found) throw new Error(`there is no issue #${wanted}`);
    return found;
  };
  return {
    number,
    issue,
    /** Every issue, whoever made it, lowest number first. */
    issues: all,
    /** Numbers of all issues whose title is that of the task, lowest first. */
    numbersOf: (name: string): readonly number[] =>
      all()
        .filter(({ title }) => startsAs(title, name))
        .map((each) => each.number),
    labels: (name: string | number): readonly string[] =>
      issue(name).labels.map((each) => (typeof each === 'string' ? each : (each.name ?? ''))),
    comments: (name: string | number) =>
      issue(name).comments_list.map(({ id, user, body }) => ({ id, author: user?.login ?? '', body: body ?? '' })),
  };
}

function startsAs(title: string, name: string): boolean {
  const [given, wanted] = [title.toLowerCase(), name.toLowerCase()];
  return given === wanted || given.startsWith(`${wanted}:`);
}

/** The base and what people do to it. */
function gitOf(town: Town, { base, lead }: { readonly base: string; readonly lead: Octokit }) {
  const push = (
    files: Readonly<Record<string, string | undefined>>,
    { message = 'Change by hand', as = lead, branch = base }: { message?: string; as?: Octokit; branch?: string } = {},
  ) => commitOnBranch(as, { branch, message, files });
  const head = async (branch = base) =>
    (await lead.rest.git.getRef({ ...REPOSITORY, ref: `heads/${branch}` })).data.object.sha;
  const read = (path: string, branch = base) => git(town.repository.gitDir, 'show', `${branch}:${path}`);
  /** In the lead's checkout, at the newest base. */
  const inCheckout = async (change: () => Promise<unknown>): Promise<string> => {
    await git(town.work, 'fetch', '--quiet', 'origin', base);
    await git(town.work, 'checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
    await change();
    await git(town.work, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${base}`);
    return git(town.work, 'rev-parse', 'HEAD');
  };
  return {
    /** Commits files to the base as the lead; one without content is taken out. @returns The commit. */
    push,
    /** Writes another plan to the base. */
    pushPlan: (plan: object | string) => push({ [PLAN_PATH]: planText(plan) }, { message: 'Change the plan' }),
    /** The base is moved to a commit, whatever it held. */
    forcePush: (oid: string) => lead.rest.git.updateRef({ ...REPOSITORY, ref: `heads/${base}`, sha: oid, force: true }),
    /** A commit that takes another one back, as GitHub's button makes it. @returns It. */
    revert: (oid: string) => inCheckout(() => git(town.work, 'revert', '--no-edit', oid)),
    /** The commit once more, with its message. @returns It. */
    cherryPick: (oid: string) => inCheckout(() => git(town.work, 'cherry-pick', oid)),
    /** A commit with a message of one's own on the newest base. @returns It. */
    commit: (message: string, files: Readonly<Record<string, string>>) =>
      inCheckout(() => commit(town.work, message, files)),
    head,
    read,
    /** The plan as its file stands. */
    plan: async () => JSON.parse(await read(PLAN_PATH)),
    /** Messages of the base, newest first. */
    log: async () =>
      (await git(town.repository.gitDir, 'log', '--format=%B%x00', base))
        .split('\0')
        .map((each) => each.trim())
        .filter(Boolean),
  };
}
