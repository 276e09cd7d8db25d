import { readFileSync } from 'node:fs';
import type { RunRecord } from '../../../../packages/embedded-github/src/index.ts';
import { holds, readWorkflow } from '../../../../packages/embedded-github/src/runner/index.ts';
import { octokitFor } from '../../../../packages/embedded-github/test/support/town.ts';
import { createClient } from '../../../../src/github/octokit.ts';
import { jobLog } from '../../../../src/hosts/actions/log.ts';
import { HOLD_TIMINGS, type OwnClock, takeHold } from '../../../../src/hosts/actions/pass-hold.ts';
import { passRef } from '../../../../src/hosts/actions/pass-ref.ts';
import { runJob } from '../../../../src/hosts/actions/run-job.ts';
import { CLOCK_WORKFLOW, PASS_WORKFLOW, taskBranch } from '../../../../src/state/names.ts';
import { type GitHubScene, githubScene, PASS_PERMISSIONS, type SceneInput } from '../../../support/github-scene.ts';
import { commitOnBranch } from '../../../support/scene/commit-on-branch.ts';
import type { ScriptedRun } from '../../../support/scene/scripted-run.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const LOCATOR = { owner: 'acme', repo: 'daw' } as const;
const TEMPLATES = new URL('../../../../templates/', import.meta.url);

/** What becomes of a run of a task, and how long it takes (ms). */
export interface Fate {
  readonly takes: number;
  /**
   * `lands`: all of it well, its last job among it. `dies`: its machine is lost half way. `no-next`: it lands, and its last
   * job never gets a machine. `next-dies`: that one's machine is lost once it has its turn at passes. `in-review`: it opens
   * a pull request.
   */
  readonly how: 'lands' | 'dies' | 'no-next' | 'next-dies' | 'in-review';
}

/** GitHub's schedules: it looks at them every so often, sometimes late, and forgets some of what is due. */
export interface ScheduleWeather {
  readonly every: number;
  readonly lateness: () => number;
  readonly drops: (at: number) => boolean;
}

export interface AtWorkInput extends SceneInput {
  readonly fateOf: (run: ScriptedRun) => Fate;
  readonly weather: ScheduleWeather;
  /** The workflow that makes passes while nobody does anything is there. Default true. */
  readonly hasClock?: boolean;
}

interface Happening {
  readonly at: number;
  readonly what: () => Promise<void>;
}

/**
 * A repository that makes its own passes, on a clock that only moves from one happening to the next: what GitHub starts is
 * carried out, passes by the program of the action and tasks by its protocol. Nobody else does anything.
 */
export async function repositoryAtWork(input: AtWorkInput) {
  const scene = await githubScene({ ...input, withoutServer: true });
  scene.github.setSettings('acme/daw', { actionsMayPropose: true });
  const names = [PASS_WORKFLOW, ...(input.hasClock === false ? [] : [CLOCK_WORKFLOW])];
  const files = Object.fromEntries(names.map((name) => [`.github/workflows/${name}`, described(name)]));
  await scene.github.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'Make passes', files });
  const world = new RepositoryAtWork(scene, input);
  return {
    ...scene,
    world,
    clockState: async () =>
      (await scene.lead.rest.actions.getWorkflow({ ...LOCATOR, workflow_id: CLOCK_WORKFLOW })).data.state,
  };
}

/** A template as users have it, with what the scene's runner is to read of it in its first line. */
function described(name: string): string {
  const source = readFileSync(new URL(name, TEMPLATES), 'utf8');
  const { name: title, events, filters, schedules } = readWorkflow(`.github/workflows/${name}`, source);
  return `# ${JSON.stringify({ name: title, events, filters, schedules, dispatchInputs: [] })}\n${source}`;
}

interface PassJob {
  readonly job: string;
  /** Of the jobs before it, where there are some. */
  readonly results?: string;
}

/** Whether the condition of a job holds, in the workflow as its run has it; all jobs before it went well. */
function isJobDue({ workflow, source, event, payload, ref, repository }: RunRecord, id: string): boolean {
  const { jobs } = readWorkflow(workflow.path, source);
  const condition = jobs.find((job) => job.id === id)?.condition ?? 'false';
  const ref_name = ref.replace('refs/heads/', '');
  const github = { event_name: event, event: payload, ref_name, repository: repository.fullName };
  const status = { always: () => true, cancelled: () => false, failure: () => false, success: () => true };
  return holds(condition, { contexts: { github }, status });
}

class RepositoryAtWork {
  /** What jobs that make passes said. */
  readonly log: string[] = [];
  /** When the schedule started a pass. */
  readonly ticks: number[] = [];
  readonly #scene: GitHubScene;
  readonly #input: AtWorkInput;
  readonly #clock: OwnClock;
  readonly #begun = new Set<number>();
  readonly #happenings: Happening[] = [];
  #nextLook: number;

