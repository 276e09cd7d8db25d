import { stripAnsi } from '../protocol/workflow-commands.ts';
import type { OutputView } from './output-view.ts';

const MAX_TAIL = 16_000;
/** A line without an end is cut here: memory is bounded, whatever comes. */
const MAX_LINE = 1_000_000;
/** What is left of a cut line for the next piece: longer than any secret, half of which might have come. */
const CARRIED_OVER = 4_096;

export interface ProgramOutputOptions {
  readonly view: OutputView;
  readonly mask: (text: string) => string;
  /** Takes every line, masked. */
  readonly keep: (text: string) => void;
}

/** Divides output into masked lines for view and file, and remembers its end. */
export class ProgramOutput {
  readonly #options: ProgramOutputOptions;
  /** The last line of each stream, as far as it has come. */
  readonly #partial = new Map<object, string>();
  #tail = '';
  #ended = false;

  constructor(options: ProgramOutputOptions) {
    this.#options = options;
  }

  add(stream: object, text: string): void {
    const lines = ((this.#partial.get(stream) ?? '') + text).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    this.#partial.set(stream, last.length > MAX_LINE ? this.#cut(last) : last);
  }

  /** @returns The end of what was shown. */
  end(): string {
    if (this.#ended) return stripAnsi(this.#tail);
    this.#ended = true;
    for (const line of this.#partial.values()) if (line) this.#line(line);
    this.#partial.clear();
    this.#options.view.end();
    return stripAnsi(this.#tail);
  }

  /** @returns The rest of a line that is too long; the beginning is shown. */
  #cut(long: string): string {
    const masked = this.#options.mask(long);
    this.#line(masked.slice(0, -CARRIED_OVER));
    return masked.slice(-CARRIED_OVER);
  }

  #line(raw: string): void {
    const { view, mask, keep } = this.#options;
    const masked = mask(raw.replace(/\r$/, ''));
    keep(`${masked}\n`);
    const line = view.line(masked);
    if (line === undefined) return;
    this.#tail = `${this.#tail}${line.slice(-MAX_TAIL)}\n`.slice(-MAX_TAIL);
  }
}
