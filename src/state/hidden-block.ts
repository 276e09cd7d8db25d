/**
 * Data for the app inside text for people: one HTML comment that holds JSON.
 * `<`, `>` and `&` are written as \u escapes, so that no value can end the comment or look like markup.
 */

/** @returns The comment, ready to be appended to a body. */
export function writeBlock(kind: string, value: unknown): string {
  const json = JSON.stringify(value, null, 1).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `<!-- ${kind}\n${json}\n${CLOSING}`;
}

/** @returns The value of the last block of this kind, or undefined when there is none or it is not JSON. */
export function readBlock(kind: string, text: string): unknown {
  const start = text.lastIndexOf(`<!-- ${kind}`);
  return start < 0 ? undefined : valueAt({ text, start, kind })?.value;
}

export interface FoundBlock {
  /** Undefined where it is not JSON. */
  readonly value: unknown;
  /** Where it begins in the text, and where what comes after it does. */
  readonly start: number;
  readonly end: number;
}

/**
 * @returns The block of this kind that stands at the beginning of a line, as we write it; undefined where there are none
 *   or several: nobody knows then which one is ours.
 */
export function findOnlyBlock(kind: string, text: string): FoundBlock | undefined {
  const opening = `<!-- ${kind}`;
  const start = startAfter(opening, text, -1);
  if (start < 0 || startAfter(opening, text, start) >= 0) return undefined;
  return valueAt({ text, start, kind });
}

/** @returns The value of that block; undefined likewise. */
export function readOnlyBlock(kind: string, text: string): unknown {
  return findOnlyBlock(kind, text)?.value;
}

/** @returns The text with another block in the place of the one that `readOnlyBlock` reads; as it is where there is none. */
export function replaceOnlyBlock(
  text: string,
  { kind, block }: { readonly kind: string; readonly block: string },
): string {
  const found = findOnlyBlock(kind, text);
  return found ? `${text.slice(0, found.start)}${block}${text.slice(found.end)}` : text;
}

/** @returns The last block at the beginning of a line whose kind begins so, as it is written; undefined where there is none. */
export function lastBlockText(kind: string, text: string): string | undefined {
  const start = startsOf(kind, text)
    .filter((at) => text.startsWith('\n{', text.indexOf('\n', at)))
    .at(-1);
  const end = start === undefined ? -1 : text.indexOf(CLOSING, start);
  return end < 0 ? undefined : text.slice(start, end + CLOSING.length);
}

/** @returns The values of all blocks of this kind, wherever they stand, whoever wrote them. */
export function readEveryBlock(kind: string, text: string): readonly unknown[] {
  const found: unknown[] = [];
  const opening = `<!-- ${kind}`;
  for (let start = text.indexOf(opening); start >= 0; start = text.indexOf(opening, start + 1))
    found.push(valueAt({ text, start, kind })?.value);
  return found;
}

/** @returns The text without the blocks of this kind at the beginning of a line. */
export function withoutBlocks(kind: string, text: string): string {
  return startsOf(kind, text)
    .toReversed()
    .reduce((left, start) => {
      const block = valueAt({ text, start, kind });
      return block ? `${left.slice(0, start)}${left.slice(block.end)}` : left;
    }, text);
}

const CLOSING = '-->';

function startsOf(kind: string, text: string): readonly number[] {
  const opening = `<!-- ${kind}`;
  const starts: number[] = [];
  for (let start = startAfter(opening, text, -1); start >= 0; start = startAfter(opening, text, start))
    starts.push(start);
  return starts;
}

/** Where the next line begins that begins so; -1 where none does. */
function startAfter(opening: string, text: string, before: number): number {
  let start = text.indexOf(opening, before + 1);
  while (start > 0 && text[start - 1] !== '\n') start = text.indexOf(opening, start + 1);
  return start;
}

interface BlockAt {
  readonly text: string;
  readonly start: number;
  readonly kind: string;
}

function valueAt({ text, start, kind }: BlockAt): FoundBlock | undefined {
  const end = text.indexOf(CLOSING, start);
  if (end < 0) return undefined;
  return { value: parsed(text.slice(start + `<!-- ${kind}`.length, end)), start, end: end + CLOSING.length };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // A person edited the block: the caller rebuilds it.
    return undefined;
  }
}
