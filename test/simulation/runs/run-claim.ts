import { ACTIONS_LOGIN, checkpointRef, claimRef, NO_RUN } from '../../../src/state/names.ts';
import type { Move, Sight } from './git-refs.ts';
import type { TaskRunInput } from './run-input.ts';

const MAX_TRIES = 10;

/** What a run pushes: its claim first of all. */
export class RunClaim {
  readonly #input: TaskRunInput;
  #claim: string | undefined;

  constructor(input: TaskRunInput) {
    this.#input = input;
  }

  /** The commit by which it is held. */
  get commit(): string {
    if (this.#claim === undefined) throw new Error('no claim is held');
    return this.#claim;
  }

  /** What a landing has to find, and takes away. */
  get lease(): Move {
    return { ref: claimRef(this.#input.dispatch.issue), from: this.#claim ?? null, to: null };
  }

  isHeldIn(sight: Sight): boolean {
    return sight.read(claimRef(this.#input.dispatch.issue)) === this.#claim;
  }

  isHeld(): boolean {
    const { git, dispatch } = this.#input;
    return git.read(claimRef(dispatch.issue)) === this.#claim;
  }

  /** As `acquireClaim` does it: from nothing, or from a lower dispatch only. @returns Why it may not work. */
  async acquire(): Promise<string | undefined> {
    const { git, dispatch, job, clock, planted, onClaim } = this.#input;
    const ref = claimRef(dispatch.issue);
    const claim = git.say({ ...dispatch, run: job.run, attempt: job.runAttempt });
    let from: string | undefined;
    for (let left = MAX_TRIES; left > 0; left--) {
      const held = await this.#read();
      if (held?.commit === claim) break;
      from = held?.commit;
      const isTaken = held !== undefined && held.dispatch >= dispatch.dispatch;
      if (isTaken && !planted.has('claim')) return `dispatch ${held.dispatch} holds the task`;
      const answer = await this.push([{ ref, from: held?.commit ?? null, to: claim }]);
      if (answer === 'moved') break;
      if (left === 1) throw new Error(`${ref} could not be taken`);
      await clock.sleep(1_000);
    }
    this.#claim = claim;
    onClaim(claim, from);
    return undefined;
  }

  async #read(): Promise<{ readonly commit: string; readonly dispatch: number } | undefined> {
    const { git, look, dispatch } = this.#input;
    const commit = look().read(claimRef(dispatch.issue));
    if (commit === undefined) return undefined;
    return { commit, dispatch: Number(readJson((await git.commit(commit)).message).dispatch ?? 0) };
  }

  async push(moves: readonly Move[]): Promise<'moved' | 'stale' | 'unclear'> {
    const { git, clock, isUnclear } = this.#input;
    await clock.sleep(700);
    const unclear = isUnclear();
    if (unclear === 'before') return 'unclear';
    const moved = await git.push(ACTIONS_LOGIN, moves);
    if (unclear === 'after') return 'unclear';
    return moved ? 'moved' : 'stale';
  }

  /** As `releaseClaim` does it: another run of this dispatch may do what this one did not begin. */
  async release(): Promise<void> {
    if (this.#claim === undefined) return;
    await this.push([this.lease]);
  }

  /** As `buryClaim` does it once an agent was at work: nobody begins this dispatch again. */
  async bury(): Promise<void> {
    if (this.#claim === undefined || !this.isHeld()) return;
    const { git, dispatch } = this.#input;
    const to = git.say({ ...dispatch, run: NO_RUN });
    await this.push([{ ...this.lease, to }]);
  }

  async saveCheckpoint(): Promise<void> {
    const { git, dispatch, job } = this.#input;
    const ref = checkpointRef(dispatch.issue);
    await this.push([
      { ref, from: git.read(ref) ?? null, to: git.say({ ...dispatch, run: job.run, checkpoint: true }) },
    ]);
  }
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Somebody moved the ref by hand.
    return {};
  }
}
