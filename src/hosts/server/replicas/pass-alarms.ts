import type { Queue } from 'bullmq';
import { keyOf, type Locator } from '../../../github/locator.ts';
import type { PassBook } from './pass-book.ts';

/** How often a replica says that it lives, and after how long without it is taken for dead (ms). */
const BEAT_MS = 1_000;
const DEAD_MS = 4_000;
/** What is due for so long and has no alarm lost it with a replica (ms). */
const LATE_MS = 1_000;

interface Parts {
  readonly queue: Queue;
  readonly book: PassBook;
  readonly onError: (error: Error) => void;
}

/** Sees to it that the job of each repository is there, and waits no longer than its next pass. */
export class PassAlarms {
  readonly #parts: Parts;
  #beat: NodeJS.Timeout | undefined;
  #overdue = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    const beat = () => void this.#sweep().catch(this.#parts.onError);
    this.#beat = setInterval(beat, BEAT_MS);
    beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat);
    await this.#parts.book.leave();
  }

  /** How many passes were due a moment ago and had not begun. */
  get overdue(): number {
    return this.#overdue;
  }

  /** Has the job of a repository wait no longer than until then. One that is active looks for itself when it ends. */
  async set(locator: Locator, due: number): Promise<void> {
    const { owner, repo } = locator;
    const delay = Math.max(0, Math.round(due - Date.now()));
    const options = { jobId: keyOf(locator), delay, removeOnComplete: true, removeOnFail: true };
    // Of one that is there, this changes nothing.
    const job = await this.#parts.queue.add('pass', { owner, repo }, options);
    await job.changeDelay(delay).catch(ignoreOtherState);
  }

  /** What was asked for while a replica died, or in the moment in which a pass ended, has its alarm set here. */
  async #sweep(): Promise<void> {
    const { book } = this.#parts;
    await book.live(DEAD_MS);
    const late = await book.overdue(Date.now() - LATE_MS);
    this.#overdue = late.length;
    for (const key of late) {
      const [owner = '', repo = ''] = key.split('/');
      await this.set({ owner, repo }, 0);
    }
  }
}

/** A job that is active, or waits for a worker, or has just ended, has no alarm to set: BullMQ gives that a number. */
function ignoreOtherState(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error;
}
