/** A JSON object of unknown shape: another program's output, of which any version may leave anything out. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns The object on this line, or undefined where it holds none. */
export function parseJsonLine(line: string): JsonObject | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return asObject(JSON.parse(line));
  } catch {
    // Not JSON: text for people.
    return undefined;
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asObjects(value: unknown): readonly JsonObject[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map(asObject).filter((entry) => entry !== undefined);
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The parameters of tools that say what they are used for, the most telling first. */
const TELLING = ['command', 'file_path', 'absolute_path', 'path', 'pattern', 'query', 'url', 'description'];

/** @returns What a tool is used for: its most telling parameter, or all of them. */
export function describeToolUse(parameters: unknown): string {
  const given = asObject(parameters) ?? {};
  const telling = TELLING.map((name) => asText(given[name])).find(Boolean);
  return telling ?? JSON.stringify(given).slice(0, 300);
}
