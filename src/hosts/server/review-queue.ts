import type { ReviewTarget } from '../review-plan.ts';
import type { WantedReview } from './ask.ts';

/** A review that GitHub did not let through is made again so often. */
const MAX_TRIES = 3;

/** What is to be reviewed of one repository, each once, however many webhooks ask for it. */
export class ReviewQueue {
  readonly #waiting = new Map<string, { readonly target: ReviewTarget; tries: number }>();

  add(target: ReviewTarget, tries = 0): void {
    this.#waiting.set(keyOf(target), { target, tries });
  }

  /** @returns What waits, which is another's to remember from now on. */
  take(): readonly WantedReview[] {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    return all;
  }

  /**
   * Makes every review that waits. One that fails stays, for a while.
   * @returns Whether one is to be made again.
   */
  async work(
    review: (target: ReviewTarget) => Promise<void>,
    failed: (target: ReviewTarget, error: unknown) => void,
  ): Promise<boolean> {
    for (const [key, entry] of [...this.#waiting]) {
      this.#waiting.delete(key);
      try {
        await review(entry.target);
      } catch (error) {
        // A pass is worth more than a review: whatever went wrong here stops none.
        failed(entry.target, error);
        entry.tries++;
        if (entry.tries < MAX_TRIES && !this.#waiting.has(key)) this.#waiting.set(key, entry);
      }
    }
    return this.#waiting.size > 0;
  }
}

function keyOf(target: ReviewTarget): string {
  return target.kind === 'pull' ? `#${target.number}` : target.kind;
}
