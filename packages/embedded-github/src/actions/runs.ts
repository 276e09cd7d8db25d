import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Tokens } from '../access/tokens.ts';
import { checkOfJob } from '../checks/checks.ts';
import { type Faults, waitFor } from '../faults/faults.ts';
import type { UserRecord } from '../model/accounts.ts';
import { ApiError } from '../model/errors.ts';
import type { RepositoryRecord, RunRecord, Viewer } from '../model/records.ts';
import type { Concurrency, RunConclusion, RunListener, Runner } from '../model/runner.ts';
import type { World } from '../world.ts';
import { ConcurrencyGroups } from './concurrency.ts';
import { EnvironmentReviews } from './environment-reviews.ts';
import type { WorkflowFile } from './workflow-reader.ts';
import { recordWorkflow } from './workflows.ts';

export interface NewRun {
  readonly repository: RepositoryRecord;
  readonly file: WorkflowFile;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, string>>;
  /** What it checks out. */
  readonly ref: string;
  readonly sha: string;
  /** What it is about, where that is something else: a pull request's head. */
  readonly head?: { readonly branch: string; readonly sha: string; readonly repository: RepositoryRecord | null };
  readonly actor: UserRecord;
}

interface RunsParts {
  readonly runner: Runner;
  /** Holds a folder for every run, named by its id. */
  readonly folder: string;
  readonly world: World;
  readonly tokens: Tokens;
  readonly faults: Faults;
  /** After so many milliseconds GitHub ends what is left of a run that was cancelled, `always()` or not. */
  readonly cancelLimit: number;
}

/** The life of workflow runs: created, handed to the runner, recorded as they go on. */
export class Runs {
  readonly #parts: RunsParts;
  readonly #world: World;
  readonly #waiters = new Set<() => void>();
  readonly #ending = new Set<Promise<void>>();
  readonly #groups = new ConcurrencyGroups();
  readonly #reviews = new EnvironmentReviews();
  #closed = false;

  constructor(parts: RunsParts) {
    this.#parts = parts;
    this.#world = parts.world;
  }

  /** Records a queued run and starts it once the request that caused it has been answered. */
  create(wanted: NewRun): RunRecord {
    const world = this.#world;
    const { repository, file } = wanted;
    const prepared = world.workflows.prepare({
      workflow: file,
      inputs: wanted.inputs,
      vars: Object.fromEntries(repository.variables),
      event: wanted.payload,
      eventName: wanted.event,
    });
    const now = world.clock();
    const workflow = recordWorkflow(world, { repository, file });
    const run: RunRecord = {
      id: world.store.nextId('run'),
      runNumber: repository.runs.filter((each) => each.workflow === workflow).length + 1,
      repository,
      workflow,
      source: file.source,
      name: prepared.name,
      displayTitle: prepared.displayTitle,
      event: wanted.event,
      payload: wanted.payload,
      inputs: wanted.inputs,
      ref: wanted.ref,
      sha: wanted.sha,
      headBranch: wanted.head?.branch ?? wanted.ref.replace(/^refs\/(heads|tags)\//, ''),
      headSha: wanted.head?.sha ?? wanted.sha,
      isFromFork: wanted.head !== undefined && wanted.head.repository !== repository,
      headRepository: wanted.head ? wanted.head.repository : repository,
      actor: wanted.actor,
      createdAt: now,
      triggeringActor: wanted.actor,
      runAttempt: 1,
      status: 'queued',
      conclusion: null,
      startedAt: now,
      updatedAt: now,
      jobs: [],
      handle: null,
    };
    repository.runs.push(run);
    this.#changed(run, 'requested');
    if (prepared.problems.length > 0) this.#end(run, 'startup_failure');
    else if (prepared.concurrency) this.#enterGroup(run, prepared.concurrency);
    else this.#startSoon(run);
    return run;
  }

  /** Executes a completed run again: same id, same inputs, next attempt. */
  rerun(run: RunRecord, viewer: Viewer): void {
    if (run.status !== 'completed') throw new ApiError(403, 'This workflow is already running');
    const now = this.#world.clock();
    run.runAttempt += 1;
    run.status = 'queued';
    run.conclusion = null;
    run.triggeringActor = viewer.user;
    run.startedAt = now;
    run.updatedAt = now;
    run.jobs = [];
    run.handle = null;
    this.#changed(run, 'requested');
    this.#startSoon(run);
  }

  /** Asks the run to end, as the cancel button does. Throws 409 when there is nothing left to cancel. */
  cancel(run: RunRecord): void {
    if (run.status === 'completed') throw new ApiError(409, 'Cannot cancel a workflow run that is completed.');
    const { runAttempt: attempt } = run;
    const stop = () => {
      if (run.status === 'completed' || run.runAttempt !== attempt) return;
      if (run.handle) {
        run.handle.cancel();
        waitFor(this.#parts.cancelLimit).then(() => {
          if (run.status !== 'completed' && run.runAttempt === attempt) this.forceCancel(run);
        });
      } else this.#end(run, 'cancelled');
    };
    const fault = this.#parts.faults.forCancel(runOfFault(run));
    if (fault) waitFor(fault.delay).then(stop);
    else stop();
  }

  /** Ends the run without asking its steps. */
  forceCancel(run: RunRecord): void {
    if (run.status === 'completed') throw new ApiError(409, 'Cannot cancel a workflow run that is completed.');
    run.handle?.kill();
    this.#end(run, 'cancelled');
  }

