import { MAX_SHOWN, type OutputView } from '../process/output-view.ts';
import { closeGroup, openGroup, say, stopCommands } from '../protocol/workflow-commands.ts';
import type { AgentEvent } from './adapter.ts';

/** Most characters of one turn in the log. */
const MAX_TURN = 60_000;
/** Of one line: tools answer with whole files in one. */
const MAX_LINE = 4_000;
const MAX_TITLE = 120;

/** What an agent does, in the step's log: a fold for each turn, titled by the first tool that it uses. */
export interface Transcript extends Pick<OutputView, 'end'> {
  /** @param turns How many turns there were with this event. @returns What is kept of it for the end of the output. */
  readonly event: (event: AgentEvent, turns: number) => string | undefined;
  /** A line that is not of the agent's protocol. */
  readonly text: (line: string) => void;
}

/**
 * Everything between our own commands is text of others, so the runner takes no commands there: they are switched off
 * until we open or close a fold, each time by a word that nobody can guess.
 */
export function openTranscript(): Transcript {
  const log = new FoldedLog();
  return {
    event: (event, turns) => {
      switch (event.kind) {
        case 'turn':
          log.turn(turns);
          return undefined;
        case 'text':
          log.words(event.text, event.piece ?? false);
          return event.text;
        case 'tool':
          log.title(`${event.name} ${event.about}`);
          log.lines(`> ${event.name} ${event.about}`);
          return `> ${event.name} ${event.about}`;
        case 'output':
          log.lines(event.text);
          return event.text;
        case 'trouble':
          log.lines(event.text);
          return event.text;
        case 'end':
          return event.problem?.what;
        case 'session':
        case 'usage':
        case 'limited':
        case 'gave-up':
        case 'aborted':
          return undefined;
      }
    },
    text: (line) => log.lines(line),
    end: () => log.end(),
  };
}

/** The log as far as it is written: the turn that is open, and how much of it was shown. */
class FoldedLog {
  #resume = stopCommands();
  #turn = 0;
  /** What came before the title of the turn is known; undefined: the fold is open. */
  #waiting: string[] | undefined;
  /** A line of words that is not at its end. */
  #piece = '';
  #shown = { turn: 0, total: 0 };
  #left = { lines: 0, characters: 0 };

  turn(number: number): void {
    if (number === this.#turn) return;
    this.#close();
    this.#turn = number;
    this.#waiting = [];
  }

  title(text: string): void {
    this.#flushPiece();
    this.#open(text);
  }

  words(text: string, piece: boolean): void {
    if (!piece) {
      this.lines(text);
      return;
    }
    const parts = `${this.#piece}${text}`.split('\n');
    this.#piece = parts.pop() ?? '';
    for (const part of parts) this.#line(part);
  }

  lines(text: string): void {
    this.#flushPiece();
    for (const line of text.replace(/\n$/, '').split('\n')) this.#line(line);
  }

  end(): void {
    this.#close();
    this.#resume();
  }

  #line(line: string): void {
    if (this.#waiting) {
      this.#waiting.push(line);
      // Words alone would wait for a title for ever; a flood of them must not fill memory.
      if (this.#waiting.length > 200) this.#open(this.#waiting[0] ?? '');
      return;
    }
    const shown = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}… (${line.length} characters)` : line;
    this.#shown.turn += shown.length + 1;
    // Outside of turns, as of a program that has none, the bound of the log is the only one.
    if ((this.#turn > 0 && this.#shown.turn > MAX_TURN) || this.#shown.total > MAX_SHOWN) {
      this.#left = { lines: this.#left.lines + 1, characters: this.#left.characters + line.length };
      return;
    }
    this.#shown.total += shown.length + 1;
    say(shown);
  }

  #open(title: string): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    this.#shown.turn = 0;
    this.#resume();
    openGroup(`Turn ${this.#turn} · ${oneLine(title)}`);
    this.#resume = stopCommands();
    for (const line of waiting) this.#line(line);
  }

  #close(): void {
    this.#flushPiece();
    this.#open(this.#waiting?.find((line) => line.trim() !== '') ?? 'nothing to show');
    const { lines, characters } = this.#left;
    if (lines > 0) say(`(${lines} lines, ${Math.ceil(characters / 1_000)} kB, are left out; the log file has them)`);
    this.#left = { lines: 0, characters: 0 };
    if (this.#turn === 0) return;
    this.#resume();
    closeGroup();
    this.#resume = stopCommands();
    this.#turn = 0;
  }

  #flushPiece(): void {
    const piece = this.#piece;
    this.#piece = '';
    if (piece !== '') this.#line(piece);
  }
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_TITLE ? `${line.slice(0, MAX_TITLE)}…` : line;
}
