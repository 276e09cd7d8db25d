import { startOfHtml } from './html-block.ts';
import { linesInsideMarks } from './inline-marks.ts';

/**
 * Which lines of a comment are plain text as GitHub shows it: no code, no quote, no HTML. It reads blocks as CommonMark
 * does, and a test compares it with a parser of Markdown. That parser takes a minute for a comment of nothing but `>`,
 * which anybody may write; this takes one look at each line.
 *
 * @returns Their places. A line that is indented by four columns or more is never among them.
 */
export function plainLines(lines: readonly string[]): ReadonlySet<number> {
  const plain = new Set<number>();
  let place = OUTSIDE;
  let paragraph: number[] = [];
  const endParagraph = () => {
    const hidden = linesInsideMarks(paragraph.map((at) => lines[at] ?? ''));
    for (const [nth, at] of paragraph.entries())
      if (!hidden.has(nth) && indentOf(lines[at] ?? '') < CODE_INDENT) plain.add(at);
    paragraph = [];
  };
  for (const [at, line] of lines.entries()) {
    place = readLine(line, place);
    if (place.leaf.kind !== 'paragraph' || place.begins) endParagraph();
    if (place.leaf.kind === 'paragraph') paragraph.push(at);
  }
  endParagraph();
  return plain;
}

/** Text that is so far further in than what it stands in is code. */
const CODE_INDENT = 4;

/** What a line leaves open for the next one. */
type Leaf =
  | { readonly kind: 'none' }
  | { readonly kind: 'paragraph' }
  /** With what is open inside of it: a paragraph there goes on in lines without a mark. */
  | { readonly kind: 'quote'; readonly inner: Place }
  | { readonly kind: 'fence'; readonly mark: string; readonly depth: number }
  | { readonly kind: 'html'; readonly end: RegExp; readonly depth: number };

interface Place {
  readonly leaf: Leaf;
  /** Columns at which the text of the open list items begins, the outermost first. */
  readonly items: readonly number[];
  /** The line is the first of its paragraph. */
  readonly begins: boolean;
}

const NONE: Leaf = { kind: 'none' };
const OUTSIDE: Place = { leaf: NONE, items: [], begins: false };

/** Marks of quotes and lists in one line: nobody nests so deep, and each level is a call. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){20}/;

function readLine(line: string, { leaf, items }: Place): Place {
  const isBlank = line.trim() === '';
  const indent = indentOf(line);
  const within = isBlank ? items : items.filter((column) => column <= indent);
  const inItem = indent - (within.at(-1) ?? 0);
  if ((leaf.kind === 'fence' || leaf.kind === 'html') && within.length >= leaf.depth) {
    const ends = leaf.kind === 'fence' ? inItem < CODE_INDENT && closesFence(line, leaf.mark) : leaf.end.test(line);
    return { leaf: ends ? NONE : leaf, items, begins: false };
  }
  if (isBlank) return { leaf: NONE, items, begins: false };
  if (TOO_DEEP.test(line)) return OUTSIDE;
  const around = { leaf, within, sameItem: within.length === items.length };
  const block = startOfBlock({ text: line.trimStart(), column: indent }, around);
  if (block) return block;
  if (isText(leaf)) return { leaf, items, begins: false };
  if (inItem >= CODE_INDENT) return { leaf: NONE, items: within, begins: false };
  return { leaf: { kind: 'paragraph' }, items: within, begins: true };
}

/** A paragraph is open, in a quote or not: a line that begins nothing else goes on with it. */
function isText(leaf: Leaf): boolean {
  return leaf.kind === 'paragraph' || (leaf.kind === 'quote' && isText(leaf.inner.leaf));
}

function closesFence(line: string, mark: string): boolean {
  const closing = /^\s*(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return closing?.[0] === mark[0] && (closing?.length ?? 0) >= mark.length;
}

interface Rest {
  /** What is left of the line, without spaces before it. */
  readonly text: string;
  /** Where it begins. */
  readonly column: number;
}

interface Around {
  /** What the line before left open. */
  readonly leaf: Leaf;
  /** The list items that the line stands in. */
  readonly within: readonly number[];
  /** It stands in all that were open. */
  readonly sameItem: boolean;
}

/** What the line begins, where that ends a paragraph. */
function startOfBlock({ text, column }: Rest, around: Around): Place | undefined {
  const { leaf, within, sameItem } = around;
  if (column - (within.at(-1) ?? 0) >= CODE_INDENT) return undefined;
  const at = (found: Leaf): Place => ({ leaf: found, items: within, begins: false });
  if (text.startsWith('>')) {
    const inner = text.replace(/^(?:>[ \t]{0,4}(?=>))*>[ \t]?/, '');
    return at({ kind: 'quote', inner: readLine(inner, leaf.kind === 'quote' ? leaf.inner : OUTSIDE) });
  }
  if (/^#{1,6}(?:\s|$)/.test(text) || /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/.test(text))
    return at(NONE);
  const isUnderline = leaf.kind === 'paragraph' && sameItem && /^(?:=+|-+)[ \t]*$/.test(text);
  if (isUnderline) return at(NONE);
  const mark = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(text)?.[0];
  if (mark !== undefined) return at({ kind: 'fence', mark, depth: within.length });
  const end = startOfHtml(text, isText(leaf));
  if (end) return at(end.test(text) ? NONE : { kind: 'html', end, depth: within.length });
  return startOfItem({ text, column }, around);
}

function startOfItem({ text, column }: Rest, { leaf, within, sameItem }: Around): Place | undefined {
  const marker = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/.exec(text);
  if (!marker) return undefined;
  const content = text.slice(marker[0].length);
  const isEmpty = content.trim() === '';
  // Within a paragraph a number is a number, and a mark alone is text.
  const interrupts = leaf.kind === 'paragraph' && sameItem;
  if (interrupts && (isEmpty || Number(marker[1] ?? 1) !== 1)) return undefined;
  const after = column + marker[0].length;
  const gap = indentOf(content, after);
  const isCode = gap > CODE_INDENT;
  const items = [...within, isEmpty || isCode ? after + 1 : after + gap];
  if (isEmpty || isCode) return { leaf: NONE, items, begins: false };
  const rest = { text: content.trimStart(), column: after + gap };
  const block = startOfBlock(rest, { leaf: NONE, within: items, sameItem: true });
  return block ?? { leaf: { kind: 'paragraph' }, items, begins: true };
}

/** Columns of space before the text; a tab goes on to the next multiple of four. @param from Where the line begins. */
function indentOf(line: string, from = 0): number {
  let column = from;
  for (const character of line) {
    if (character === '\t') column += CODE_INDENT - (column % CODE_INDENT);
    else if (character === ' ') column += 1;
    else break;
  }
  return column - from;
}
