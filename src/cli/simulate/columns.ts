/** Rows in columns: the first to the left, the others to the right, two spaces between. */
export function columns(rows: readonly (readonly string[])[], indent = ''): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows.map((row) =>
    `${indent}${row
      .map((cell, column) => (column === 0 ? fill(cell, widths[column] ?? 0) : fillLeft(cell, widths[column] ?? 0)))
      .join('  ')}`.trimEnd(),
  );
}

/** Text of exactly that many characters: filled with spaces behind it, or cut with an ellipsis. */
export function fill(text: string, width: number): string {
  const cut = cutTo(text, width);
  return cut + blank(cut, width);
}

/** The same, with the spaces in front. */
export function fillLeft(text: string, width: number): string {
  const cut = cutTo(text, width);
  return blank(cut, width) + cut;
}

function cutTo(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, Math.max(0, width - 1)).join('')}…` : text;
}

function blank(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - [...text].length));
}

/** Words in lines no wider than that; all but the first begin with the indent. */
export function wrapped(
  words: readonly string[],
  { first, indent, width }: { readonly first: string; readonly indent: string; readonly width: number },
) {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
