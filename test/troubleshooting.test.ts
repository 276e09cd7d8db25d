import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { walk } from '../build/house/syntax.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every text that the product's source writes out, with `…` where a value is put in. */
const TEXTS = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => textsIn(file));

function textsIn(file: string): readonly string[] {
  const texts: string[] = [];
  const { program } = parseSync(file, readFileSync(join(ROOT, 'src', file), 'utf8'));
  walk(program, [], (node) => {
    if (node.type === 'Literal' && typeof node.value === 'string') texts.push(node.value);
    if (node.type === 'TemplateLiteral')
      texts.push(node.quasis.map(({ value }) => value.cooked ?? value.raw).join('…'));
  });
  return texts;
}

/** What stands as code in the first column of its tables. */
const QUOTES = quotesOf(readFileSync(join(ROOT, 'docs/guides/troubleshooting.md'), 'utf8'));

function quotesOf(markdown: string): readonly string[] {
  const quotes: string[] = [];
  const visit = (node: Nodes): void => {
    const first = node.type === 'tableRow' ? node.children[0]?.children : undefined;
    for (const part of first ?? []) if (part.type === 'inlineCode') quotes.push(part.value);
    if ('children' in node) for (const child of node.children) visit(child);
  };
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return quotes;
}

/** Where the source wraps a value in backticks, a table of symptoms may leave them out. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

describe('the symptoms of docs/guides/troubleshooting.md', () => {
  const texts = TEXTS.map(plain);
  const isSaid = (quote: string) => texts.some((text) => text.includes(plain(quote).trim()));

  it('are many, and each is long enough to be told apart', () => {
    expect(QUOTES.length).toBeGreaterThan(40);
    expect(QUOTES.filter((quote) => quote.replaceAll('…', '').length < 20)).toEqual([]);
  });

  it('are sentences of the product', () => {
    expect(QUOTES.filter((quote) => !isSaid(quote))).toEqual([]);
  });

  it('would not pass if nobody said them', () => {
    expect(isSaid('the plan issue #… is closed; open it again to come back')).toBe(false);
  });
});
