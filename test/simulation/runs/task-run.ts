import { createHash } from 'node:crypto';
import type { Client } from '../../../src/github/octokit.ts';
import { closedAs } from '../../../src/state/closed-as.ts';
import { evidenceOn, landedDispatch } from '../../../src/state/evidence.ts';
import { ACTIONS_LOGIN, checkpointRef, claimRef, type DispatchInputs } from '../../../src/state/names.ts';
import { readTaskRecord, type TaskRecord } from '../../../src/state/record.ts';
import { unlessCopied } from '../../../src/state/record-identity.ts';
import type { Outcome, Result } from '../../../src/state/result.ts';
import { endOf } from '../../../src/state/rules.ts';
import { isOver } from '../../../src/state/satisfied.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import { admit } from '../../../src/task/claim/admission.ts';
import { closeAsCompleted, isAmbiguous, readIssues } from '../../../src/task/claim/issue.ts';
import { landingMessage } from '../../../src/task/git/trailers.ts';
import { refusedMeanwhile } from '../../../src/task/land/still-wanted.ts';
import type { Clock } from '../../../src/task/protocol/clock.ts';
import type { JobContext } from '../../../src/task/protocol/job.ts';
import { BASE, type GitRefs, type Move } from './git-refs.ts';

const MINUTE = 60_000;
const PASSED: Result['checks'] = [{ name: 'test', status: 'passed' }];
const FAILED: Result['checks'] = [{ name: 'test', status: 'failed' }];
const MAX_TRIES = 10;
/** Verifications on a head that others have moved meanwhile, before the work is given back. */
const MAX_VERIFICATIONS = 6;
/** An answer to whether work is wanted stands for so long (ms). */
const MAX_ANSWER_AGE = 10_000;

/** What its agent and its machine are like. */
export interface Fate {
  /** Milliseconds of agent and of one verification. */
  readonly works: number;
  readonly verifies: number;
  readonly outcome: 'completed' | 'verification' | 'agent' | 'continued' | 'quota';
  /** Milliseconds that go by between the last question and the push: a machine that was stopped. */
  readonly stalls: number;
}

export interface TaskRunInput {
  readonly client: Client;
  readonly job: JobContext;
  readonly dispatch: DispatchInputs;
  readonly clock: Clock;
  readonly git: GitRefs;
  readonly fate: Fate;
  /** Guards that are taken out, to see whether a law notices. */
  readonly planted: ReadonlySet<string>;
  /** A push that was carried out, or not, and nobody said which. */
  readonly isUnclear: () => 'before' | 'after' | undefined;
  /** Its machine is about to stand still. */
  readonly onStall: () => void;
  readonly onClaim: (claim: string) => void;
  /** It has work that passed on this tree. */
  readonly onVerified: (tree: string) => void;
  readonly onLanded: (commit: string) => Promise<void>;
}

export interface Ending {
  readonly outcome: Outcome;
  readonly commit?: string;
  readonly why?: string;
  readonly until?: string;
}

/** One run of the task workflow, by the protocol that the action keeps. */
export class TaskRun {
  readonly #input: TaskRunInput;
  #claim: string | undefined;

  constructor(input: TaskRunInput) {
    this.#input = input;
  }

  /** Everything up to its end. @throws where GitHub does not answer, as a step of the action does. */
  async work(): Promise<Ending> {
    const ending = await this.#carryOut();
    if (ending.outcome !== 'superseded') await this.#report(ending);
    if (ending.outcome === 'completed') await this.#close();
    return ending;
  }

