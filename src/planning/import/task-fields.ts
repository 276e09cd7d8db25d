import type { ListItem, Nodes, RootContent } from 'mdast';
import { type ColumnRole, labelColumn } from './columns.ts';
import type { SourcePosition } from './draft.ts';
import { endOf, lineOf, linesOf, startOf } from './markdown-tree.ts';

/** What stands below a task, field by field. */
export interface TaskFields {
  readonly values: ReadonlyMap<ColumnRole, FieldValue>;
  /** Check boxes below the task that stand under no other label: what they ask for is what makes it done. */
  readonly checks: readonly { readonly text: string; readonly checked: boolean }[];
  /** Everything else, as written. */
  readonly rest: string;
}

export interface FieldValue {
  readonly lines: readonly string[];
  readonly at: SourcePosition;
  readonly unit?: number | undefined;
  readonly word?: string | undefined;
}

const LABEL = /^\s*([\p{L}][\p{L}\p{N} /()&-]{0,40}?)\s*:\s*(.*)$/u;

interface Reading {
  readonly file: string;
  readonly text: string;
  readonly values: Map<ColumnRole, FieldValue>;
  readonly checks: { text: string; checked: boolean }[];
  readonly rest: string[];
}

/** Reads labels such as `**Dependencies:** T01`, in lines, lists and headings of their own. */
export function readTaskFields(
  nodes: readonly RootContent[],
  { file, text }: { readonly file: string; readonly text: string },
): TaskFields {
  const reading: Reading = { file, text, values: new Map(), checks: [], rest: [] };
  let section: FieldLabel | undefined;
  for (const node of nodes) {
    const isList = node.type === 'list';
    if (node.type === 'heading') {
      section = labelOf(lineOf(node).replace(/:\s*$/, ''));
      if (section === undefined) reading.rest.push(rawOf(node, text));
      continue;
    }
    if (isList) {
      const items: string[] = [];
      for (const item of node.children) readItem(item, { section, reading: { ...reading, rest: items } });
      if (items.length > 0) reading.rest.push(items.join('\n'));
      section = undefined;
    } else if (node.type === 'paragraph') section = readParagraph(node, { section, reading });
    else if (node.type !== 'thematicBreak') reading.rest.push(rawOf(node, text));
  }
  const { values, checks, rest } = reading;
  return { values, checks, rest: rest.filter((part) => part.trim() !== '').join('\n\n') };
}

interface FieldLabel {
  readonly role: ColumnRole;
  readonly unit?: number | undefined;
  readonly word?: string | undefined;
}

interface Context {
  /** The label that stands above, for what has none of its own. */
  readonly section: FieldLabel | undefined;
  readonly reading: Reading;
}

/** @returns The label at its end whose value is still to come. */
function readParagraph(node: Nodes, { section, reading }: Context): FieldLabel | undefined {
  const left: string[] = [];
  let open: FieldLabel | undefined;
  for (const { text, line } of linesOf(node)) {
    const { fields, others } = fieldsOfLine(text);
    left.push(...others);
    if (fields.length === 0) open = undefined;
    for (const { label, value } of fields) {
      if (value === '') open = label;
      else add(reading, { label, lines: [value], at: placeOf(node, { line, reading }) });
    }
  }
  if (left.length > 0 && section !== undefined) {
    add(reading, { label: section, lines: left, at: placeOf(node, { line: 0, reading }) });
    return open;
  }
  if (left.length > 0)
    reading.rest.push(left.length === linesOf(node).length ? rawOf(node, reading.text) : left.join('\n'));
  return open;
}

function readItem(item: ListItem, { section, reading }: Context): void {
  const [first, ...below] = item.children;
  const words = first?.type === 'paragraph' ? lineOf(first).trim() : '';
  const at = { file: reading.file, offset: startOf(first ?? item).offset };
  const { fields, others } = section === undefined ? fieldsOfLine(words) : { fields: [], others: [] };
  const [field, ...more] = fields;
  if (section !== undefined && section.role !== 'status') {
    const nested = below.flatMap((node) =>
      node.type === 'list' ? node.children.map((each) => lineOf(each.children[0] ?? each)) : [],
    );
    add(reading, { label: section, lines: [words, ...nested], at });
    return;
  }
  if (field !== undefined) {
    const nested = below.flatMap((node) =>
      node.type === 'list' ? node.children.map((each) => lineOf(each.children[0] ?? each)) : [],
    );
    const lines = [field.value, ...nested].filter((line) => line.trim() !== '');
    if (lines.length > 0) add(reading, { label: field.label, lines, at });
    for (const { label, value } of more) if (value !== '') add(reading, { label, lines: [value], at });
    reading.rest.push(...others);
    for (const node of below) if (node.type !== 'list') reading.rest.push(rawOf(node, reading.text));
    return;
  }
  if (typeof item.checked === 'boolean' && words !== '') {
    reading.checks.push({ text: words, checked: item.checked });
    for (const node of below) reading.rest.push(rawOf(node, reading.text));
    return;
  }
  reading.rest.push(rawOf(item, reading.text));
}

interface LineField {
  readonly label: FieldLabel;
  readonly value: string;
}

/** `Status: Done | Estimate: 2h | Owner: Ada`: several fields may share a line, and some of them be none of ours. */
function fieldsOfLine(text: string): { readonly fields: readonly LineField[]; readonly others: readonly string[] } {
  if (text.length > 4000) return { fields: [], others: [text] };
  const parts = text.split(/\s+[|·•]\s+/);
  const read = parts.map((part) => ({ part, found: LABEL.exec(part) }));
  // One field whose value has such a sign in it.
  const whole = read.every(({ found }) => found !== null) ? read : [{ part: text, found: LABEL.exec(text) }];
  const fields = whole.flatMap(({ found }): readonly LineField[] => {
    const label = labelOf(found?.[1] ?? '');
    return label === undefined ? [] : [{ label, value: (found?.[2] ?? '').trim() }];
  });
  return {
    fields,
    others: whole.flatMap(({ part, found }) => (labelOf(found?.[1] ?? '') === undefined ? [part] : [])),
  };
}

function labelOf(words: string): FieldLabel | undefined {
  return words === '' ? undefined : labelColumn(words);
}

function add(
  { values }: Reading,
  { label, lines, at }: { readonly label: FieldLabel; readonly lines: readonly string[]; readonly at: SourcePosition },
): void {
  const known = values.get(label.role);
  // Points are an estimate where nothing better is said.
  if (label.role === 'estimate' && known !== undefined && (label.word !== undefined || known.word === undefined))
    return;
  const before = known === undefined || label.role === 'estimate' ? [] : known.lines;
  values.set(label.role, { at: known?.at ?? at, unit: label.unit, word: label.word, lines: [...before, ...lines] });
}

function placeOf(node: Nodes, { line, reading }: { readonly line: number; readonly reading: Reading }): SourcePosition {
  const start = startOf(node);
  let { offset } = start;
  for (let at = start.line; at < line; at++) offset = reading.text.indexOf('\n', offset) + 1 || offset;
  return { file: reading.file, offset };
}

function rawOf(node: Nodes, text: string): string {
  return text.slice(startOf(node).offset, endOf(node));
}
