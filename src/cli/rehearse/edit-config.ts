import { isDeepStrictEqual } from 'node:util';
import { dump, loadAll } from 'js-yaml';

/**
 * Sets top-level keys of a YAML mapping as a person would: the lines of a key that is there are replaced, others are
 * appended, and everything else stays as it was written, comments included.
 *
 * @param text A mapping, or nothing at all.
 * @returns Text that loads as the mapping with the changes in it.
 */
export function setKeys(text: string, changes: Readonly<Record<string, unknown>>): string {
  const before = mappingOf(text);
  const wanted = { ...before, ...changes };
  const edited = Object.entries(changes).reduce((lines, [key, value]) => setKey(lines, key, value), text);
  // Flow style, anchors or a document marker: written out anew rather than edited wrongly.
  return loadsAs(edited, wanted) ? edited : dump(wanted);
}

function mappingOf(text: string): Readonly<Record<string, unknown>> {
  // No document at all is no mistake here: comments alone are a configuration, too.
  const [first] = loadAll(text) as readonly (Record<string, unknown> | null | undefined)[];
  return first ?? {};
}

function loadsAs(text: string, wanted: object): boolean {
  try {
    return isDeepStrictEqual(mappingOf(text), wanted);
  } catch {
    return false; // Not even YAML: the edit hit something that it does not understand.
  }
}

function setKey(text: string, key: string, value: unknown): string {
  const written = dump({ [key]: value })
    .trimEnd()
    .split('\n');
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (start === -1) return `${[text.trimEnd(), ...written].filter((part) => part !== '').join('\n')}\n`;
  const end = blockEnd(lines, start);
  return [...lines.slice(0, start), ...written, ...lines.slice(end)].join('\n');
}

/** Where the value ends that begins at `start`: blank lines and comments before the next key belong to that. */
function blockEnd(lines: readonly string[], start: number): number {
  const next = lines.findIndex((line, index) => index > start && /^[^\s#-]/.test(line));
  let end = next === -1 ? lines.length : next;
  while (end > start + 1 && /^\s*(#|$)/.test(lines[end - 1] ?? '')) end--;
  return end;
}
