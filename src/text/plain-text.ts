import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import { oneLine } from '../state/markdown.ts';

/**
 * What GitHub would show of a line of Markdown, on one line: without marks, addresses and hidden signs. Whoever wrote it,
 * nothing of it steers a terminal.
 */
export function plainText(markdown: string): string {
  return oneLine(textOf(fromMarkdown(markdown)));
}
