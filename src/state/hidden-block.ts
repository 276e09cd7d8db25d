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
  return `<!-- ${kind}\n${json}\n-->`;
}

/** @returns The value of the last block of this kind, or undefined when there is none or it is not JSON. */
export function readBlock(kind: string, text: string): unknown {
  const opening = `<!-- ${kind}`;
  const start = text.lastIndexOf(opening);
  const end = text.indexOf('-->', start);
  if (start < 0 || end < 0) return undefined;
  try {
    return JSON.parse(text.slice(start + opening.length, end));
  } catch {
    // A person edited the block: the caller rebuilds it.
    return undefined;
  }
}