  /** The machine of the run is gone: nothing of it goes on, and GitHub calls it a failure. */
  loseMachine(run: RunRecord): void {
    run.handle?.kill();
    this.#end(run, 'failure');
  }

  /** A reviewer lets the jobs go on that wait for one. Throws where none does. */
  approve(run: RunRecord): void {
    this.#reviews.approve(run);
  }

  get live(): readonly RunRecord[] {
    return this.#all().filter((run) => run.status !== 'completed');
  }

  /** Settles with the first run for which `matches` holds, now or after a later change. */
  waitFor(matches: (run: RunRecord) => boolean): Promise<RunRecord> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.#all().find(matches);
        if (!found) return;
        this.#waiters.delete(check);
        resolve(found);
      };
      this.#waiters.add(check);
      check();
    });
  }

  /** Settles once no run is live and nothing that runs started is alive. */
  async idle(): Promise<void> {
    while (this.live.length > 0 || this.#ending.size > 0) {
      await Promise.all(this.#ending);
      const waiting = this.live[0];
      if (waiting) await this.waitFor((run) => run === waiting && run.status === 'completed');
    }
  }

  /** Kills whatever runs and waits until it is gone. No run starts afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const run of this.live) run.handle?.kill();
    await Promise.all(this.#ending);
  }

  #enterGroup(run: RunRecord, concurrency: Concurrency): void {
    const { starts, cancelled } = this.#groups.enter(run, concurrency);
    if (starts) this.#startSoon(run);
    else run.status = 'pending';
    for (const other of cancelled) this.cancel(other);
  }

  #startSoon(run: RunRecord): void {
    const attempt = run.runAttempt;
    setImmediate(() => {
      if (this.#closed || run.status === 'completed' || run.runAttempt !== attempt) return;
      this.#start(run);
    });
  }

  #start(run: RunRecord): void {
    const { runner, world, tokens, faults } = this.#parts;
    const fault = faults.forRun(runOfFault(run));
    if (fault?.fate === 'never-starts') return;
    const { repository } = run;
    const attemptFolder = run.runAttempt === 1 ? [] : [`attempt-${run.runAttempt}`];
    const folder = join(this.#parts.folder, String(run.id), ...attemptFolder);
    const handle = runner.start(
      {
        runId: run.id,
        runNumber: run.runNumber,
        runAttempt: run.runAttempt,
        workflow: { path: run.workflow.path, source: run.source },
        repository: {
          owner: repository.owner.login,
          name: repository.name,
          id: repository.id,
          ownerId: repository.owner.id,
          defaultBranch: repository.defaultBranch,
          gitDir: repository.gitDir,
        },
        ref: run.ref,
        sha: run.sha,
        actor: { login: run.actor.login, id: run.actor.id },
        eventName: run.event,
        event: run.payload,
        inputs: run.inputs,
        // https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories
        secrets: run.isFromFork ? {} : Object.fromEntries(repository.secrets),
        vars: Object.fromEntries(repository.variables),
        urls: world.addresses,
        // A runner that keeps nothing there leaves none behind.
        get folder() {
          mkdirSync(folder, { recursive: true });
          return folder;
        },
        enterEnvironment: (name) => this.#reviews.enter(run, name),
        mintToken: (permissions) => tokens.forRun(run, permissions),
      },
      this.#listener(run, fault?.fate === 'never-ends'),
    );
    run.handle = handle;
    const gone = handle.done.finally(() => this.#ending.delete(gone));
    this.#ending.add(gone);
  }

  /** Reports of an attempt that was cancelled by force, or of an earlier attempt, change nothing. */
  #listener(run: RunRecord, neverEnds: boolean): RunListener {
    const attempt = run.runAttempt;
    const isCurrent = () => run.runAttempt === attempt && run.status !== 'completed';
    return {
      started: () => {
        if (!isCurrent() || run.status === 'in_progress') return;
        run.status = 'in_progress';
        this.#changed(run, 'in_progress');
      },
      jobEnded: (job) => {
        if (!isCurrent()) return;
        run.jobs.push(job);
        checkOfJob(this.#world, { run, job });
      },
      ended: (conclusion) => {
        if (isCurrent() && !(neverEnds && conclusion !== 'cancelled')) this.#end(run, conclusion);
        if (neverEnds) run.handle = null;
      },
    };
  }

  #end(run: RunRecord, conclusion: RunConclusion): void {
    this.#parts.tokens.endRun(run);
    run.status = 'completed';
    run.conclusion = conclusion;
    this.#changed(run, 'completed');
    const next = this.#groups.leave(run);
    if (!next) return;
    next.status = 'queued';
    this.#startSoon(next);
  }

  #changed(run: RunRecord, action: 'requested' | 'in_progress' | 'completed'): void {
    const world = this.#world;
    run.updatedAt = world.clock();
    const { repository, actor } = run;
    world.emit({ name: 'workflow_run', action, repository, run, cause: null, sender: actor });
    for (const check of [...this.#waiters]) check();
  }

  #all(): RunRecord[] {
    return [...this.#world.store.repositories.values()].flatMap((repository) => repository.runs);
  }
}

function runOfFault({ workflow, displayTitle, inputs }: RunRecord): Parameters<Faults['forRun']>[0] {
  return { workflow: workflow.path, displayTitle, inputs };
}
