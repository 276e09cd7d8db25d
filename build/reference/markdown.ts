/** The Markdown that pages of docs/reference are made of. */

export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Rows without a cell for a column are an error of the caller. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}

/** @throws Where the code says nothing about it: the description belongs there, not in the page. */
export function described(text: string | undefined, what: string): string {
  if (text === undefined || text.trim() === '')
    throw new Error(`${what} has no description; add it where it is defined`);
  return text.trim();
}

/** With its full stop. */
export function closed(text: string): string {
  return /[.:!?]$/.test(text) ? text : `${text}.`;
}

/** With a capital, too. */
export function sentence(text: string): string {
  return closed(text.charAt(0).toUpperCase() + text.slice(1));
}