  constructor(scene: GitHubScene, input: AtWorkInput) {
    this.#scene = scene;
    this.#input = input;
    this.#nextLook = scene.now();
    const { drops } = input.weather;
    scene.faults.push({ on: 'schedule', count: Number.POSITIVE_INFINITY, when: ({ at }) => drops(at) });
    this.#clock = {
      now: scene.now,
      // Nothing beats while a pass is made, since no time goes by in it.
      sleep: (ms, signal) =>
        signal
          ? new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
          : Promise.resolve(scene.later(ms)),
    };
  }

  /** What somebody does by hand, and what comes of it at once. @param event By which GitHub tells workflows of it. */
  async when(event: string, act: () => Promise<unknown>): Promise<void> {
    await act();
    await this.#scene.github.waitForRun((run) => run.event === event && run.status !== 'completed');
    await this.#carryOut();
  }

  /** Everything that happens up to a moment (epoch ms). */
  async goOnUntil(end: number): Promise<void> {
    const { every, lateness } = this.#input.weather;
    for (;;) {
      await this.#carryOut();
      const [next] = this.#happenings;
      const isLook = this.#nextLook <= (next?.at ?? Number.POSITIVE_INFINITY);
      const at = isLook ? this.#nextLook : (next?.at ?? end);
      this.#scene.later(Math.max(0, Math.min(at, end) - this.#scene.now()));
      if (at > end) return;
      if (isLook) {
        this.#nextLook = this.#scene.now() + every + lateness();
        await this.#scene.github.runSchedules();
      } else {
        this.#happenings.shift();
        await next?.what();
      }
    }
  }

  /** Runs that GitHub has started, and those that they start. */
  async #carryOut(): Promise<void> {
    for (;;) {
      const run = this.#scene.github.runs().find(({ id, status }) => status !== 'completed' && !this.#begun.has(id));
      if (!run) return;
      this.#begun.add(run.id);
      const played = this.#scene.liveRuns().find(({ id }) => id === run.id);
      if (played) await this.#task(run, played);
      else await this.#passes(run, { job: 'pass' });
    }
  }

  /** A run of one of the workflows that make passes, or the last job of a task's, which ends its run. */
  async #passes(run: RunRecord, { job, results = '' }: PassJob): Promise<void> {
    const { request, listener, end } = await this.#scene.handed(run.id);
    if (!isJobDue(run, job)) return end('skipped');
    listener.started();
    if (run.event === 'schedule') this.ticks.push(this.#scene.now());
    const say = (line: string) => this.log.push(`${new Date(this.#scene.now()).toISOString()} ${run.event}: ${line}`);
    const settings = {
      ...{ locator: LOCATOR, apiUrl: this.#scene.github.apiUrl, token: request.mintToken(PASS_PERMISSIONS) },
      ...{ run: run.id, attempt: run.runAttempt, event: run.event, payload: run.payload, results, timeScale: 1 },
    };
    await runJob(settings, jobLog(say), { clock: this.#clock });
    end('success');
  }

  async #task(run: RunRecord, played: ScriptedRun): Promise<void> {
    const { takes, how } = this.#input.fateOf(played);
    const began = this.#scene.now();
    if ((await played.claim()).kind === 'superseded') return played.end('success');
    if (how === 'dies') return this.#plan(began + takes / 2, async () => this.#scene.github.loseMachine(run));
    this.#plan(began + takes, async () => {
      if (run.status === 'completed') return;
      if (how === 'in-review') await this.#propose(run, played);
      else {
        await played.land();
        await played.report('completed');
        await played.closeIssue();
      }
      if (how === 'no-next') return played.end('success');
      if (how === 'next-dies') return this.#dieInTurn(run);
      await this.#passes(run, { job: 'next', results: '["success"]' });
    });
  }

  async #propose(run: RunRecord, played: ScriptedRun): Promise<void> {
    const { github, repository, handed, head: headOf } = this.#scene;
    const { request } = await handed(run.id);
    const client = octokitFor(github, request.mintToken({ contents: 'write', 'pull-requests': 'write' }));
    const { rest } = client;
    const { task } = played.dispatch;
    const head = taskBranch(task);
    const title = `${task}: work`;
    await rest.git.createRef({ ...repository, ref: `refs/heads/${head}`, sha: await headOf() });
    const files = { [`work/${task}.md`]: 'done\n' };
    const oid = await commitOnBranch(client, { branch: head, message: title, files });
    const { data } = await rest.pulls.create({ ...repository, head, base: 'main', title });
    await played.report('in-review', { pull: { number: data.number, head: oid } });
  }

  /** It has the lock, and its machine is gone. */
  async #dieInTurn(run: RunRecord): Promise<void> {
    const { request } = await this.#scene.handed(run.id);
    const client = createClient({ token: request.mintToken(PASS_PERMISSIONS), baseUrl: this.#scene.github.apiUrl });
    const holder = { run: run.id, attempt: 1, id: `last job of ${run.id}` };
    const store = passRef({ client, locator: LOCATOR });
    const ended = [{ run: run.id, conclusion: 'success' as const }];
    const taken = await takeHold({ store, holder, ended, timings: HOLD_TIMINGS, clock: this.#clock });
    if (taken.kind !== 'taken') throw new Error('another job makes passes');
    this.#scene.github.loseMachine(run);
  }

  #plan(at: number, what: Happening['what']): void {
    this.#happenings.push({ at, what });
    this.#happenings.sort((one, other) => one.at - other.at);
  }
}
