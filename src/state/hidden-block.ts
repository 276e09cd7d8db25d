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
  const found = lastBlock(kind, text);
  if (!found) return undefined;
  try {
    return JSON.parse(text.slice(found.json, found.end));
  } catch {
    // A person edited the block: the caller rebuilds it.
    return undefined;
  }
}

/** @returns The text with another block in the place of the last one of that kind; as it is where there is none. */
export function replaceBlock({
  kind,
  text,
  by,
}: {
  readonly kind: string;
  readonly text: string;
  readonly by: string;
}) {
  const found = lastBlock(kind, text);
  return found ? `${text.slice(0, found.start)}${by}${text.slice(found.end + CLOSING.length)}` : text;
}

const CLOSING = '-->';

function lastBlock(kind: string, text: string) {
  const opening = `<!-- ${kind}`;
  const start = text.lastIndexOf(opening);
  const end = text.indexOf(CLOSING, start);
  return start < 0 || end < 0 ? undefined : { start, json: start + opening.length, end };
}
