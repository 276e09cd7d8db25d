/** `*` stands for any text. Compared piece by piece, since a regular expression of many `*` can take for ever. */
export function matchesGlob(id: string, glob: string): boolean {
  const first = glob.indexOf('*');
  if (first < 0) return id === glob;
  // Most do not even begin so.
  if (!id.startsWith(glob.slice(0, first))) return false;
  const rest = glob.slice(first + 1).split('*');
  const tail = rest.pop() ?? '';
  let at = first;
  for (const piece of rest) {
    const found = id.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return id.length - tail.length >= at && id.endsWith(tail);
}
