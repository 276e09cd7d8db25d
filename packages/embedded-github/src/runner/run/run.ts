import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRecord, RunConclusion, RunHandle, RunListener, WorkflowRunRequest } from '../../model/runner.ts';
import { type ContextName, holds, type Plain, plainOf, type Scope, textOf } from '../language/expressions.ts';
import { type Combination, expandMatrix } from '../language/matrix.ts';
import type { Job, Workflow } from '../language/workflow.ts';
import { githubContext, inputsContext } from './contexts.ts';
import type { RunnerSettings } from './job-state.ts';
import { type JobEnd, type RunningJob, startJob } from './run-job.ts';
import type { Slots } from './slots.ts';

interface RunStart {
  readonly request: WorkflowRunRequest;
  readonly workflow: Workflow;
  readonly settings: RunnerSettings;
  readonly slots: Slots;
  readonly listener: RunListener;
}

type JobOutcome = 'success' | 'failure' | 'cancelled' | 'skipped';

interface JobResult {
  /** What `needs.<job>.result` says. */
  readonly result: JobOutcome;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the jobs of a workflow, each as soon as those that it needs are over. */
export class Run implements RunHandle {
  readonly done: Promise<void>;
  readonly #start: RunStart;
  readonly #base: Readonly<Partial<Record<ContextName, unknown>>>;
  readonly #results = new Map<string, Promise<JobResult>>();
  readonly #running = new Set<RunningJob>();
  readonly #cancelled = new AbortController();
  readonly #killed = new AbortController();
  #begun = false;

  constructor(start: RunStart) {
    const { request, workflow } = start;
    this.#start = start;
    this.#base = {
      github: githubContext(request, workflow),
      inputs: inputsContext(workflow, request.inputs),
      vars: Object.freeze({ ...request.vars }),
    };
    this.done = this.#execute();
  }

