import type { Node } from 'jsonc-parser';

/** A field that shall hold this text, or shall not be there. */
export interface FieldChange {
  readonly name: string;
  readonly value: string | undefined;
}

/** One property of a JSON object as it is written. Plain JSON has nothing but white space around it. */
interface Property {
  readonly name: string;
  /** White space after the comma or brace before it. */
  readonly before: string;
  readonly key: string;
  /** Colon with its white space. */
  readonly colon: string;
  readonly value: string;
  /** White space before the comma or brace after it. */
  readonly after: string;
}

/**
 * Writes an object again with fields changed, added or removed, in the manner of its other properties. New fields
 * stand behind the nearest one before them in `changes` that the object has, else at the end. `null` counts as absent.
 *
 * @param input.text The text that holds the object; plain JSON, without comments.
 */
export function rewriteObject(input: {
  readonly text: string;
  readonly object: Node;
  readonly changes: readonly FieldChange[];
}): string {
  const written = propertiesOf(input.text, input.object);
  const wanted = new Map(input.changes.map(({ name, value }) => [name, value]));
  const kept = written.flatMap((property) => keepOrChange(property, wanted));
  const result = input.changes.reduce<readonly Property[]>((properties, change, index) => {
    const earlier = input.changes.slice(0, index).map(({ name }) => name);
    return withField({ properties, change, earlier, model: written });
  }, kept);
  const { offset, length } = input.object;
  if (result.length === 0) return input.text.slice(offset, offset + length);
  return `{${joined(result, written)}}`;
}

function propertiesOf(text: string, object: Node): readonly Property[] {
  const nodes = object.children ?? [];
  let end = object.offset + 1;
  return nodes.flatMap((node, index): readonly Property[] => {
    const [key, value] = node.children ?? [];
    if (!key || !value) return [];
    const start = index === 0 ? end : text.indexOf(',', end) + 1;
    const keyEnd = key.offset + key.length;
    end = value.offset + value.length;
    const closing = nodes[index + 1] ? text.indexOf(',', end) : object.offset + object.length - 1;
    return [
      {
        name: String(key.value),
        before: text.slice(start, key.offset),
        key: text.slice(key.offset, keyEnd),
        colon: text.slice(keyEnd, value.offset),
        value: text.slice(value.offset, end),
        after: text.slice(end, closing),
      },
    ];
  });
}

function keepOrChange(property: Property, wanted: ReadonlyMap<string, string | undefined>): readonly Property[] {
  if (!wanted.has(property.name)) return [property];
  const value = wanted.get(property.name);
  if (value === undefined) return property.value === 'null' ? [property] : [];
  return JSON.parse(property.value) === value ? [property] : [{ ...property, value: JSON.stringify(value) }];
}

function withField(input: {
  readonly properties: readonly Property[];
  readonly change: FieldChange;
  readonly earlier: readonly string[];
  readonly model: readonly Property[];
}): readonly Property[] {
  const { properties, change, earlier } = input;
  if (change.value === undefined || properties.some(({ name }) => name === change.name)) return properties;
  const last = properties.findLastIndex(({ name }) => earlier.includes(name));
  const at = last < 0 ? properties.length : last + 1;
  const model = input.model[at - 1] ?? input.model.at(-1);
  const added: Property = {
    name: change.name,
    before: lineStart((at === 1 ? input.model[1] : model)?.before ?? model?.before ?? ''),
    key: JSON.stringify(change.name),
    colon: model?.colon ?? ': ',
    value: JSON.stringify(change.value),
    after: '',
  };
  return properties.toSpliced(at, 0, added);
}

/** Without the blank lines, or the columns, that set a property apart from the one before it. */
function lineStart(whiteSpace: string): string {
  return whiteSpace.includes('\n') ? whiteSpace.replace(/^\s*?(\r?\n[^\n]*)$/, '$1') : whiteSpace.slice(0, 1);
}

/** The first property begins and the last one ends as the first and the last of the object did. */
function joined(properties: readonly Property[], written: readonly Property[]): string {
  return properties
    .map((property, index) => {
      const before = index === 0 ? (written[0]?.before ?? property.before) : property.before;
      const isLast = index === properties.length - 1;
      const wasLast = written.at(-1)?.name === property.name;
      const after = isLast ? (written.at(-1)?.after ?? '') : wasLast ? '' : property.after;
      return `${before}${property.key}${property.colon}${property.value}${after}`;
    })
    .join(',');
}
