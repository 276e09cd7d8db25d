import { keySpellings, type Letters, plainLetters, readLetters, spellingCharacters } from './key-spellings.ts';

/** Hides a key in a stream of bytes. */
export interface KeyHider {
  /** @returns What can be told by now: all but an end that may turn out to be a part of the key. */
  readonly take: (chunk: Buffer) => Buffer;
  /** @returns The rest. */
  readonly end: () => Buffer;
}

/** Characters in a row that give a key away. Fewer are what a provider shows of it: `sk-...wxyz`. */
const TELLING = 16;
/** After this many a line may break within the key. */
const SURE = 8;
/** Bytes that a letter of the key takes in its longest spelling. More is not held back: an answer could be one endless key. */
const MAX_SPELLING = 16;
/** Shorter keys are none, and hiding them would garble every answer. */
const MIN_KEY = 6;

/**
 * Hides every part of a key that tells, in any spelling that a program is known to echo headers in: as it is, escaped
 * for JSON, JavaScript, addresses or HTML, in parts or as a whole and several times over, as base64 wherever it begins
 * in what was encoded, as hexadecimal or decimal numbers, in capitals, in wide characters, or broken into lines.
 */
function keyHider(key: string): () => KeyHider {
  if (key.length < MIN_KEY) return () => ({ take: (chunk) => chunk, end: () => Buffer.alloc(0) });
  const search = searchFor(key);
  return () => {
    let held = '';
    const pass = (more: string, final: boolean): Buffer => {
      const bytes = held + more;
      const { shown, from } = hide(bytes, { search, final });
      if (!final && bytes.length - from > MAX_SPELLING * key.length) return pass(more, true);
      held = bytes.slice(from);
      return Buffer.from(shown, 'latin1');
    };
    return { take: (chunk) => pass(chunk.toString('latin1'), false), end: () => pass('', true) };
  };
}

/** @param secrets What is to be hidden, as of when an answer begins. */
export function secretsHider(secrets: () => readonly string[]): () => KeyHider {
  const known = new Map<string, () => KeyHider>();
  return () => inTurn(secrets().map((secret) => hiderOf(known, secret)()));
}

function hiderOf(known: Map<string, () => KeyHider>, secret: string): () => KeyHider {
  const found = known.get(secret) ?? keyHider(secret);
  known.set(secret, found);
  return found;
}

/** What one lets through goes through the next. */
function inTurn(hiders: readonly KeyHider[]): KeyHider {
  return {
    take: (chunk) => hiders.reduce((left, { take }) => take(left), chunk),
    end: () => hiders.reduce((left, { take, end }) => Buffer.concat([take(left), end()]), Buffer.alloc(0)),
  };
}

interface Search {
  /** Every spelling of the key. */
  readonly texts: readonly string[];
  /** Every part of one that tells, and its length. */
  readonly parts: ReadonlySet<string>;
  readonly telling: number;
  /** Half as long: one of them stands at a whole multiple of its length wherever a part that tells stands. */
  readonly halves: ReadonlySet<string>;
  /** By code: whether a byte may stand in a spelling. Most bytes of an answer are passed over by this alone. */
  readonly used: Uint8Array;
}

function searchFor(key: string): Search {
  const telling = Math.min(TELLING, key.length);
  const texts = keySpellings(key).map(plainLetters);
  const characters = spellingCharacters(texts);
  return {
    texts,
    telling,
    parts: new Set(texts.flatMap((text) => partsOf(text, telling))),
    halves: new Set(texts.flatMap((text) => partsOf(text, telling >> 1))),
    used: Uint8Array.from({ length: 256 }, (_, code) => (characters.has(String.fromCharCode(code)) ? 1 : 0)),
  };
}

function partsOf(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length));
}

interface Hiding {
  readonly search: Search;
  /** Nothing follows. */
  readonly final: boolean;
}

/** From, and up to: in bytes. */
type Span = readonly [from: number, to: number];

/** @param bytes One a character. @returns What can be shown, and where what is held back begins. */
function hide(bytes: string, { search, final }: Hiding): { readonly shown: string; readonly from: number } {
  const { whole, last } = candidates(bytes, search);
  const told = whole.flatMap((run) => spansIn(readLetters(bytes.slice(...run), true), { search, at: run[0] }));
  const letters = readLetters(bytes.slice(last), final);
  const telling = spansIn(letters, { search, at: last });
  // An event ends with its line: it is not held back because its last word might be in the key.
  const least = bytes.endsWith('\n') ? SURE : 1;
  const open = final ? bytes.length : last + undecided(letters, { search, least });
  const through = telling.at(-1);
  // A part that tells may go on there: it is held back as a whole.
  const from = through && !final && through[1] >= open ? through[0] : open;
  let shown = '';
  let at = 0;
  for (const [begin, end] of [...told, ...telling]) {
    if (begin >= from) break;
    shown += `${bytes.slice(at, begin)}***`;
    at = end;
  }
  return { shown: shown + bytes.slice(at, from), from };
}

/** @returns The runs of bytes that are long enough and may be a spelling, and where the one at the end begins. */
function candidates(
  bytes: string,
  { used, telling }: Search,
): { readonly whole: readonly Span[]; readonly last: number } {
  const whole: Span[] = [];
  let last = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (used[bytes.charCodeAt(at)] === 1) continue;
    if (at - last >= telling) whole.push([last, at]);
    last = at + 1;
  }
  return { whole, last };
}

/** @param at Where the letters begin. @returns What tells, parts that touch as one. */
function spansIn(
  { text, place }: Letters,
  { search: { parts, halves, telling }, at }: { readonly search: Search; readonly at: number },
): readonly Span[] {
  const spans: Span[] = [];
  const half = telling >> 1;
  let seen = telling;
  for (let found = 0; found + half <= text.length; found += half) {
    if (!halves.has(text.slice(found, found + half))) continue;
    const last = Math.min(found + telling, text.length);
    for (let end = Math.max(seen, found + half); end <= last; end++) {
      if (!parts.has(text.slice(end - telling, end))) continue;
      const [from, to] = [at + place(end - telling)[0], at + place(end - 1)[1]];
      const before = spans.at(-1);
      if (before && before[1] >= from) spans.splice(-1, 1, [before[0], to]);
      else spans.push([from, to]);
    }
    seen = Math.max(seen, last + 1);
  }
  return spans;
}

/** @returns Where an end begins that may become a part that tells. */
function undecided(
  { text, place, end }: Letters,
  { search: { texts, telling }, least }: { readonly search: Search; readonly least: number },
): number {
  for (let length = Math.min(telling - 1, text.length); length >= least; length--) {
    const start = text.length - length;
    if (texts.some((known) => known.includes(text.slice(start)))) return place(start)[0];
  }
  return end;
}