  cancel(): void {
    if (this.#cancelled.signal.aborted) return;
    this.#cancelled.abort();
    for (const job of [...this.#running]) job.cancel();
  }

  kill(): void {
    this.#killed.abort();
    for (const job of [...this.#running]) job.kill();
  }

  async #execute(): Promise<void> {
    await Promise.resolve(); // The caller holds the handle before it hears anything.
    const { workflow, listener } = this.#start;
    const results = await Promise.all(workflow.jobs.map((job) => this.#resultOf(job)));
    if (!this.#killed.signal.aborted) listener.ended(conclude(results.map((one) => one.result)));
  }

  #resultOf(job: Job): Promise<JobResult> {
    const known = this.#results.get(job.id) ?? this.#runWhenNeeded(job);
    this.#results.set(job.id, known);
    return known;
  }

  async #runWhenNeeded(job: Job): Promise<JobResult> {
    await Promise.resolve(); // Registered before what it needs asks for it.
    const needs = await this.#resultsOf(job.needs);
    const ancestors = await this.#resultsOf(ancestorsOf(job, this.#start.workflow.jobs));
    const contexts = { ...this.#base, needs };
    const wanted = (): boolean => holds(job.condition, this.#scope(contexts, Object.values(ancestors)));
    if (this.#killed.signal.aborted) return { result: 'cancelled', outputs: {} };
    try {
      if (!wanted()) return this.#skip(job.id, this.#cancelled.signal.aborted ? 'cancelled' : 'skipped');
      const combinations = combinationsOf(job, this.#bareScope(contexts));
      const group = new AbortController();
      const failFast = failsFast(job, this.#bareScope(contexts));
      const ends = combinations.map(async (matrix, index) => {
        const strategy = strategyOf({ index, total: combinations.length, failFast });
        const one = { job, contexts: { ...contexts, matrix, strategy }, wanted, index, group };
        const end = await this.#runOne(one).catch((error: unknown) => this.#failBeforeStart(job, error));
        if (end.result === 'failure' && failFast) group.abort();
        return end;
      });
      return combine(await Promise.all(ends));
    } catch (error) {
      return this.#failBeforeStart(job, error);
    }
  }

  async #runOne(one: {
    job: Job;
    contexts: Readonly<Partial<Record<ContextName, unknown>>>;
    wanted: () => boolean;
    index: number;
    /** Aborted when a sibling of the matrix failed. */
    group: AbortController;
  }): Promise<JobResult> {
    const { request, workflow, settings, listener } = this.#start;
    const { job, contexts, group } = one;
    const matrix = contexts.matrix as Combination | null;
    const name = jobName(job, { scope: this.#bareScope(contexts), matrix });
    await this.#enterEnvironment(one);
    const giveBack = await this.#takeSlot(one);
    try {
      if (this.#killed.signal.aborted) return { result: 'cancelled', outputs: {} };
      if (giveBack === undefined || group.signal.aborted || !one.wanted()) return this.#skip(name, 'cancelled');
      if (!this.#begun) listener.started();
      this.#begun = true;
      const folder = matrix === null ? job.id : `${job.id}-${one.index + 1}`;
      const running = startJob({ request, workflow, job, settings, contexts, name, folder });
      const stopWithSibling = (): void => running.cancel();
      group.signal.addEventListener('abort', stopWithSibling, { once: true });
      this.#running.add(running);
      const end = await running.ended;
      // Its own failure aborts the group: a job that has ended is not to be cancelled by that.
      group.signal.removeEventListener('abort', stopWithSibling);
      this.#running.delete(running);
      if (end === undefined || this.#killed.signal.aborted) return { result: 'cancelled', outputs: {} };
      listener.jobEnded(end.record);
      return resultOf(end);
    } finally {
      giveBack?.();
    }
  }

  /** Reviewers may take their time: a cancelled run waits for none. */
  async #enterEnvironment({
    job,
    contexts,
  }: {
    readonly job: Job;
    readonly contexts: Scope['contexts'];
  }): Promise<void> {
    const name = job.environment === undefined ? '' : textOf(job.environment, this.#bareScope(contexts));
    if (name === '') return;
    const gaveUp = new Promise<void>((resolve) => {
      for (const { signal } of [this.#cancelled, this.#killed])
        signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#start.request.enterEnvironment(name), gaveUp]);
  }

  /** A cancelled run waits no longer, except for the jobs that it still wants. */
  async #takeSlot(one: { wanted: () => boolean; group: AbortController }): Promise<(() => void) | undefined> {
    const { slots } = this.#start;
    const insistent = AbortSignal.any([this.#killed.signal, one.group.signal]);
    const place = await slots.acquire(AbortSignal.any([insistent, this.#cancelled.signal]));
    return place ?? (one.wanted() ? slots.acquire(insistent) : undefined);
  }

  /** A job whose matrix, name or token could not be made: the reason is where its set-up log would be. */
  async #failBeforeStart(job: Job, error: unknown): Promise<JobResult> {
    const folder = join(this.#start.request.folder, job.id);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '00-set-up-job.log'), `##[error]${(error as Error).message}\n`);
    return this.#skip(job.id, 'failure');
  }

  async #resultsOf(ids: readonly string[]): Promise<Readonly<Record<string, JobResult>>> {
    const jobs = this.#start.workflow.jobs.filter((job) => ids.includes(job.id));
    const entries = jobs.map(async (job) => [job.id, await this.#resultOf(job)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  #skip(name: string, result: JobOutcome): JobResult {
    const now = new Date().toISOString();
    const record: JobRecord = { name, conclusion: result, started_at: now, completed_at: now, steps: [] };
    if (!this.#killed.signal.aborted) this.#start.listener.jobEnded(record);
    return { result, outputs: {} };
  }

  /** Without status functions: for what is read before a job is wanted. */
  #bareScope(contexts: Scope['contexts']): Scope {
    return { contexts, cache: this.#start.settings.cache.expressions };
  }

  #scope(contexts: Scope['contexts'], ancestors: readonly JobResult[]): Scope {
    const cancelled = this.#cancelled.signal.aborted;
    return {
      ...this.#bareScope(contexts),
      status: {
        always: () => true,
        cancelled: () => cancelled,
        failure: () => !cancelled && ancestors.some((one) => one.result === 'failure'),
        success: () => !cancelled && ancestors.every((one) => one.result === 'success'),
      },
    };
  }
}

/** Every job that this one waits for, directly or through others: `success()` and `failure()` speak of all. */
function ancestorsOf(job: Job, jobs: readonly Job[]): readonly string[] {
  const found = new Set(job.needs);
  for (const id of found) for (const need of jobs.find((one) => one.id === id)?.needs ?? []) found.add(need);
  return [...found];
}

function combinationsOf(job: Job, scope: Scope): readonly (Combination | null)[] {
  const matrix = job.strategy?.find('matrix');
  return matrix === undefined ? [null] : expandMatrix(plainOf(matrix, scope) as Combination);
}

function failsFast(job: Job, scope: Scope): boolean {
  const token = job.strategy?.find('fail-fast');
  return token === undefined || plainOf(token, scope) === true;
}

function strategyOf(one: { index: number; total: number; failFast: boolean }): Plain {
  return { 'fail-fast': one.failFast, 'job-index': one.index, 'job-total': one.total, 'max-parallel': one.total };
}

function jobName(job: Job, { scope, matrix }: { readonly scope: Scope; readonly matrix: Combination | null }): string {
  const given = job.name === undefined ? '' : textOf(job.name, scope);
  if (given !== '') return given;
  const values = Object.values(matrix ?? {}).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : value,
  );
  return values.length === 0 ? job.id : `${job.id} (${values.join(', ')})`;
}

function resultOf(end: JobEnd): JobResult {
  const { conclusion } = end.record;
  const result = conclusion === 'success' || conclusion === 'cancelled' ? conclusion : 'failure';
  return { result: result === 'failure' && end.tolerated ? 'success' : result, outputs: end.outputs };
}

/** The jobs of a matrix as one: the worst result, and the outputs of whoever wrote last. */
function combine(results: readonly JobResult[]): JobResult {
  return {
    result: conclude(results.map((one) => one.result)),
    outputs: Object.assign({}, ...results.map((one) => one.outputs)),
  };
}

function conclude(results: readonly JobOutcome[]): JobOutcome & RunConclusion {
  if (results.includes('failure')) return 'failure';
  if (results.includes('cancelled')) return 'cancelled';
  return results.every((one) => one === 'skipped') ? 'skipped' : 'success';
}
