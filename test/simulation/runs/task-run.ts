import { evidenceOn } from '../../../src/state/evidence.ts';
import { ACTIONS_LOGIN } from '../../../src/state/names.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import { admit } from '../../../src/task/claim/admission.ts';
import { closeAsCompleted } from '../../../src/task/claim/issue.ts';
import { landingMessage } from '../../../src/task/git/trailers.ts';
import { refusedMeanwhile } from '../../../src/task/land/still-wanted.ts';
import { BASE } from './git-refs.ts';
import { RunClaim } from './run-claim.ts';
import { missingDependencies } from './run-dependencies.ts';
import type { Ending, TaskRunInput } from './run-input.ts';
import { openForReview, squashMerge } from './run-pull.ts';
import { PASSED, report } from './run-report.ts';

const MINUTE = 60_000;
/** Verifications on a head that others have moved meanwhile, before the work is given back. */
const MAX_VERIFICATIONS = 6;
/** As the merge train's rules have it: a claim that cannot be seen may be one that cannot be seen yet. */
const MISSING_MS = 120_000;
/** An answer to whether work is wanted stands for so long (ms). */
const MAX_ANSWER_AGE = 10_000;

/** What the issue said when the run was admitted. */
interface AtClaim {
  readonly review: TaskRecord['review'];
  /** What landed up to this dispatch was asked for again. */
  readonly obsolete: number;
}

/** One run of the task workflow, by the protocol that the action keeps. */
export class TaskRun {
  readonly #input: TaskRunInput;
  readonly #claim: RunClaim;

  constructor(input: TaskRunInput) {
    this.#input = input;
    this.#claim = new RunClaim(input);
  }

  /** Everything up to its end. @throws where GitHub does not answer, as a step of the action does. */
  async work(): Promise<Ending> {
    const ending = await this.#carryOut();
    if (ending.outcome !== 'superseded') await report(ending, this.#input);
    if (ending.outcome === 'dependency') await this.#claim.release();
    else if (ending.outcome !== 'superseded' && ending.outcome !== 'completed') await this.#claim.bury();
    if (ending.outcome === 'completed') {
      await this.#close();
      // The push that landed the work has taken it; what had landed before leaves it.
      if (this.#claim.isHeld()) await this.#claim.release();
    }
    return ending;
  }

  async #carryOut(): Promise<Ending> {
    const { client, job, dispatch, clock, look, fate, planted, onWork } = this.#input;
    if (job.runAttempt > 1 && !planted.has('reruns')) return { outcome: 'superseded', why: 'it was run again' };
    const taken = await this.#claim.acquire();
    if (taken !== undefined) return { outcome: 'superseded', why: taken };
    const admission = planted.has('admission') ? undefined : await admit({ client, job, dispatch, clock });
    if (admission?.kind === 'superseded') {
      await this.#claim.release();
      return { outcome: 'superseded', why: admission.why };
    }
    const obsolete = admission?.record?.obsolete ?? 0;
    const landed = await this.#ownLanding(look().head(), obsolete);
    if (landed !== undefined) return { outcome: 'completed', commit: landed };
    const missing = await missingDependencies(admission?.record, this.#input);
    if (missing.length > 0) return { outcome: 'dependency', why: missing.join('; ') };
    await onWork();
    await clock.sleep(fate.works);
    if (fate.outcome === 'continued') await this.#claim.saveCheckpoint();
    if (fate.outcome === 'quota') return { outcome: 'quota', until: new Date(clock.now() + 20 * MINUTE).toISOString() };
    if (fate.outcome === 'agent' || fate.outcome === 'continued') return { outcome: fate.outcome };
    return this.#land(look().head(), { review: admission?.record?.review, obsolete });
  }

  /** Work of this very task that is on the base already: a landing deletes its claim, and the base alone tells. */
  async #ownLanding(head: string, obsolete: number): Promise<string | undefined> {
    const { git, dispatch, planted } = this.#input;
    if (planted.has('own landing')) return undefined;
    const found = evidenceOn({ commits: await git.baseCommits(head), since: undefined, whole: true });
    return found.landings(dispatch.issue).find(({ dispatch: by = 0, inEffect }) => inEffect && by > obsolete)?.commit;
  }

  /** Verified on the head, and pushed with a lease on head and claim: another push meanwhile, and all of it again. */
  async #land(first: string, { review, obsolete }: AtClaim): Promise<Ending> {
    const { landing, git, look, dispatch, job, clock, fate, planted, onVerify, onVerified, onStall, onLanded } =
      this.#input;
    let head = first;
    for (let tries = 0; tries < MAX_VERIFICATIONS; tries++) {
      await onVerify(fate.verifies);
      await clock.sleep(fate.verifies);
      // A person may have merged meanwhile what an earlier run had opened, or this one.
      const landed = await this.#ownLanding(head, obsolete);
      if (landed !== undefined) return { outcome: 'completed', commit: landed };
      if (fate.outcome === 'verification' && !planted.has('checks')) return { outcome: 'verification' };
      const message = landingMessage({ dispatch, run: job.run, title: 'work', summary: 'Wrote it.', checks: PASSED });
      const files = { [`work/${dispatch.task}.md`]: `dispatch ${dispatch.dispatch} of run ${job.run}\n` };
      const commit = await git.commitOn(head, { files, message, by: ACTIONS_LOGIN });
      const passed = fate.outcome !== 'verification';
      if (passed) onVerified(commit);
      if (landing !== 'push') {
        const pull = { ...this.#input, claim: this.#claim, review, refused: () => this.#refused() };
        const land = landing === 'review' ? openForReview : squashMerge;
        const ending = await land({ head, commit, message, passed }, pull);
        if (ending) return ending;
        await clock.sleep(1_000);
        head = look().head();
        continue;
      }
      const asked = clock.now();
      const refused = await this.#refused();
      if (refused !== undefined) return { outcome: 'superseded', why: refused };
      if (fate.stalls > 0 && tries === 0) {
        onStall();
        await clock.sleep(fate.stalls);
      }
      let missingSince: number | undefined;
      for (;;) {
        const lease = planted.has('lease') ? [] : [this.#claim.lease];
        const answer = await this.#claim.push([{ ref: BASE, from: head, to: commit }, ...lease]);
        const sight = look();
        const isThere = answer !== 'moved' && (await git.isAncestor(commit, sight.head()));
        if (answer === 'moved' || isThere) {
          await onLanded(commit);
          return { outcome: 'completed', commit };
        }
        // Git may tell what was so before this very run landed.
        missingSince = this.#claim.isHeldIn(sight) ? undefined : (missingSince ?? clock.now());
        if (missingSince !== undefined && clock.now() - missingSince > MISSING_MS)
          return { outcome: 'superseded', why: 'the claim of this run is gone' };
        if (missingSince === undefined && sight.head() !== head) break;
        if (clock.now() - asked > MAX_ANSWER_AGE && (await this.#refused()) !== undefined)
          return { outcome: 'superseded' };
        await clock.sleep(1_000);
      }
      head = look().head();
    }
    return { outcome: 'continued', why: 'base-busy' };
  }

  #refused(): Promise<string | undefined> {
    const { client, job, dispatch, clock, planted } = this.#input;
    return planted.has('still wanted')
      ? Promise.resolve(undefined)
      : refusedMeanwhile(client, { job, dispatch, clock });
  }

  async #close(): Promise<void> {
    const { client, job, dispatch, clock } = this.#input;
    // The next pass closes it where this does not get through.
    await closeAsCompleted(client, { job, issue: dispatch.issue, clock }).catch(() => undefined);
  }
}
