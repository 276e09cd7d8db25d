import { createReadStream } from 'node:fs';

/** Added lines of one file, one after the other: what lies between them in the file is left out. */
export interface AddedText {
  readonly path: string;
  readonly text: string;
  /** @returns The line, in the file as it would land, of a place in the text. */
  readonly lineAt: (place: number) => number;
}

/** Characters after which what was read so far is handed out. */
const MAX_PIECE = 1024 * 1024;
/** Of these so many come again with the next piece: what lies across the border is seen whole. */
const OVERLAP = 16 * 1024;

/**
 * Reads a patch piece by piece, however long its lines are. Bytes are characters, whatever the encoding, and those of
 * zero are left out, so that UTF-16 reads as if it were ASCII. Heads of hunks say how many lines follow: no line of a
 * file can look like the head of another one.
 */
export async function* addedTexts(patch: string): AsyncGenerator<AddedText> {
  let [path, removed, added] = ['', 0, 0];
  let [line, sign] = [0, ''];
  let open = newPiece();
  for await (const { text, begins, ends } of piecesOfLines(patch)) {
    if (begins) {
      sign = removed + added > 0 ? text.slice(0, 1) : '';
      if (sign === '') {
        const [, oldCount, from, newCount] = HUNK.exec(text) ?? [];
        if (from !== undefined) {
          [removed, added, line] = [Number(oldCount ?? 1), Number(newCount ?? 1), Number(from)];
          open.starts.push({ place: open.text.length, line });
        } else if (text.startsWith('+++ ')) {
          if (open.text) yield asAdded(open, path);
          [path, open] = [pathOf(text.slice(4)), newPiece()];
        }
      }
    }
    if (sign === '+') {
      open.text += (begins ? text.slice(1) : text).replaceAll('\0', '');
      if (ends) open.text += '\n';
    }
    if (ends && sign === '+') [added, line] = [added - 1, line + 1];
    else if (ends && sign === '-') removed--;
    else if (ends && sign === ' ') [added, removed, line] = [added - 1, removed - 1, line + 1];
    if (open.text.length < MAX_PIECE) continue;
    yield asAdded(open, path);
    const kept = open.text.length - OVERLAP;
    const first = lineOf(open, kept);
    open = { text: open.text.slice(kept), starts: [{ place: 0, line: first }, ...after(open, kept)] };
  }
  if (open.text) yield asAdded(open, path);
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

interface Piece {
  text: string;
  /** Where lines begin that do not follow the one before. */
  readonly starts: { readonly place: number; readonly line: number }[];
}

function newPiece(): Piece {
  return { text: '', starts: [] };
}

function asAdded(piece: Piece, path: string): AddedText {
  return { path, text: piece.text, lineAt: (place) => lineOf(piece, place) };
}

function lineOf({ text, starts }: Piece, place: number): number {
  const start = starts.findLast((each) => each.place <= place) ?? { place: 0, line: 1 };
  return start.line + text.slice(start.place, place).split('\n').length - 1;
}

function after({ starts }: Piece, place: number): Piece['starts'] {
  return starts.filter((each) => each.place > place).map((each) => ({ ...each, place: each.place - place }));
}

interface LinePiece {
  readonly text: string;
  readonly begins: boolean;
  readonly ends: boolean;
}

/** A line that has not ended is kept until it is longer than any head of a file or hunk. */
const MAX_HEAD = 64 * 1024;

async function* piecesOfLines(file: string): AsyncGenerator<LinePiece> {
  let [rest, begins] = ['', true];
  for await (const chunk of createReadStream(file, { encoding: 'latin1', highWaterMark: 256 * 1024 })) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      yield { text, begins, ends: true };
      begins = true;
    }
    if (rest.length <= MAX_HEAD) continue;
    yield { text: rest, begins, ends: false };
    [rest, begins] = ['', false];
  }
  if (rest) yield { text: rest, begins, ends: true };
}

/** `b/src/a.ts`, or in quotes with escapes where a name has signs that git does not print. */
function pathOf(written: string): string {
  const quoted = /^"(.*)"/.exec(written)?.[1];
  const bytes = quoted?.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
  );
  const path = bytes ?? written.replace(/\t$/, '');
  return Buffer.from(path, 'latin1').toString('utf8').replace(/^b\//, '');
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };
