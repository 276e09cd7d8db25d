import { constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents, YAMLException } from 'js-yaml';
import { conflictFindings } from './broken-file.ts';
import type { Locate, TextFinding } from './position.ts';

export type ParsedYaml = { ok: true; value: unknown; locate: Locate } | { ok: false; findings: readonly TextFinding[] };

const MAX_CHARACTERS = 200_000;

/**
 * Parses one YAML document and remembers where its keys and values stand. An empty document is an empty mapping.
 * Anchors may be set but not referred to: a few lines of references can expand into gigabytes.
 */
export function parseYaml(text: string): ParsedYaml {
  if (text.length > MAX_CHARACTERS) {
    const message = `the file has ${text.length} characters; at most ${MAX_CHARACTERS} are read`;
    return { ok: false, findings: [{ offset: 0, message }] };
  }
  const conflicts = conflictFindings(text);
  if (conflicts.length > 0) return { ok: false, findings: conflicts };
  try {
    const events = parseEvents(text, { maxDepth: 20 });
    const documents = constructFromEvents(events, { source: text, maxAliases: 0 });
    if (documents.length > 1) {
      const message =
        'a second document begins here; a file holds one, so move it into a file of its own, or remove this `---` and what is not meant';
      return { ok: false, findings: [{ offset: secondDocument(text), message }] };
    }
    return { ok: true, value: documents[0] ?? {}, locate: locator(events, text) };
  } catch (error) {
    // js-yaml asks to catch everything that its parser throws, not its own class alone.
    const known = error instanceof YAMLException;
    const reason = known ? error.reason : String(error);
    const offset = (known ? error.mark?.position : undefined) ?? 0;
    const message = isCutOff(reason) ? cutOffMessage(reason) : syntaxMessage(reason);
    return { ok: false, findings: [{ offset, message }] };
  }
}

/** Of the `---` behind the first line that says something. */
function secondDocument(text: string): number {
  const first = /^(?:[ \t]*(?:#.*)?\r?\n)*(?:---.*\r?\n)?/.exec(text)?.[0].length ?? 0;
  const found = /^---/m.exec(text.slice(first));
  return found === null ? 0 : first + found.index;
}

/** A list, an object or a text in quotes is still open where the file ends. */
function isCutOff(reason: string): boolean {
  return /^unexpected end of the (?:stream|document) within/.test(reason);
}

function cutOffMessage(reason: string): string {
  const what = /flow/.test(reason) ? 'a list or an object in brackets' : 'a text in quotes';
  return `this ends in the middle of ${what}: the end of that is missing, or the file was cut off; write the rest, or get the whole file again`;
}

function syntaxMessage(reason: string): string {
  if (reason.startsWith('aliases exceeded'))
    return 'references such as `*name` are not allowed here; write the value out';
  if (reason === 'duplicated mapping key') return 'this key appears twice; keep one';
  return `this is not valid YAML (${reason}); fix it here or on the line before`;
}

/** A value's place in the text, with those of its entries by key or index. */
interface NodePosition {
  readonly offset: number;
  readonly entries: Map<PropertyKey, { readonly key: number; readonly value: NodePosition }>;
}

function locator(events: readonly Event[], text: string): Locate {
  const root = nodePositions(events, text);
  return (path, part = 'value') => {
    let place = root;
    let key = root.offset;
    for (const step of path) {
      const entry = place.entries.get(step);
      if (entry === undefined) return place.offset;
      key = entry.key;
      place = entry.value;
    }
    return part === 'key' ? key : place.offset;
  };
}

/** js-yaml gives values without positions and events with them: the same walk, led by the events. */
function nodePositions(events: readonly Event[], text: string): NodePosition {
  let at = 1;

  function value(): NodePosition {
    const event = events[at++];
    const place: NodePosition = { offset: offsetOf(event), entries: new Map() };
    if (event?.type === EVENT_ID.MAPPING) {
      while (more()) {
        const scalar = events[at];
        const name = scalar?.type === EVENT_ID.SCALAR ? getScalarValue(text, scalar) : '';
        const key = value().offset;
        const entry = value();
        // An empty value has no place of its own.
        place.entries.set(name, { key, value: entry.offset < 0 ? { ...entry, offset: key } : entry });
      }
      at++;
    }
    if (event?.type === EVENT_ID.SEQUENCE) {
      for (let index = 0; more(); index++) {
        const entry = value();
        place.entries.set(index, { key: entry.offset, value: entry });
      }
      at++;
    }
    return place;
  }

  function more(): boolean {
    return at < events.length && events[at]?.type !== EVENT_ID.POP;
  }

  const root = value();
  return { ...root, offset: Math.max(0, root.offset) };
}

function offsetOf(event: Event | undefined): number {
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return -1;
  }
}
