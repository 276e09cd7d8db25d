import type { Octokit } from '@octokit/rest';
import { writeCommit } from '../../../packages/embedded-github/src/git/commits.ts';
import { readLooseObject } from '../../../packages/embedded-github/src/git/loose-objects.ts';
import { readRefFile } from '../../../packages/embedded-github/src/git/ref-files.ts';
import type { JobRecord, RunConclusion } from '../../../packages/embedded-github/src/model/runner.ts';
import { octokitFor, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { ACTIONS_LOGIN, claimRef, type DispatchInputs } from '../../../src/state/names.ts';
import type { Outcome, Result } from '../../../src/state/result.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import { admit } from '../../../src/task/claim/admission.ts';
import { landingMessage } from '../../../src/task/git/trailers.ts';
import { refusedMeanwhile } from '../../../src/task/land/still-wanted.ts';
import type { Clock } from '../../../src/task/protocol/clock.ts';
import type { JobContext } from '../../../src/task/protocol/job.ts';
import { commitOnBranch } from './commit-on-branch.ts';
import type { HandedRun } from './scripted-runner.ts';

const REPOSITORY = { owner: 'acme', repo: 'daw' } as const;
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const PASSED: Result['checks'] = [{ name: 'test', status: 'passed' }];
const FAILED: Result['checks'] = [{ name: 'test', status: 'failed' }];
const PERMISSIONS = { contents: 'write', issues: 'write', actions: 'write', 'pull-requests': 'write' } as const;

/** What a step of a run came to: a run without its claim, or that the issue does not ask for, does nothing. */
export type StepTaken = { readonly kind: 'done' } | { readonly kind: 'superseded'; readonly why: string };

export interface ScriptedRunInput {
  readonly town: Town;
  /** Settles once a runner has the run. */
  readonly handed: Promise<HandedRun>;
  readonly id: number;
  readonly dispatch: DispatchInputs;
  /** Branch that work lands on. */
  readonly base: string;
  /** GitHub's time moves on before each step. */
  readonly tick: () => void;
}

/**
 * One run of the task workflow, step by step, by the protocol that the action keeps and under the identity of
 * GITHUB_TOKEN: nothing lands without the claim, and the claim goes only to whom the issue asks for.
 */
export class ScriptedRun {
  readonly id: number;
  readonly dispatch: DispatchInputs;
  readonly #input: ScriptedRunInput;
  #token: string | undefined;
  #claim: string | undefined;
  #commit: string | undefined;

  constructor(input: ScriptedRunInput) {
    this.#input = input;
    this.id = input.id;
    this.dispatch = input.dispatch;
  }

  /** The commit that it landed. */
  get commit(): string | undefined {
    return this.#commit;
  }

  async wasCancelled(): Promise<boolean> {
    return (await this.#input.handed).wasCancelled();
  }

  /** From now on it does not end by being cancelled: an agent that goes on working. */
  async outlast(): Promise<this> {
    (await this.#input.handed).outlast();
    return this;
  }

  /** A runner takes the run, which takes its task and asks the issue whether it may work. */
  async claim(): Promise<StepTaken> {
    (await this.#step()).listener.started();
    const client = await this.#client();
    const taken = await this.#acquireClaim(client);
    if (taken.kind === 'superseded') return taken;
    const admitted = await this.#admission(client);
    if (admitted.kind === 'superseded') await this.#releaseClaim(client);
    return admitted;
  }

  /** Its claim says that it looked, and that nothing keeps work from landing. */
  async tellProbed(): Promise<void> {
    const client = await this.#client();
    const commit = this.#claimCommit({ probed: true });
    const ref = withoutRefs(claimRef(this.dispatch.issue));
    await client.rest.git.updateRef({ ...REPOSITORY, ref, sha: commit, force: true });
    this.#claim = commit;
  }

  /** Work lands: one commit on the base, and the claim is given up. By default it is a file of the task's own. */
  async land(files: Readonly<Record<string, string>> = this.#work()): Promise<StepTaken> {
    const client = await this.#client();
    if (!this.#holdsClaim()) return { kind: 'superseded', why: 'the claim of this run is gone' };
    const refused = await refusedMeanwhile(client, {
      job: await this.#job(),
      dispatch: this.dispatch,
      clock: impatientClock(),
    });
    if (refused !== undefined) return { kind: 'superseded', why: refused };
    const message = landingMessage({
      dispatch: this.dispatch,
      run: this.id,
      title: 'work',
      summary: 'Wrote it.',
      checks: PASSED,
    });
    this.#commit = await commitOnBranch(client, { branch: this.#input.base, message, files });
    await this.#releaseClaim(client);
    return { kind: 'done' };
  }

  /** The comment in which it says how it ended. Where nothing landed, the claim is given up. */
  async report(outcome: Outcome, extra: Partial<Result> = {}): Promise<void> {
    const client = await this.#client();
    const body = `**${this.dispatch.task}** ${outcome}\n\n${writeResult(this.#result(outcome, extra))}\n`;
    await client.rest.issues.createComment({ ...REPOSITORY, issue_number: this.dispatch.issue, body });
    if (this.#holdsClaim()) await this.#releaseClaim(client);
  }

  /** Closes its issue as completed, as the action does at its end. */
  async closeIssue(): Promise<void> {
    const client = await this.#client();
    const closed = { state: 'closed', state_reason: 'completed' } as const;
    await client.rest.issues.update({ ...REPOSITORY, issue_number: this.dispatch.issue, ...closed });
  }

  /** One of its jobs is over, as its runner tells it. */
  async jobEnded(job: JobRecord): Promise<void> {
    (await this.#step()).listener.jobEnded(job);
  }

  /** The run is over; one that was cancelled meanwhile is over already. */
  async end(conclusion: RunConclusion = 'success'): Promise<void> {
    const handed = await this.#step();
    if (!handed.isOver()) handed.end(conclusion);
  }

  /** From claim to end, all of it well. @throws where the run was superseded. */
  async complete(files?: Readonly<Record<string, string>>): Promise<void> {
    for (const step of [() => this.claim(), () => this.land(files)]) {
      const taken = await step();
      if (taken.kind === 'superseded') throw new Error(`run ${this.id} was superseded: ${taken.why}`);
    }
    await this.report('completed');
    await this.closeIssue();
    await this.end('success');
  }

  /** It claims, reports a failure, and ends. */
  async fail(outcome: Outcome = 'verification', extra: Partial<Result> = {}): Promise<void> {
    await this.claim();
    await this.report(outcome, extra);
    await this.end('failure');
  }

  #work(): Readonly<Record<string, string>> {
    const { task, dispatch } = this.dispatch;
    return { [`work/${task}.md`]: `dispatch ${dispatch} of run ${this.id}\n` };
  }

  #result(outcome: Outcome, extra: Partial<Result>): Result {
    const well = outcome === 'completed' || outcome === 'in-review';
    const failure = { what: `${outcome} it was`, output: 'expected 1, received 2' };
    return {
      ...this.dispatch,
      run: this.id,
      outcome,
      ...(outcome === 'completed' && this.#commit !== undefined ? { commit: this.#commit } : {}),
      checks: well ? PASSED : FAILED,
      summary: outcome === 'completed' ? 'Wrote it.' : '',
      ...(well || outcome === 'continued' ? {} : { failure }),
      agent: { type: 'general-purpose', model: 'sonnet' },
      ...extra,
    };
  }

  async #step(): Promise<HandedRun> {
    this.#input.tick();
    return this.#input.handed;
  }

  async #client(): Promise<Octokit> {
    const { request } = await this.#step();
    this.#token ??= request.mintToken(PERMISSIONS);
    return octokitFor(this.#input.town.github, this.#token);
  }

  /** As `acquireClaim` does it: from nothing, or from a lower dispatch only. */
  async #acquireClaim(client: Octokit): Promise<StepTaken> {
    const held = this.#readClaim();
    if (held && held.dispatch >= this.dispatch.dispatch)
      return { kind: 'superseded', why: `dispatch ${held.dispatch} holds the task` };
    const commit = this.#claimCommit();
    const ref = claimRef(this.dispatch.issue);
    if (held) await client.rest.git.updateRef({ ...REPOSITORY, ref: withoutRefs(ref), sha: commit, force: true });
    else await client.rest.git.createRef({ ...REPOSITORY, ref, sha: commit });
    this.#claim = commit;
    return { kind: 'done' };
  }

  /** The real question to the issue, without its patience: nothing is read stale here. */
  async #admission(client: Octokit): Promise<StepTaken> {
    const job = await this.#job();
    const admission = await admit({ client, job, dispatch: this.dispatch, clock: impatientClock() });
    return admission.kind === 'admitted' ? { kind: 'done' } : admission;
  }

  async #job(): Promise<JobContext> {
    const { town } = this.#input;
    const { request } = await this.#input.handed;
    return {
      owner: REPOSITORY.owner,
      repository: REPOSITORY.repo,
      run: this.id,
      runAttempt: request.runAttempt,
      actor: request.actor.login,
      remote: town.repository.cloneUrl,
      apiUrl: town.github.apiUrl,
      runUrl: '',
      token: this.#token ?? '',
      workspace: '',
      folder: '',
      summaryFile: undefined,
    };
  }

  #holdsClaim(): boolean {
    return this.#claim !== undefined && this.#readClaim()?.commit === this.#claim;
  }

  #readClaim(): { readonly commit: string; readonly dispatch: number } | undefined {
    const { gitDir } = this.#input.town.repository;
    const commit = readRefFile(gitDir, claimRef(this.dispatch.issue));
    const object = commit ? readLooseObject(gitDir, commit) : undefined;
    if (!object) return undefined;
    const [, message = ''] = object.content.toString('utf8').split('\n\n');
    const holder = JSON.parse(message) as { readonly dispatch?: number };
    return { commit: object.oid, dispatch: holder.dispatch ?? 0 };
  }

  /** In life the run pushes it. */
  #claimCommit(more: object = {}): string {
    const author = { name: ACTIONS_LOGIN, email: 'actions@example.com', date: Date.now() };
    const message = JSON.stringify({ ...this.dispatch, run: this.id, ...more });
    return writeCommit(this.#input.town.repository, { tree: EMPTY_TREE, parents: [], message, author });
  }

  async #releaseClaim(client: Octokit): Promise<void> {
    await client.rest.git.deleteRef({ ...REPOSITORY, ref: withoutRefs(claimRef(this.dispatch.issue)) });
    this.#claim = undefined;
  }
}

function withoutRefs(ref: string): string {
  return ref.replace(/^refs\//, '');
}

/** Its time passes by sleeping alone, and sleeping takes none. */
function impatientClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    elapsed: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}
