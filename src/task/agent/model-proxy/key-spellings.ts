/** The ways in which a program may write a key down. */
export function keySpellings(key: string): readonly string[] {
  const bytes = [...Buffer.from(key)];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  return [
    key,
    ...[0, 1, 2].map((before) => base64Within(key, before)),
    ...['', ':', ' '].map((between) => hex.join(between)),
    ...[',', ', '].flatMap((between) => [bytes.join(between), hex.map((byte) => `0x${byte}`).join(between)]),
  ];
}

/** @returns The base64 of a text that follows so many other bytes, without the characters that depend on neighbours. */
function base64Within(text: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
  const whole = bytes.toString('base64').replace(/=+$/, '');
  return whole.slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 ? undefined : -1);
}

/** The characters that bytes mean, whatever escapes spell them. */
export interface Letters {
  /** In the form of `plainLetters`. */
  readonly text: string;
  /** @returns Where a letter stands in the bytes: from, and up to. */
  readonly place: (letter: number) => readonly [from: number, to: number];
  /** Where the bytes end, or an escape begins that is not complete. */
  readonly end: number;
}

/** Letters that stand as they are, or one that is spelled by an escape. */
interface Piece {
  readonly letter: number;
  readonly from: number;
  /** Bytes of its letter, where it is spelled. */
  readonly spelled?: number;
}

const ESCAPE =
  /\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2})|[nrt])|%(?:25)*([0-9a-f]{2})|&(?:amp;)*#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/iy;
/** The beginning of one, where the bytes end. */
const BEGINNING = /(?:\\+(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|%(?:25)*[0-9a-f]?|&(?:amp;)*[amp#x0-9a-f]{0,9})$/iy;
/** Longest beginning that is waited for. */
const MAX_ESCAPE = 60;
/** What lines, wide characters and escapes put between letters. */
const BETWEEN = new Set('\0\r\n\t\\');

/** Every character with which a spelling of these texts can be written. */
export function spellingCharacters(texts: readonly string[]): ReadonlySet<string> {
  const letters = texts.join('');
  return new Set([...letters, ...letters.toUpperCase(), ...BETWEEN, ...'-_%&#;ampuxnrtAMPUXNRT0123456789abcdefABCDEF']);
}

const SPECIAL = /[\0\r\n\t\\%&]/g;

/** @param bytes One a character. @param final Nothing follows: an escape that is not complete is none. */
export function readLetters(bytes: string, final: boolean): Letters {
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const special = matchAt(SPECIAL, { bytes, at })?.index ?? bytes.length;
    if (special > at) {
      pieces.push({ letter: text.length, from: at });
      text += plainLetters(bytes.slice(at, special));
      at = special;
      continue;
    }
    if (!final && bytes.length - at <= MAX_ESCAPE && matchAt(BEGINNING, { bytes, at })) break;
    const spelled = matchAt(ESCAPE, { bytes, at });
    const letter = spelled ? letterOf(spelled) : bytes.charAt(at);
    const length = spelled?.[0].length ?? 1;
    if (!BETWEEN.has(letter)) {
      pieces.push({ letter: text.length, from: at, spelled: length });
      text += plainLetters(letter);
    }
    at += length;
  }
  return { text, place: (letter) => placeOf(pieces, letter), end: at };
}

function placeOf(pieces: readonly Piece[], letter: number): readonly [from: number, to: number] {
  const piece = pieces.findLast((found) => found.letter <= letter) ?? { letter: 0, from: 0 };
  const from = piece.from + (letter - piece.letter);
  return [from, from + (piece.spelled ?? 1)];
}

function matchAt(
  pattern: RegExp,
  { bytes, at }: { readonly bytes: string; readonly at: number },
): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(bytes) ?? undefined;
}

function letterOf([, unicode, short, percent, hex, decimal]: RegExpExecArray): string {
  const sixteen = unicode ?? short ?? percent ?? hex;
  if (sixteen !== undefined) return String.fromCharCode(Number.parseInt(sixteen, 16));
  return decimal === undefined ? '\n' : String.fromCharCode(Number(decimal));
}

/** One form for capitals and small letters, and for both alphabets of base64. */
export function plainLetters(text: string): string {
  return text.toLowerCase().replace(/-/g, '+').replace(/_/g, '/');
}
