import { type Document, isMap, parseDocument, stringify, type ToStringOptions, visit } from 'yaml';

/**
 * Sets top-level keys of a YAML mapping: a key that is there gets the new value at its place, others are appended.
 * Everything else keeps its order, its comments and its line ends.
 *
 * @param text A mapping, or nothing but comments.
 * @throws where the text is not YAML.
 */
export function setKeys(text: string, changes: Readonly<Record<string, unknown>>): string {
  const lines = text.replaceAll('\r\n', '\n');
  const document = parseDocument(lines);
  const [error] = document.errors;
  if (error) throw error;
  const edited = edit(document, { text: lines, changes, options: styleOf(lines) });
  return lines === text ? edited : edited.replaceAll('\n', '\r\n');
}

interface Edit {
  readonly text: string;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly options: ToStringOptions;
}

function edit(document: Document.Parsed, { text, changes, options }: Edit): string {
  if (!isMap(document.contents)) {
    return [text.trimEnd(), stringify(changes, options)].filter((part) => part !== '').join('\n');
  }
  // A reference may lose what it refers to: then its value is written out, and the comments go.
  if (hasReferences(document)) return stringify({ ...document.toJS(), ...changes }, options);
  for (const [key, value] of Object.entries(changes)) document.set(key, document.createNode(value));
  return document.toString(options);
}

function hasReferences(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** Lines are never folded; dashes of a list stand at the margin where they did. */
function styleOf(text: string): ToStringOptions {
  return { lineWidth: 0, indentSeq: !/^- /m.test(text) };
}
