/** Tags whose block goes on until a blank line, whatever is in it: https://spec.commonmark.org/0.31.2/#html-blocks */
const BLOCK_TAGS =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul';

const BLANK = /^\s*$/;

/** How each kind of block begins, and in which line it ends. */
const BLOCKS: readonly (readonly [RegExp, RegExp])[] = [
  [/^<(?:pre|script|style|textarea)(?:\s|>|$)/i, /<\/(?:pre|script|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<![a-z]/i, />/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [new RegExp(`^</?(?:${BLOCK_TAGS})(?:\\s|/?>|$)`, 'i'), BLANK],
];

/** One whole tag that is alone in its line; it does not end a paragraph. */
const LONE_TAG =
  /^(?:<[a-z][a-z0-9-]*(?:\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|<\/[a-z][a-z0-9-]*\s*>)\s*$/i;

const MAX_TAG = 1_000;

/** @returns What the last line of the block of HTML looks like that begins here; undefined where none does. */
export function startOfHtml(text: string, isInParagraph: boolean): RegExp | undefined {
  if (!text.startsWith('<')) return undefined;
  const block = BLOCKS.find(([begin]) => begin.test(text));
  if (block) return block[1];
  return !isInParagraph && text.length <= MAX_TAG && LONE_TAG.test(text) ? BLANK : undefined;
}
