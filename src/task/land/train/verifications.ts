import type { Check } from '../../../state/result.ts';
import type { Conclusion, Verification } from '../../protocol/assignment.ts';
import type { EffortCounter } from '../landing-effort.ts';
import type { Verdict } from './rules.ts';
import type { RunningVerification, Verified } from './running-verification.ts';

/** Seconds: an entry's limit before its run has measured a verification, and what is added to one that it measured. */
const UNMEASURED_LIMIT = 10 * 60;
const SPARE = 60;

/** What a run has verified on its way through the train, and what it verifies now. */
export class Verifications {
  readonly #counter: EffortCounter;
  readonly #found = new Map<Verdict, Verified>();
  #running: RunningVerification | undefined;
  /** Of all that were measured (ms). */
  #longest: number | undefined;

  constructor(counter: EffortCounter) {
    this.#counter = counter;
  }

  /** Seconds that this run may be first without landing before others take it out. */
  get limit(): number {
    return this.#longest === undefined ? UNMEASURED_LIMIT : Math.ceil((1.5 * this.#longest) / 1_000) + SPARE;
  }

  get running(): RunningVerification | undefined {
    return this.#running;
  }

  begin(running: RunningVerification, where: { readonly onHead: boolean }): void {
    this.#counter.begins(where);
    this.#running = running;
  }

  /** What is verified now is of no more use. */
  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#counter.ends();
    this.#running = undefined;
  }

  /** @returns What it says, of the verification that has ended; undefined where none was running. */
  conclude(verified: Verified): Verdict | undefined {
    const of = this.#running?.of;
    this.#counter.ends();
    this.#running = undefined;
    if (!of) return undefined;
    const { verification, conclusion } = verified;
    const checks = keepFlaky([...this.#found.values()], verification.checks);
    const verdict = { ...of, passed: conclusion === undefined };
    return this.#keep(verdict, { ...verified, verification: { ...verification, checks } });
  }

  /** What passed before this step: how long it took is told by its checks. */
  recall(of: Pick<Verdict, 'onto' | 'tree'>, verification: Verification): Verdict {
    const took = 1_000 * verification.checks.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
    return this.#keep({ ...of, passed: true }, { verification, conclusion: undefined, took });
  }

  verificationOf(verdict: Verdict): Verification | undefined {
    return this.#found.get(verdict)?.verification;
  }

  conclusionOf(verdict: Verdict): Conclusion | undefined {
    return this.#found.get(verdict)?.conclusion;
  }

  #keep(verdict: Verdict, verified: Verified): Verdict {
    this.#found.set(verdict, verified);
    this.#longest = Math.max(this.#longest ?? 0, verified.took) || undefined;
    return verdict;
  }
}

/** A check that was flaky once stays flaky: a later run says nothing about that. */
function keepFlaky(before: readonly Verified[], after: readonly Check[]): readonly Check[] {
  const wasFlaky = (name: string) =>
    before.some(({ verification }) =>
      verification.checks.some((check) => check.name === name && check.status === 'flaky'),
    );
  return after.map((check) =>
    check.status === 'passed' && wasFlaky(check.name) ? { ...check, status: 'flaky' } : check,
  );
}
