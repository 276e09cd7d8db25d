import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRecord, RunConclusion, StepRecord, WorkflowRunRequest } from '../../model/runner.ts';
import { type ContextName, limitOf, plainOf, type Scope, textOf, textsOf, truthOf } from '../language/expressions.ts';
import { restricted } from '../language/permissions.ts';
import { foreignLabels } from '../language/unsupported.ts';
import type { Job, Workflow } from '../language/workflow.ts';
import { Machine } from '../machine/machine.ts';
import { createMasks } from '../machine/masks.ts';
import { type GithubContext, type JobFolders, runnerContext } from './contexts.ts';
import { cancelJob, type Frame, type JobState, type RunnerSettings, type StepTime, scopeOf } from './job-state.ts';
import { runSteps } from './run-steps.ts';

interface JobStart {
  readonly request: WorkflowRunRequest;
  readonly workflow: Workflow;
  readonly job: Job;
  readonly settings: RunnerSettings;
  /** `github`, `inputs`, `vars`, `needs`, `strategy`, `matrix`. */
  readonly contexts: Readonly<Partial<Record<ContextName, unknown>>>;
  readonly name: string;
  /** The folder of the job in the folder of the run. */
  readonly folder: string;
}

export interface JobEnd {
  readonly record: JobRecord;
  readonly outputs: Readonly<Record<string, string>>;
  /** `continue-on-error` of the job: its failure is not one of the run. */
  readonly tolerated: boolean;
}

export interface RunningJob {
  readonly cancel: () => void;
  readonly kill: () => void;
  /** Undefined when the machine was lost. */
  readonly ended: Promise<JobEnd | undefined>;
}

const minute = 60_000;
/** What a cancelled job has left for its `always()` steps: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation */
const cancelMinutes = 5;

export function startJob(start: JobStart): RunningJob {
  const state = createState(start);
  return {
    cancel: () => cancelJob(state),
    kill: () => state.machine.kill(),
    ended: execute(start, state),
  };
}

async function execute(start: JobStart, state: JobState): Promise<JobEnd | undefined> {
  const started = Date.now();
  const deadline = new AbortController();
  const frame = createFrame(start, { state, stop: deadline.signal });
  const timers: NodeJS.Timeout[] = [];
  state.onCancel.add(() => timers.push(setTimeout(() => deadline.abort(), cancelMinutes * minute)));
  let outputs: Readonly<Record<string, string>> = {};
  let tolerated = false;
  let phase: 'Set up job' | 'Complete job' = 'Set up job';
  try {
    await prepareFolders(start, state);
    prepareEnvironment(start, { state, frame });
    timers.push(setTimeout(() => cancelJob(state), timeLimit(start, frame)));
    phase = 'Complete job';
    await runSteps(frame, start.job.steps);
    outputs = outputsOf(start.job, frame);
    tolerated = start.job.continueOnError !== undefined && truthOf(start.job.continueOnError, scopeOf(frame));
  } catch (error) {
    frame.status = 'failure';
    await fail(state, { phase, message: (error as Error).message });
  }
  for (const timer of timers) clearTimeout(timer);
  await state.machine.clear();
  if (state.machine.lost) return undefined;
  await cleanUp(state);
  return { record: recordOf(start, { state, started, frame }), outputs, tolerated };
}

function createState(start: JobStart): JobState {
  const { request, settings, workflow, job } = start;
  const token = request.mintToken(job.permissions ?? workflow.permissions ?? restricted);
  const root = join(request.folder, start.folder);
  const folders: JobFolders = {
    logs: root,
    workspace: join(root, 'work', request.repository.name),
    temp: join(root, 'temp'),
    home: join(root, 'home'),
    toolCache: join(root, 'tools'),
    event: join(root, 'event.json'),
  };
  const state: JobState = {
    request,
    settings,
    folders,
    token,
    machine: new Machine(`github_${randomUUID()}`, settings.cancelGrace),
    masks: createMasks([token, ...Object.values(request.secrets)]),
    env: {},
    paths: [],
    times: [],
    defaults: {},
    onCancel: new Set(),
    cancelled: false,
  };
  return state;
}

