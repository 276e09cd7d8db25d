import { visible } from '../state/markdown.ts';

/** Signs that mean something to Mermaid, to Markdown around it or to HTML inside it, and what stands for them. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '"': "'",
  '`': "'",
  '<': '‹',
  '>': '›',
  '{': '(',
  '}': ')',
  '[': '(',
  ']': ')',
  '#': '＃',
  '%': '％',
  '|': '¦',
  '\\': '∕',
  '~': '∼',
  $: '＄',
};

/**
 * Text of a plan for a quoted Mermaid label, on one line and shortened. Mermaid's own escapes are read again by parts
 * of it, so signs with a meaning are replaced by ones that look like them.
 */
export function mermaidText(text: string, most = 60): string {
  const line = visible(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/&(?=\w+;)/g, '＆')
    .replace(/["`<>{}[\]#%|\\~$]/g, (sign) => LOOKALIKES[sign] ?? '');
  const signs = [...line];
  return signs.length > most ? `${signs.slice(0, most - 1).join('')}…` : line;
}
