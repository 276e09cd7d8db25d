/** How a cell says that there is nothing to wait for. */
const NOTHING = /^(?:|none|nothing|n\/?a|nil|no|-+|–|—|∅|\(none\)|start)$/i;

/**
 * The ids in the text of a cell: `None`, or ids between commas, semicolons, line breaks or `and`. A text that is an
 * id as a whole is one, whatever stands in it.
 */
export function dependencyIds(text: string, known: ReadonlySet<string>): readonly string[] {
  const whole = text.trim();
  if (known.has(whole)) return [whole];
  if (NOTHING.test(whole)) return [];
  return whole.split(/[,;\n]|<br\s*\/?>/).flatMap((part) => idsOfPart(part.trim(), known));
}

function idsOfPart(part: string, known: ReadonlySet<string>): readonly string[] {
  if (known.has(part) || part.length > 1000) return [part];
  if (NOTHING.test(part)) return [];
  const bare = part.replace(/^and\s+/i, '');
  if (known.has(bare)) return [bare];
  const joined = bare.split(/\s+(?:and|&|\+)\s+|\s*[&+]\s*/i).map((piece) => piece.trim());
  if (joined.length > 1) return joined.flatMap((piece) => idsOfPart(piece, known));
  const words = bare.split(/\s+/);
  if (words.length > 1 && words.every((word) => known.has(word))) return words;
  // `CORE-001 (schema only)`: the remark is for readers.
  const remarked = /^[^\s(]+(?=\s*\()/.exec(bare)?.[0];
  return [remarked !== undefined && known.has(remarked) ? remarked : bare];
}
