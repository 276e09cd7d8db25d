import type { ArgumentNode, ASTNode, DocumentNode } from 'graphql';

/** What validity never depends on: where something stands in the text. */
const PLACES = new Set(['loc', 'kind', 'block']);
/** A number of so many digits fits every type that takes whole numbers, or none. */
const MAX_DIGITS = 9;

/**
 * A text that is the same for documents of which the schema takes all or none: those that differ by whole numbers, by the
 * numbers at the end of aliases (`i12: issue(number: 12)`) and by the texts in lists of ids. What is the same in one is
 * the same in the other, so that fields which may be merged in one may be merged in the other.
 */
export function shapeOf(document: DocumentNode): string {
  const places = new Map<string, number>();
  const placeOf = (text: string) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return `#${place}`;
  };
  const parts: string[] = [];
  const add = (value: unknown): void => {
    if (Array.isArray(value)) {
      parts.push('[');
      for (const each of value) add(each);
      parts.push(']');
    } else if (isNode(value)) {
      parts.push('(', value.kind);
      if (value.kind === 'IntValue' && value.value.length <= MAX_DIGITS) parts.push(placeOf(value.value));
      else if (value.kind === 'Argument' && isListOfIds(value)) parts.push('ids', placeOf(idsIn(value)));
      else
        for (const [name, part] of Object.entries(value)) {
          if (PLACES.has(name) || part === undefined) continue;
          parts.push(name);
          if (value.kind === 'Field' && name === 'alias') parts.push(aliasOf(part.value, placeOf));
          else add(part);
          // What it is called in the answer is compared with what aliases are.
          if (value.kind === 'Field' && name === 'name') parts.push(aliasOf(part.value, placeOf));
        }
      parts.push(')');
    } else parts.push(JSON.stringify(value));
  };
  add(document);
  return parts.join(' ');
}

/** `i12` as its letters and the place of its number. */
function aliasOf(name: string, placeOf: (digits: string) => string): string {
  const [, letters = '', digits] = /^([a-z]+)(0|[1-9]\d*)$/.exec(name) ?? [];
  return digits === undefined ? JSON.stringify(name) : `${letters} ${placeOf(digits)}`;
}

/** Every text is an id, of one as of many. */
function isListOfIds({ name, value }: ArgumentNode): boolean {
  return name.value === 'ids' && value.kind === 'ListValue' && value.values.every(({ kind }) => kind === 'StringValue');
}

function idsIn({ value }: ArgumentNode): string {
  const ids = value.kind === 'ListValue' ? value.values : [];
  return ids.map((each) => (each.kind === 'StringValue' ? JSON.stringify(each.value) : '')).join(',');
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
