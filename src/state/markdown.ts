/**
 * Text of a plan or a person inside Markdown that we write. It is shown, and does nothing else: no markup, no mention,
 * no reference, no closing keyword, no hidden block. Rendered by GitHub, ordinary text looks as it was written.
 */

/**
 * Written between `@` and a name, `#` and a number. An escape is not enough: GitHub looks for both in the rendered
 * text, where an escaped sign is the sign again.
 */
const GAP = '&#8203;';

/** Words of letters and digits with one sign between them: safe as they are, but for what `MEANT` finds. */
const PLAIN = /^[a-z0-9]+(?:(?:[.,] | |-)[a-z0-9]+)*[.,]?$/i;

/** A reference such as GH-7, or the number of a list, among plain words. */
const MEANT = /\bGH-\d|^\d+\./i;

/** @returns One line, safe in a table cell, a list item, a heading or a link's text. */
export function inline(text: string): string {
  // Most ids and titles are: in a plan of thousands of tasks the rules below would be most of the work of a pass.
  if (PLAIN.test(text) && !MEANT.test(text)) return text;
  const line = oneLine(text);
  return defuse(escapeMarkup(line))
    .replace(/^(?:[-+](?=\s|$)|-{2,}$|=)/, '\\$&')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** Between backticks, and nothing that would end a cell or begin a tag: GitHub acts on nothing in it, whoever wrote it. */
const CODE = /(`[^`<>|\\]{1,200}`)/;

/**
 * For plain text of ours that names things between backticks, foreign words among them. What went through it, or `inline`,
 * is Markdown: it goes through neither again.
 * @returns One line, as `inline` has it but for what stands between backticks, which is code.
 */
export function prose(text: string): string {
  if (!text.includes('`')) return inline(text);
  const line = oneLine(text);
  return line
    .split(CODE)
    .map((part, place) => (place % 2 === 1 ? part : betweenCode(part)))
    .join('');
}

function betweenCode(part: string): string {
  const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/.exec(part) ?? [];
  return `${before}${inline(words)}${after}`;
}

/** @returns The same for a text that is ours as a whole: the issues that it names are links. */
export function proseWithLinks(text: string): string {
  return prose(text).replaceAll(`#${GAP}`, '#');
}

/** @returns Foreign words as code, on one line. */
export function code(text: string): string {
  return `\`${visible(text)
    .replace(/[\s`<>|\\]+/g, ' ')
    .trim()}\``;
}

/**
 * @returns Paragraphs, safe where a paragraph may stand and, line by line, in a quote. Line breaks, blank lines and
 *   lists survive; indentation does not, because four spaces would make code.
 */
export function block(text: string): string {
  const lines = visible(text)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => blockLine(line.trim()));
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/** @returns One line, safe as text inside an HTML element such as `<summary>`, where Markdown is not read. */
export function html(text: string): string {
  const line = oneLine(text);
  return defuse(line.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'));
}

/** @returns What is visible of it, on one line: nothing in it steers a terminal. It is no Markdown by that. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}

/**
 * @returns The text without what no reader sees: control characters (ESC among them), signs that turn the direction
 *   of text, zero-width signs. Line breaks and tabs stay; so do the joiners that emoji and some scripts need.
 */
export function visible(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[[\p{Cc}\p{Co}]--[\t\n\r]]/gv, '')
    .replace(/[\p{Cf}--[\u200c\u200d]]/gv, '')
    .replace(/(?<![^\p{ASCII}\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?![^\p{ASCII}\u200c\u200d])/gu, '');
}

/** Most text is ASCII on one line: every sign of it is seen. */
const PRINTABLE = /^[ -~]*$/;

function blockLine(line: string): string {
  const item = /^(?:[-+*]|(\d{1,9})[.)])\s+(?=\S)/.exec(line);
  if (!item) return inline(line);
  return `${item[1] === undefined ? '-' : `${item[1]}.`} ${inline(line.slice(item[0].length))}`;
}

function escapeMarkup(line: string): string {
  return line
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/[\\`*[\]|~$]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^#(?=#{0,5}(?:\s|$))/, '\\#')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** What GitHub acts on: mentions, references, and keywords before the address of an issue, which close it as `#7` would. */
const ACTIVE =
  /(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}])|#(?=\d)|\bGH-(?=\d)|\b(?:clos|fix|resolv)(?=(?:e|es|ed|)\W{1,10}https?:)/giu;

function defuse(line: string): string {
  return line.replace(ACTIVE, `$&${GAP}`);
}