  async #carryOut(): Promise<Ending> {
    const { client, job, dispatch, clock, git, fate, planted } = this.#input;
    if (job.runAttempt > 1 && !planted.has('reruns')) return { outcome: 'superseded', why: 'it was run again' };
    const taken = await this.#acquireClaim();
    if (taken !== undefined) return { outcome: 'superseded', why: taken };
    const admission = planted.has('admission') ? undefined : await admit({ client, job, dispatch, clock });
    if (admission?.kind === 'superseded') {
      await this.#releaseClaim();
      return { outcome: 'superseded', why: admission.why };
    }
    const landed = await this.#ownLanding(admission?.record);
    if (landed !== undefined) return { outcome: 'completed', commit: landed };
    const missing = await this.#missing(admission?.record);
    if (missing.length > 0) return { outcome: 'dependency', why: missing.join('; ') };
    await clock.sleep(fate.works);
    if (fate.outcome === 'continued') await this.#saveCheckpoint();
    if (fate.outcome === 'quota') return { outcome: 'quota', until: new Date(clock.now() + 20 * MINUTE).toISOString() };
    if (fate.outcome === 'agent' || fate.outcome === 'continued') return { outcome: fate.outcome };
    return this.#land(git.head());
  }

  /** As `acquireClaim` does it: from nothing, or from a lower dispatch only. @returns Why it may not work. */
  async #acquireClaim(): Promise<string | undefined> {
    const { git, dispatch, job, clock, planted, onClaim } = this.#input;
    const ref = claimRef(dispatch.issue);
    const claim = git.say({ ...dispatch, run: job.run, attempt: job.runAttempt });
    for (let left = MAX_TRIES; left > 0; left--) {
      const held = await this.#readClaim();
      if (held?.commit === claim) break;
      const isTaken = held !== undefined && held.dispatch >= dispatch.dispatch;
      if (isTaken && !planted.has('claim')) return `dispatch ${held.dispatch} holds the task`;
      const answer = await this.#push([{ ref, from: held?.commit ?? null, to: claim }]);
      if (answer === 'moved') break;
      if (left === 1) throw new Error(`${ref} could not be taken`);
      await clock.sleep(1_000);
    }
    this.#claim = claim;
    onClaim(claim);
    return undefined;
  }

  async #readClaim(): Promise<{ readonly commit: string; readonly dispatch: number } | undefined> {
    const { git, dispatch } = this.#input;
    const commit = git.read(claimRef(dispatch.issue));
    if (commit === undefined) return undefined;
    return { commit, dispatch: Number(readJson((await git.commit(commit)).message).dispatch ?? 0) };
  }

  /** Work of this very dispatch that is on the base already: a landing deletes its claim, and the base alone tells. */
  async #ownLanding(record: TaskRecord | undefined): Promise<string | undefined> {
    const { git, dispatch, planted } = this.#input;
    if (planted.has('own landing')) return undefined;
    const found = evidenceOn({ commits: await git.baseCommits(git.head()), since: undefined, whole: true });
    const obsolete = record?.obsolete ?? 0;
    return found.landings(dispatch.issue).find(({ dispatch: by = 0, inEffect }) => inEffect && by > obsolete)?.commit;
  }

  /** Pre-execution verification: every dependency satisfied, and what it landed on the base. */
  async #missing(record: TaskRecord | undefined): Promise<readonly string[]> {
    const { client, job, clock, git, planted } = this.#input;
    if (!record || planted.has('dependencies')) return [];
    const numbers = Object.values(record.needs);
    for (let left = 12; ; left--) {
      const issues = await this.#patiently(() => readIssues(client, { job, numbers }));
      const evidence = evidenceOn({ commits: await git.baseCommits(git.head()), since: undefined, whole: true });
      const missing = numbers.filter((number) => {
        const issue = issues.find((each) => each.number === number);
        const of = issue && unlessCopied(readTaskRecord(issue.body), number);
        if (!issue || !of) return !issue || issue.open || closedAs(issue.reason) !== 'completed';
        const view = { open: issue.open, closedAs: issue.open ? undefined : closedAs(issue.reason) };
        if (!isOver({ state: endOf({ issue: view, record: of }), record: of })) return true;
        if (!of.done || of.lost) return false;
        const { kind } = evidence.standing({ issue: number, done: of.done, dispatch: landedDispatch(of) });
        return kind === 'gone' || kind === 'reverted';
      });
      if (missing.length === 0 || left === 0) return missing.map((number) => `#${number} is not completed`);
      await clock.sleep(8_000);
    }
  }

  /** Verified on the head, and pushed with a lease on head and claim: another push meanwhile, and all of it again. */
  async #land(first: string): Promise<Ending> {
    const { git, dispatch, job, clock, fate, planted, onVerified, onStall, onLanded } = this.#input;
    let head = first;
    for (let tries = 0; tries < MAX_VERIFICATIONS; tries++) {
      await clock.sleep(fate.verifies);
      if (fate.outcome === 'verification' && !planted.has('checks')) return { outcome: 'verification' };
      const message = landingMessage({ dispatch, run: job.run, title: 'work', summary: 'Wrote it.', checks: PASSED });
      const files = { [`work/${dispatch.task}.md`]: `dispatch ${dispatch.dispatch} of run ${job.run}\n` };
      const commit = await git.commitOn(head, { files, message, by: ACTIONS_LOGIN });
      if (fate.outcome !== 'verification') onVerified(commit);
      const asked = clock.now();
      const refused = await this.#refused();
      if (refused !== undefined) return { outcome: 'superseded', why: refused };
      if (fate.stalls > 0 && tries === 0) {
        onStall();
        await clock.sleep(fate.stalls);
      }
      for (;;) {
        const lease = planted.has('lease')
          ? []
          : [{ ref: claimRef(dispatch.issue), from: this.#claim ?? null, to: null }];
        const answer = await this.#push([{ ref: BASE, from: head, to: commit }, ...lease]);
        const isThere = answer !== 'moved' && (await git.isAncestor(commit, git.head()));
        if (answer === 'moved' || isThere) {
          await onLanded(commit);
          return { outcome: 'completed', commit };
        }
        if (git.read(claimRef(dispatch.issue)) !== this.#claim)
          return { outcome: 'superseded', why: 'the claim of this run is gone' };
        if (git.head() !== head) break;
        if (clock.now() - asked > MAX_ANSWER_AGE && (await this.#refused()) !== undefined)
          return { outcome: 'superseded' };
        await clock.sleep(1_000);
      }
      head = git.head();
    }
    return { outcome: 'continued', why: 'base-busy' };
  }

  #refused(): Promise<string | undefined> {
    const { client, job, dispatch, clock, planted } = this.#input;
    return planted.has('still wanted')
      ? Promise.resolve(undefined)
      : refusedMeanwhile(client, { job, dispatch, clock });
  }

  async #push(moves: readonly Move[]): Promise<'moved' | 'stale' | 'unclear'> {
    const { git, clock, isUnclear } = this.#input;
    await clock.sleep(700);
    const unclear = isUnclear();
    if (unclear === 'before') return 'unclear';
    const moved = await git.push(ACTIONS_LOGIN, moves);
    if (unclear === 'after') return 'unclear';
    return moved ? 'moved' : 'stale';
  }

  async #releaseClaim(): Promise<void> {
    if (this.#claim === undefined) return;
    await this.#push([{ ref: claimRef(this.#input.dispatch.issue), from: this.#claim, to: null }]);
  }

  async #saveCheckpoint(): Promise<void> {
    const { git, dispatch, job } = this.#input;
    const ref = checkpointRef(dispatch.issue);
    await this.#push([
      { ref, from: git.read(ref) ?? null, to: git.say({ ...dispatch, run: job.run, checkpoint: true }) },
    ]);
  }

  /** One comment, written again only where a look shows that it is not there. */
  async #report(ending: Ending): Promise<void> {
    const { client, job, dispatch, clock } = this.#input;
    const target = { owner: job.owner, repo: job.repository, issue_number: dispatch.issue };
    const body = `**${dispatch.task}** ${ending.outcome}\n\n${writeResult(this.#result(ending))}\n`;
    const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
    for (let tries = 1; ; tries++) {
      try {
        await client.request(`POST ${route}`, { ...target, body, request: { retries: 0 } });
        break;
      } catch (error) {
        if (!isAmbiguous(error) || tries === 4) throw error;
      }
      await clock.sleep(2_000 * tries);
      const { data } = await client.request(`GET ${route}`, { ...target, per_page: 100 });
      if (data.some((comment) => comment.body === body)) break;
    }
    if (ending.outcome !== 'completed') await this.#releaseClaim();
  }

  async #close(): Promise<void> {
    const { client, job, dispatch, clock } = this.#input;
    // The next pass closes it where this does not get through.
    await closeAsCompleted(client, { job, issue: dispatch.issue, clock }).catch(() => undefined);
  }

  #result({ outcome, commit, why, until }: Ending): Result {
    const { dispatch, job } = this.#input;
    const well = outcome === 'completed';
    const isBusy = why === 'base-busy';
    return {
      ...dispatch,
      run: job.run,
      outcome,
      ...(commit === undefined ? {} : { commit }),
      checks: well ? PASSED : FAILED,
      summary: well ? 'Wrote it.' : '',
      ...(well || outcome === 'continued'
        ? {}
        : { failure: { what: why ?? `${outcome} it was`, output: 'expected 1' } }),
      ...(isBusy ? { cause: { kind: 'base-busy' as const } } : {}),
      ...(until === undefined ? {} : { until }),
      agent: { type: 'general-purpose', model: 'sonnet', session: sessionOf(dispatch) },
    };
  }

  async #patiently<T>(read: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await read();
      } catch (error) {
        if (!isAmbiguous(error) || tries === 6) throw error;
        await this.#input.clock.sleep(2_000 * tries);
      }
    }
  }
}

function sessionOf({ issue, attempt }: DispatchInputs): string {
  return createHash('sha1').update(`${issue} ${attempt}`).digest('hex').slice(0, 12);
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Somebody moved the ref by hand.
    return {};
  }
}
