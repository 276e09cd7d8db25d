/**
 * Characters that no reader sees and that change what a reader sees: control characters (ESC among them, which drives
 * terminals) and signs that turn the direction of the text after them. Joiners and marks that scripts need to be
 * written are none of them.
 */
const INVISIBLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/** The first such character of a text as people name it, `U+202E`; undefined where there is none. */
export function firstInvisible(text: string): string | undefined {
  const [first] = text.match(INVISIBLE) ?? [];
  return first === undefined ? undefined : codePoint(first);
}

/** The text with each such character spelled out, for messages that quote a file. */
export function spellOutInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => `<${codePoint(character)}>`);
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
