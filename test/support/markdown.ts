import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString as plainText } from 'mdast-util-to-string';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';

/** What of a document leads somewhere, or can be led to. */
export interface Document {
  readonly links: readonly Found[];
  /** What a link can name after `#`, as GitHub makes it of each heading. */
  readonly anchors: ReadonlySet<string>;
  /** Lines of code fences. */
  readonly codeLines: readonly Found[];
  readonly inlineCode: readonly Found[];
}

export interface Found {
  readonly text: string;
  readonly line: number;
}

export function readDocument(markdown: string): Document {
  const tree = fromMarkdown(markdown, {
    extensions: [gfm(), frontmatter()],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown()],
  });
  const found = { links: [] as Found[], codeLines: [] as Found[], inlineCode: [] as Found[] };
  const headings: string[] = [];
  const visit = (node: Nodes): void => {
    const line = node.position?.start.line ?? 0;
    if (node.type === 'link' || node.type === 'definition' || node.type === 'image')
      found.links.push({ text: node.url, line });
    if (node.type === 'inlineCode') found.inlineCode.push({ text: node.value, line });
    if (node.type === 'heading') headings.push(plainText(node));
    if (node.type === 'code')
      found.codeLines.push(...node.value.split('\n').map((text, at) => ({ text, line: line + 1 + at })));
    if ('children' in node) for (const child of node.children) visit(child);
  };
  visit(tree);
  return { ...found, anchors: anchorsOf(headings) };
}

/** A heading that is there twice gets a number the second time. */
function anchorsOf(headings: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const plain = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = plain;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${plain}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
