import type { Heading, List, ListItem, Paragraph, Root, RootContent } from 'mdast';
import { toString as textOf } from 'mdast-util-to-string';
import type { SourcePosition } from './draft.ts';
import { linesOf, startOf } from './markdown-tree.ts';
import type { SourceFile } from './source.ts';

/** An item of a list, or a line that was meant as one: `-[X]T001 Set up` is no item in Markdown. */
export interface CheckItem {
  /** Between the brackets of its box, or a sign such as ✅ that stands for one; undefined where there is none. */
  readonly mark: string | undefined;
  readonly text: string;
  /** All of it is struck through. */
  readonly struck: boolean;
  readonly at: SourcePosition;
  readonly headings: readonly Heading[];
  readonly parent: CheckItem | undefined;
  /** In a numbered list. */
  readonly ordinal: number | undefined;
  /** Markdown sees no check box in it. */
  readonly near: boolean;
  /** What stands below its first paragraph. */
  readonly below: readonly RootContent[];
  /** Undefined for a line of a paragraph. */
  readonly node: ListItem | undefined;
}

const BOX = /^\s*\[([^[\]]{0,3})\](?!\()\s*/u;
const LINE = /^\s*(?:[-*+•]\s*)?\[([^[\]]{0,3})\](?!\()\s*(\S.*)$/u;
const SIGN = /^\s*([✅☑✔✓⬜☐🔲⏳🔄🚧❌])\ufe0f?\s+/u;

/** All list items of a document, in order, and the lines that are nearly check list items. */
export function checkItemsOf(root: Root, { file, text }: Pick<SourceFile, 'file' | 'text'>): readonly CheckItem[] {
  const starts = lineStarts(text);
  const items: CheckItem[] = [];
  let headings: readonly Heading[] = [];
  const open: { node: RootContent; parent: CheckItem | undefined; ordinal?: number | undefined }[] = root.children
    .map((node) => ({ node, parent: undefined }))
    .reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent, ordinal } = next;
    if (node.type === 'heading') headings = [...headings.filter(({ depth }) => depth < node.depth), node];
    if (node.type === 'list') open.push(...listEntries(node, parent).reverse());
    if (node.type === 'blockquote') open.push(...node.children.map((child) => ({ node: child, parent })).reverse());
    if (node.type !== 'listItem' && node.type !== 'paragraph') continue;
    const read = itemsIn(node, {
      parent,
      ordinal,
      headings,
      place: (line) => ({ file, offset: starts[line - 1] ?? 0 }),
    });
    items.push(...read);
    if (node.type !== 'listItem') continue;
    const own = read[0];
    // What stands below a paragraph of several near items belongs to the last of them.
    const around = read.at(-1) ?? own ?? parent;
    open.push(
      ...node.children
        .slice(1)
        .map((child) => ({ node: child, parent: around }))
        .reverse(),
    );
  }
  return items;
}

function listEntries(list: List, parent: CheckItem | undefined) {
  const first = list.ordered ? (list.start ?? 1) : undefined;
  return list.children.map((node, index) => ({
    node: node as RootContent,
    parent,
    ordinal: first === undefined ? undefined : first + index,
  }));
}

interface ItemContext {
  readonly parent: CheckItem | undefined;
  readonly ordinal: number | undefined;
  readonly headings: readonly Heading[];
  readonly place: (line: number) => SourcePosition;
}

function itemsIn(node: ListItem | Paragraph, { parent, ordinal, headings, place }: ItemContext): CheckItem[] {
  const paragraph = node.type === 'paragraph' ? node : node.children[0];
  if (paragraph?.type !== 'paragraph') return [];
  const groups: { text: string; line: number; near: boolean }[] = [];
  for (const { text, line } of linesOf(paragraph)) {
    const isItem = LINE.test(text) && isMark(LINE.exec(text)?.[1] ?? '');
    const last = groups.at(-1);
    if (last === undefined || isItem) groups.push({ text, line, near: isItem });
    else last.text += ` ${text.trim()}`;
  }
  if (node.type === 'paragraph' && parent !== undefined && !groups.some(({ near }) => near)) return [];
  return groups.flatMap(({ text, line, near }, index): CheckItem[] => {
    const isOwn = node.type === 'listItem' && index === 0;
    if (!isOwn && !near) return [];
    const bare = isOwn ? text : text.replace(/^\s*[-*+•]\s*/, '');
    const box = typeof (node as ListItem).checked === 'boolean' && isOwn ? undefined : BOX.exec(bare);
    const boxed = box !== undefined && box !== null && isMark(box[1] ?? '') ? box : undefined;
    const sign = boxed === undefined && isOwn ? SIGN.exec(bare) : null;
    const checked = isOwn ? (node as ListItem).checked : undefined;
    // Kiro puts a star behind the box of what may be left out.
    const rest = bare
      .slice((boxed ?? sign)?.[0].length ?? 0)
      .replace(/^\*\s+/, '')
      .trim();
    return [
      {
        mark: typeof checked === 'boolean' ? (checked ? 'x' : ' ') : (boxed?.[1] ?? sign?.[1]),
        text: rest,
        struck: index === 0 && isStruck(paragraph),
        at: index === 0 ? { ...place(line), offset: startOf(paragraph).offset } : place(line),
        headings,
        parent,
        ordinal: isOwn ? ordinal : undefined,
        near: boxed !== undefined,
        below: isOwn && node.type === 'listItem' ? node.children.slice(1) : [],
        node: isOwn && node.type === 'listItem' ? node : undefined,
      },
    ];
  });
}

/** Nothing, an x or a sign: `[P]`, `[1]` and `[US1]` are no boxes. */
function isMark(mark: string): boolean {
  return /^\s*(?:[xX]|[^\p{L}\p{N}\s[\]]{1,3})?\s*$/u.test(mark);
}

/** Struck through but for its id and marks such as `[US1]`. */
function isStruck({ children }: Paragraph): boolean {
  if (!children.some(({ type }) => type === 'delete')) return false;
  const left = children.map((child) => (child.type === 'delete' ? '' : textOf(child))).join('');
  return /^\s*(?:[\w.-]{1,20}[:.—–-]?)?\s*$/u.test(
    left
      .slice(0, 200)
      .replace(/\[[^\]]*\]/g, '')
      .trim(),
  );
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
