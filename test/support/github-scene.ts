import type { Octokit } from '@octokit/rest';
import type { RunRecord } from '../../packages/embedded-github/src/index.ts';
import { octokitFor, startTown } from '../../packages/embedded-github/test/support/town.ts';
import { LABEL, parseDispatchTitle } from '../../src/state/names.ts';
import { TIMINGS, type Timings } from '../../src/state/timings.ts';
import { baseOf } from './scene/base.ts';
import { filesOf, type SceneFiles } from './scene/files.ts';
import { issuesOf } from './scene/issues.ts';
import { passesOf } from './scene/passes.ts';
import { peopleOf } from './scene/people.ts';
import { ScriptedRun } from './scene/scripted-run.ts';
import { scriptedRunner } from './scene/scripted-runner.ts';

const REPOSITORY = { owner: 'acme', repo: 'daw' } as const;
/** GitHub's clock stands still between these steps (ms). */
const STEP = 1_000;
/** What a person does comes well after what the app wrote (ms). */
const HESITATION = 5_000;

/** Of the job that makes passes, in templates/agent-waves.yml. */
export const PASS_PERMISSIONS = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  'pull-requests': 'write',
} as const;

/** Everything is told, every agent has its key, and workflows may open pull requests: no run has to look first. */
const TOLD = { administration: 'read', environments: 'read', secrets: 'read' } as const;
const KEYS = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY'];

/** A job of a workflow that has nothing to do with the plan. */
export interface SceneJob {
  readonly run: number;
  readonly token: string;
}

export interface SceneInput extends SceneFiles {
  /** Branch that work lands on; by default the default branch. */
  readonly base?: string;
  readonly timings?: Partial<Timings>;
  /** What the app is granted beside the usual, or instead; `none` takes one away. By default it is told everything. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** When it begins (epoch ms); default: now. */
  readonly startAt?: number;
  /** Everybody may read the repository. Default false. */
  readonly public?: boolean;
  /** Passes are made by jobs of the repository, as github-actions[bot]. */
  readonly withoutServer?: boolean;
}

/**
 * A plan on the embedded GitHub, in process: real passes under the app's token, people over HTTP with tokens of their
 * own, runs of the task workflow that the test plays step by step. GitHub's clock stands still but for a second with each
 * pass and step of a run, five before each write of a person, and `later`.
 */
export async function githubScene(input: SceneInput) {
  let now = Math.floor((input.startAt ?? Date.now()) / 1_000) * 1_000;
  const tick = (ms = STEP) => {
    now += ms;
  };
  const { runner, taken } = scriptedRunner();
  const town = await startTown({
    runner,
    clock: () => now,
    files: filesOf(input),
    permissions: input.permissions ?? TOLD,
    public: input.public ?? false,
  });
  if (!input.permissions) town.github.setSettings('acme/daw', { actionsMayPropose: true });
  for (const name of input.permissions ? [] : KEYS) town.github.setSecret('acme/daw', { name, value: 'a-key' });
  const people = peopleOf(town, () => tick(HESITATION));
  // No job of GitHub's is told of settings; that scenes without a server go alone first is what `probe.test.ts` is about.
  const passPermissions = input.permissions ? PASS_PERMISSIONS : { ...PASS_PERMISSIONS, ...TOLD };
  const newJob = async (permissions: Readonly<Record<string, 'read' | 'write'>>): Promise<SceneJob> => {
    const started = await people.lead.rest.actions.createWorkflowDispatch({
      ...REPOSITORY,
      workflow_id: 'other.yml',
      ref: 'main',
      return_run_details: true,
    });
    const { workflow_run_id: id } = started.data as unknown as { readonly workflow_run_id: number };
    const { request } = await taken(id);
    return { run: id, token: request.mintToken(permissions) };
  };
  const passes = passesOf(town, {
    ...(input.withoutServer ? { jobToken: async () => (await newJob(passPermissions)).token } : {}),
    now: () => now,
    tick,
    timings: { ...TIMINGS, runsEvery: 0, progressEvery: 0, ...input.timings },
  });
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
    ...baseOf(town, { base, lead: people.lead }),
    run,
    liveRuns,
    /** A workflow of the repository that has nothing to do with the plan: it writes as github-actions[bot], too. */
    otherWorkflow: async (): Promise<Octokit> =>
      octokitFor(town.github, (await newJob({ contents: 'write', issues: 'write' })).token),
    /** A run of whatever workflow, once a runner has it. */
    handed: taken,
    /** A job that may make passes. */
    passJob: () => newJob(passPermissions),
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
