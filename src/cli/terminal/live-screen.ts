import { widthOf } from './fit-line.ts';

/** What a live view writes to: a terminal of so many columns and rows, which may change. */
export interface Screen {
  readonly write: (text: string) => unknown;
  readonly columns?: number;
  readonly rows?: number;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** A terminal that does not say is taken for the smallest that is usual. */
const USUAL = { columns: 80, rows: 24 };

/** Lines that are drawn over those before. Nothing of it scrolls: what the terminal has no room for is counted. */
export class LiveScreen {
  readonly #screen: Screen;
  /** Rows that the last drawing takes, as wide as the terminal was then. */
  #drawn: readonly number[] = [];
  #isOpen = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  get columns(): number {
    return this.#screen.columns ?? USUAL.columns;
  }

  draw(lines: readonly string[]): void {
    const shown = this.#fitted(lines);
    const begin = this.#isOpen ? '' : HIDE_CURSOR;
    this.#screen.write(`${begin}${this.#erase()}${shown.map((line) => `${line}\n`).join('')}`);
    this.#drawn = shown.map(widthOf);
    this.#isOpen = true;
  }

  /** The terminal is as it was, with the last drawing above the cursor. */
  end(): void {
    if (this.#isOpen) this.#screen.write(SHOW_CURSOR);
    this.#isOpen = false;
    this.#drawn = [];
  }

  /** Up to the first row of what was drawn: a terminal that became narrower has broken its lines anew. */
  #erase(): string {
    const rows = this.#rowsOf(this.#drawn);
    return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[0J`;
  }

  #fitted(lines: readonly string[]): readonly string[] {
    // The last row is that of the cursor.
    const room = (this.#screen.rows ?? USUAL.rows) - 1;
    if (this.#rowsOf(lines.map(widthOf)) <= room) return lines;
    let kept = lines.length;
    while (kept > 0 && this.#rowsOf(lines.slice(0, kept).map(widthOf)) > room - 1) kept--;
    return [...lines.slice(0, kept), `… ${lines.length - kept} more lines`];
  }

  #rowsOf(widths: readonly number[]): number {
    return widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / this.columns)), 0);
  }
}
