import type { Heading, Nodes, PhrasingContent, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString as textOf } from 'mdast-util-to-string';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import type { TextFinding } from '../../plan/position.ts';
import { MARKDOWN_LIMITS, markdownLimitExceeded } from './markdown-limits.ts';

export type Markdown =
  | { readonly ok: true; readonly root: Root; readonly blocks: readonly MarkdownBlock[] }
  | { readonly ok: false; readonly finding: TextFinding };

/** A leaf of the tree's blocks (heading, paragraph, table, code, …) or a list item, with the headings above it. */
export interface MarkdownBlock {
  readonly node: RootContent;
  readonly headings: readonly Heading[];
}

/** Parses GitHub's Markdown with front matter. What the parser could not stand is refused by a look at the text. */
export function readMarkdown(text: string): Markdown {
  const excess = markdownLimitExceeded(text);
  if (excess !== undefined) return { ok: false, finding: excess };
  try {
    const root = fromMarkdown(text, {
      // `~8 hours` means about, and two of them strike nothing out.
      extensions: [gfm({ singleTilde: false }), frontmatter(['yaml'])],
      mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown(['yaml'])],
    });
    const deep = tooDeep(root);
    return deep === undefined ? { ok: true, root, blocks: blocksOf(root) } : { ok: false, finding: deep };
  } catch (error) {
    // The parser recurses; what got past the look at the text is refused in the same words.
    if (error instanceof RangeError) return { ok: false, finding: nestedTooDeep(0) };
    throw error;
  }
}

/** What a reader sees of a node, in one line. */
export function lineOf(node: Nodes): string {
  return linesOf(node)
    .map(({ text }) => text)
    .join(' ');
}

/** What a reader sees of a node, line by line, each with its line in the document. */
export function linesOf(node: Nodes): readonly { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = [{ text: '', line: startOf(node).line }];
  const open: (Nodes | PhrasingContent)[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.type === 'break' || isLineBreak(next)) lines.push({ text: '', line: startOf(next).line + 1 });
    else if ('children' in next) open.push(...next.children.toReversed());
    else {
      const { line } = startOf(next);
      for (const [index, part] of textOf(next).split('\n').entries()) {
        const last = lines.at(-1);
        if (index > 0 || last === undefined) lines.push({ text: part, line: line + index });
        else last.text += part;
      }
    }
  }
  return lines;
}

export function startOf(node: Nodes): { readonly offset: number; readonly line: number } {
  return { offset: node.position?.start.offset ?? 0, line: node.position?.start.line ?? 1 };
}

export function endOf(node: Nodes): number {
  return node.position?.end.offset ?? 0;
}

/** The title of a document: its first heading of level 1. */
export function documentTitle(markdown: Markdown & { ok: true }): string | undefined {
  const heading = markdown.root.children.find((node) => node.type === 'heading' && node.depth === 1);
  const title = heading && lineOf(heading);
  return title?.trim() ? title : undefined;
}

function isLineBreak(node: Nodes): boolean {
  return node.type === 'html' && /^<br\s*\/?>$/i.test(node.value);
}

/** Walks with a stack of its own: the depth is bounded, but only just. */
function blocksOf(root: Root): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let headings: readonly Heading[] = [];
  const open: RootContent[] = root.children.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'heading') {
      const { depth } = node;
      headings = [...headings.filter((above) => above.depth < depth), node];
    }
    if (node.type === 'blockquote' || node.type === 'list' || node.type === 'footnoteDefinition') {
      open.push(...node.children.toReversed());
      continue;
    }
    blocks.push({ node, headings });
    if (node.type === 'listItem') open.push(...node.children.toReversed());
  }
  return blocks;
}

function tooDeep(root: Root): TextFinding | undefined {
  const open: { node: Nodes; depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth > MARKDOWN_LIMITS.tree) return nestedTooDeep(startOf(node).offset);
    if ('children' in node) for (const child of node.children) open.push({ node: child, depth: depth + 1 });
  }
  return undefined;
}

function nestedTooDeep(offset: number): TextFinding {
  return { offset, message: 'nested deeper than any plan; make it flatter' };
}
