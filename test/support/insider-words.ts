/** Words of those who build this, which tell people who use it nothing. */
const INSIDER = /\bd\d+\b|\bslices?\b|\bverifications?\b|\bprojections?\b|\breconcil\w+/gi;

/**
 * @param text Markdown that people read.
 * @returns Such words in it, apart from names of keys and commands in code, output of tools, addresses, commits and what nobody sees.
 */
export function insiderWords(text: string): readonly string[] {
  const seen = text
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1/gm, '')
    .replace(/<pre>[\s\S]*?<\/pre>/g, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    // Commits, some of which read like the number of a dispatch: d123456.
    .replace(/\b[0-9a-f]{7,40}\b/g, '')
    // What the specification calls so, at the place where it asks for it.
    .replace('<b>Verification</b>', '');
  return [...seen.matchAll(INSIDER)].map(([word]) => word);
}
