/** Characters of a block that are read. */
const MAX_BLOCK = 20_000;

/** @returns What stands in the braces after `test:` in the settings of Vite; undefined where nothing does. */
export function testBlock(text: string): string | undefined {
  const found = /(?<![\w$.])["']?test["']?\s*:\s*\{/.exec(text);
  if (!found) return undefined;
  const start = found.index + found[0].length;
  let depth = 1;
  let at = start;
  for (; at < text.length && at < start + MAX_BLOCK && depth > 0; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}') depth--;
  }
  return text.slice(start, at);
}
