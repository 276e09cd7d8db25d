import { evidenceOn } from '../../../src/state/evidence.ts';
import { admit } from '../../../src/task/claim/admission.ts';
import { closeAsCompleted } from '../../../src/task/claim/issue.ts';
import { refusedMeanwhile } from '../../../src/task/land/still-wanted.ts';
import { landByTrain } from './land-by-train.ts';
import { RunClaim } from './run-claim.ts';
import { missingDependencies } from './run-dependencies.ts';
import type { Ending, TaskRunInput } from './run-input.ts';
import { report } from './run-report.ts';

const MINUTE = 60_000;
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
    const base = look().head();
    const landed = await this.#ownLanding(base, obsolete);
    if (landed !== undefined) return { outcome: 'completed', commit: landed };
    const missing = await missingDependencies(admission?.record, this.#input);
    if (missing.length > 0) return { outcome: 'dependency', why: missing.join('; ') };
    await onWork();
    await clock.sleep(fate.works);
    if (fate.outcome === 'continued') await this.#claim.saveCheckpoint();
    if (fate.outcome === 'quota') return { outcome: 'quota', until: new Date(clock.now() + 20 * MINUTE).toISOString() };
    if (fate.outcome === 'agent' || fate.outcome === 'continued') return { outcome: fate.outcome };
    return landByTrain(base, {
      ...this.#input,
      claim: this.#claim,
      review: admission?.record?.review,
      refused: () => this.#refused(),
      landedElsewhere: (head) => this.#ownLanding(head, obsolete),
    });
  }

  /** Work of this very task that is on the base already: a landing deletes its claim, and the base alone tells. */
  async #ownLanding(head: string, obsolete: number): Promise<string | undefined> {
    const { git, dispatch, planted } = this.#input;
    if (planted.has('own landing')) return undefined;
    const found = evidenceOn({ commits: await git.baseCommits(head), since: undefined, whole: true });
    return found.landings(dispatch.issue).find(({ dispatch: by = 0, inEffect }) => inEffect && by > obsolete)?.commit;
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
