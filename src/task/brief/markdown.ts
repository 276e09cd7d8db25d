import { oneLine, visible } from '../../state/markdown.ts';

/** Pieces of the Markdown that agents read. */

/** @returns A section, or nothing where it would be empty. */
export function section(title: string, content: string): string {
  return content ? `## ${title}\n\n${content}` : '';
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** A fence longer than any inside of it. */
export function fenced(text: string, language = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

export function line(text: string): string {
  return oneLine(text);
}

export function paragraphs(text: string): string {
  return visible(text).trim();
}
