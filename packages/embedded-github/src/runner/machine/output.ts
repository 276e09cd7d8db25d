import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What a finished process left in its pipes is read until they close, or are quiet for a while: a background child
 * may hold them open for ever. One that never falls quiet is left alone after a longer while.
 */
const quietMilliseconds = 500;
const drainMilliseconds = 5_000;
const turnMilliseconds = 25;

/** The lines of a process's output, handed on as they come. */
export class Output {
  readonly #closed: Promise<unknown>;
  #lastLine = 0;

  constructor(streams: readonly NodeJS.ReadableStream[], onLine: (line: string) => void) {
    const closings = streams.map((stream) => {
      const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
      lines.on('line', (line) => {
        this.#lastLine = Date.now();
        onLine(line);
      });
      return new Promise<void>((resolve) => lines.once('close', resolve));
    });
    this.#closed = Promise.all(closings);
  }

  /** Settles when the process, which has ended, has nothing more to say. */
  async drained(): Promise<void> {
    let open = true;
    const closed = this.#closed.then(() => {
      open = false;
    });
    const ended = Date.now();
    while (open) {
      // In short turns, so that a busy event loop cannot pass for a quiet pipe.
      const turn = new AbortController();
      await Promise.race([closed, pause(turnMilliseconds, undefined, { signal: turn.signal }).catch(() => {})]);
      turn.abort();
      const now = Date.now();
      if (now - Math.max(this.#lastLine, ended) > quietMilliseconds || now - ended > drainMilliseconds) return;
    }
  }
}