function createFrame(
  start: JobStart,
  { state, stop }: { readonly state: JobState; readonly stop: AbortSignal },
): Frame {
  const { request, contexts } = start;
  const github: GithubContext = Object.freeze({
    ...(contexts.github as GithubContext),
    token: state.token,
    job: start.job.id,
    workspace: state.folders.workspace,
    event_path: state.folders.event,
  });
  return {
    job: state,
    contexts: {
      ...contexts,
      github,
      secrets: Object.freeze({ ...request.secrets, GITHUB_TOKEN: state.token }),
      runner: runnerContext(state.folders),
    },
    results: {},
    env: {},
    within: [],
    numbers: [],
    stop,
    status: 'success',
  };
}

async function prepareFolders(start: JobStart, state: JobState): Promise<void> {
  const { logs, event, ...others } = state.folders;
  await mkdir(logs, { recursive: true });
  await Promise.all(Object.values(others).map((folder) => mkdir(folder, { recursive: true })));
  await writeFile(event, JSON.stringify(start.request.event));
}

/** `env` of the workflow, then of the job; both are read before any step, so what they name is what GitHub lets them. */
function prepareEnvironment(
  start: JobStart,
  { state, frame }: { readonly state: JobState; readonly frame: Frame },
): void {
  const scope: Scope = { contexts: frame.contexts, cache: start.settings.cache.expressions };
  const labels = start.job.runsOn === undefined ? [] : [plainOf(start.job.runsOn, scope)].flat().map(String);
  const foreign = foreignLabels(labels);
  if (foreign.length > 0) {
    throw new Error(`the embedded runner runs ubuntu and self-hosted jobs; '${foreign.join(', ')}' is not among them`);
  }
  Object.assign(state.env, textsOf(start.workflow.env, scope));
  Object.assign(state.env, textsOf(start.job.env, scope));
  const { shell, workingDirectory } = start.job.defaults;
  const known = scopeOf(frame);
  Object.assign(state.defaults, {
    ...(shell === undefined ? {} : { shell: textOf(shell, known) }),
    ...(workingDirectory === undefined ? {} : { workingDirectory: textOf(workingDirectory, known) }),
  });
}

function timeLimit(start: JobStart, frame: Frame): number {
  const { timeoutMinutes } = start.job;
  return timeoutMinutes === undefined ? 360 * minute : limitOf(timeoutMinutes, scopeOf(frame));
}

/** Outputs that hold a secret are dropped, as on GitHub. */
function outputsOf(job: Job, frame: Frame): Record<string, string> {
  const all = Object.entries(textsOf(job.outputs, scopeOf(frame)));
  return Object.fromEntries(all.filter(([, value]) => frame.job.masks.hide(value) === value));
}

/** A failure outside of the steps: before the first of them, or when the outputs of the job are read. */
async function fail(
  state: JobState,
  { phase, message }: { readonly phase: 'Set up job' | 'Complete job'; readonly message: string },
): Promise<void> {
  const now = Date.now();
  const number = phase === 'Set up job' ? '00' : '99';
  const time: StepTime = {
    name: phase,
    within: [],
    outcome: 'failure',
    conclusion: 'failure',
    started: now,
    ended: now,
  };
  state.times.push(time);
  await mkdir(state.folders.logs, { recursive: true });
  const file = `${number}-${phase.toLowerCase().replaceAll(' ', '-')}.log`;
  await writeFile(join(state.folders.logs, file), `##[error]${state.masks.hide(message)}\n`);
}

async function cleanUp(state: JobState): Promise<void> {
  const { logs, workspace, temp, home, toolCache } = state.folders;
  await writeFile(join(logs, 'steps.json'), `${JSON.stringify(state.times, null, 2)}\n`);
  if (state.settings.keepWork) return;
  const work = join(workspace, '..');
  await Promise.all(
    [work, temp, home, toolCache].map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 })),
  );
}

function recordOf(
  start: JobStart,
  { state, ...end }: { readonly state: JobState; readonly started: number; readonly frame: Frame },
): JobRecord {
  const conclusion: RunConclusion = state.cancelled ? 'cancelled' : end.frame.status;
  return {
    name: start.name,
    conclusion,
    started_at: new Date(end.started).toISOString(),
    completed_at: new Date().toISOString(),
    steps: state.times.filter((time) => time.within.length === 0).map(stepRecord),
  };
}

function stepRecord(time: StepTime, index: number): StepRecord {
  return {
    name: time.name,
    number: index + 1,
    conclusion: time.conclusion,
    started_at: new Date(time.started).toISOString(),
    completed_at: new Date(time.ended).toISOString(),
  };
}
