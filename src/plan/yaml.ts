import { constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents, YAMLException } from 'js-yaml';
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
  try {
    const events = parseEvents(text, { maxDepth: 20 });
    const documents = constructFromEvents(events, { source: text, maxAliases: 0 });
    if (documents.length > 1) {
      return {
        ok: false,
        findings: [{ offset: 0, message: 'the file contains several documents; remove every `---` but one' }],
      };
    }
    return { ok: true, value: documents[0] ?? {}, locate: locator(events, text) };
  } catch (error) {
    // js-yaml asks to catch everything that its parser throws, not its own class alone.
    const known = error instanceof YAMLException;
    const reason = known ? error.reason : String(error);
    return {
      ok: false,
      findings: [{ offset: (known ? error.mark?.position : undefined) ?? 0, message: syntaxMessage(reason) }],
    };
  }
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
