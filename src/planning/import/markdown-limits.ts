import type { TextFinding } from '../../plan/position.ts';

/**
 * The parser takes time in the square of the brackets and of the open emphasis in one paragraph, and stack for each level of nesting. No plan
 * comes near these.
 */
export const MARKDOWN_LIMITS = {
  characters: 2_000_000,
  lines: 60_000,
  lineLength: 20_000,
  /** Quotes and list marks before the text of one line, or levels of indentation. */
  nesting: 40,
  /** `[` in lines without a blank one between them. */
  brackets: 5_000,
  /** Marks of emphasis that open and do not close, in lines without a blank one between them. */
  emphasis: 500,
  /** Marks of emphasis, code, links and HTML in the whole file. */
  marks: 200_000,
  backticks: 20,
  /** Lists of their own: the parser goes over all before it for each. */
  lists: 3_000,
  /** Levels of the tree, emphasis within emphasis included. */
  tree: 120,
} as const;

const MARKS = new Set([...'*_~`<![&'].map((mark) => mark.charCodeAt(0)));

/** Why a Markdown file is not worth parsing, by one look at each of its characters; undefined for every real plan. */
export function markdownLimitExceeded(text: string): TextFinding | undefined {
  const limits = MARKDOWN_LIMITS;
  if (text.length > limits.characters) {
    const message = `the file has ${text.length} characters; at most ${limits.characters} of Markdown are read, so divide it`;
    return { offset: 0, message };
  }
  let lines = 0;
  let marks = 0;
  let brackets = 0;
  let emphasis = 0;
  let lists = 0;
  let listed = false;
  for (let start = 0; start <= text.length; lines++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const excess = (message: string): TextFinding => ({ offset: start, message });
    if (lines >= limits.lines) return excess(`more than ${limits.lines} lines; divide the file`);
    if (end - start > limits.lineLength) {
      return excess(`a line of ${end - start} characters; at most ${limits.lineLength} are read, so divide it`);
    }
    const line = text.slice(start, end);
    if (nestingOf(line) > limits.nesting) return excess('nested deeper than any plan; make it flatter');
    if (longestBackticks(line) > limits.backticks) {
      return excess(`more than ${limits.backticks} backticks in a row; use fewer`);
    }
    const counted = count(line);
    const blank = line.trim() === '';
    const item = /^ {0,3}(?:[-+*]|\d{1,9}[.)])[ \t]/.test(line);
    if (item && !listed && ++lists > limits.lists) return excess(`more than ${limits.lists} lists; divide the file`);
    // A blank line or a deeper one ends no list.
    listed = item || (listed && (blank || /^\s/.test(line)));
    brackets = blank ? 0 : brackets + counted.brackets;
    const { open, most } = openEmphasis(line, blank ? 0 : emphasis);
    emphasis = open;
    marks += counted.marks;
    if (most > limits.emphasis) return excess('emphasis nested deeper than any plan; close it');
    if (brackets > limits.brackets) {
      return excess(`more than ${limits.brackets} \`[\` in one paragraph; put blank lines between its parts`);
    }
    if (marks > limits.marks)
      return excess(`more than ${limits.marks} marks of emphasis, code and links; divide the file`);
    start = end + 1;
  }
  return undefined;
}

/** Quotes and list marks at the beginning of a line; two spaces count as one. */
function nestingOf(line: string): number {
  const lead = /^(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*/.exec(line)?.[0] ?? '';
  const spaces = lead.replaceAll('\t', '    ').match(/ /g)?.length ?? 0;
  const marks = lead.match(/[>+*.)-]/g)?.length ?? 0;
  return Math.max(marks, spaces / 4);
}

function longestBackticks(line: string): number {
  return (line.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
}

/**
 * Marks of emphasis that are open at the end of a line, and at most within it, after so many before. What stands
 * between letters opens and closes, and is not counted.
 */
function openEmphasis(line: string, before: number): { readonly open: number; readonly most: number } {
  let open = before;
  let most = before;
  for (const [run, opening] of line.matchAll(/(?<![^\s>([])([*_]+)(?=\S)|(?<=[^\s*_])[*_]+(?=\s|$)/g)) {
    open = opening === undefined ? Math.max(0, open - run.length) : open + run.length;
    most = Math.max(most, open);
  }
  return { open, most };
}

function count(line: string): { marks: number; brackets: number } {
  let marks = 0;
  let brackets = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 91 /* [ */) brackets++;
    if (MARKS.has(code)) marks++;
  }
  return { marks, brackets };
}
