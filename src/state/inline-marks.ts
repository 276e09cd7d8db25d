/**
 * @param lines Those of one paragraph.
 * @returns Places of the lines that begin within code or within a comment.
 */
export function linesInsideMarks(lines: readonly string[]): ReadonlySet<number> {
  const inside = new Set<number>();
  const text = lines.join('\n');
  if (lines.length < 2 || !/`|<!--/.test(text)) return inside;
  const spans = hiddenSpans(text);
  let span = 0;
  let start = 0;
  for (const [nth, line] of lines.entries()) {
    while ((spans[span]?.end ?? Number.POSITIVE_INFINITY) <= start) span++;
    if ((spans[span]?.from ?? Number.POSITIVE_INFINITY) < start) inside.add(nth);
    start += line.length + 1;
  }
  return inside;
}

interface Span {
  readonly from: number;
  readonly end: number;
}

/** Code between backticks, and comments, in order. One look at each character: anybody may write 65,536 of them. */
function hiddenSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  const closing = runsOf(text);
  const lastComment = text.lastIndexOf('-->');
  let at = 0;
  while (at < text.length) {
    const mark = markAt(text, at);
    const length = mark === '' ? 1 : mark.length;
    const end = mark === '' || mark.startsWith('\\') ? undefined : endOf(mark, { text, at, closing, lastComment });
    if (end !== undefined) spans.push({ from: at, end });
    at = end ?? at + length;
  }
  return spans;
}

/** A sign that is taken its meaning, a run of backticks, or the beginning of a comment; empty for any other. */
function markAt(text: string, at: number): string {
  switch (text[at]) {
    case '\\':
      return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '') ? text.slice(at, at + 2) : '';
    case '`': {
      let end = at;
      while (text[end] === '`') end++;
      return text.slice(at, end);
    }
    case '<':
      return text.startsWith('<!--', at) ? '<!--' : '';
    default:
      return '';
  }
}

/** Where the next run of so many backticks begins, at that place or after it; each asks further on than the one before. */
type ClosingRuns = (length: number, from: number) => number | undefined;

function runsOf(text: string): ClosingRuns {
  const ofLength = new Map<number, number[]>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const places = ofLength.get(run.length);
    if (places) places.push(index);
    else ofLength.set(run.length, [index]);
  }
  for (const places of ofLength.values()) places.reverse();
  return (length, from) => {
    const places = ofLength.get(length) ?? [];
    while (places.length > 0 && (places.at(-1) ?? 0) < from) places.pop();
    return places.at(-1);
  };
}

interface Opened {
  readonly text: string;
  readonly at: number;
  readonly closing: ClosingRuns;
  /** Where the last comment ends, in the whole text. */
  readonly lastComment: number;
}

function endOf(mark: string, { text, at, closing, lastComment }: Opened): number | undefined {
  if (mark !== '<!--') {
    const run = closing(mark.length, at + mark.length);
    return run === undefined ? undefined : run + mark.length;
  }
  // A comment that ends nowhere is none.
  return lastComment < at + 2 ? undefined : text.indexOf('-->', at + 2) + 3;
}
