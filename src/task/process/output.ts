import { withoutColour } from '../protocol/log.ts';
import type { View } from './view.ts';

const TAIL = 16_000;
/** A line without an end is cut here: memory is bounded, whatever comes. */
const LINE = 1_000_000;
/** What is left of a cut line for the next piece: longer than any secret, half of which might have come. */
const REST = 4_096;

export interface OutputOptions {
  readonly view: View;
  readonly mask: (text: string) => string;
  /** Takes every line, masked. */
  readonly keep: (text: string) => void;
}

/** Divides output into masked lines for view and file, and remembers its end. */
export class Output {
  readonly #options: OutputOptions;
  /** The last line of each stream, as far as it has come. */
  readonly #partial = new Map<object, string>();
  #tail = '';
  #ended = false;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  add(stream: object, text: string): void {
    const lines = ((this.#partial.get(stream) ?? '') + text).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    this.#partial.set(stream, last.length > LINE ? this.#cut(last) : last);
  }

  /** @returns The end of what was shown. */
  end(): string {
    if (this.#ended) return withoutColour(this.#tail);
    this.#ended = true;
    for (const line of this.#partial.values()) if (line) this.#line(line);
    this.#partial.clear();
    this.#options.view.end();
    return withoutColour(this.#tail);
  }

  /** @returns The rest of a line that is too long; the beginning is shown. */
  #cut(long: string): string {
    const masked = this.#options.mask(long);
    this.#line(masked.slice(0, -REST));
    return masked.slice(-REST);
  }

  #line(raw: string): void {
    const { view, mask, keep } = this.#options;
    const masked = mask(raw.replace(/\r$/, ''));
    keep(`${masked}\n`);
    const line = view.line(masked);
    if (line === undefined) return;
    this.#tail = `${this.#tail}${line.slice(-TAIL)}\n`.slice(-TAIL);
  }
}
