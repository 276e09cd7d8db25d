/** A JSON object of unknown shape: another program's output, of which any version may leave anything out. */
export type Loose = Readonly<Record<string, unknown>>;

/** @returns The object on this line, or undefined where it holds none. */
export function readObject(line: string): Loose | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return objectIn(JSON.parse(line));
  } catch {
    // Not JSON: text for people.
    return undefined;
  }
}

export function objectIn(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;
}

export function objectsIn(value: unknown): readonly Loose[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map(objectIn).filter((entry) => entry !== undefined);
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The parameters of tools that say what they are used for, the most telling first. */
const TELLING = ['command', 'file_path', 'absolute_path', 'path', 'pattern', 'query', 'url', 'description'];

/** @returns What a tool is used for: its most telling parameter, or all of them. */
export function describeUse(parameters: unknown): string {
  const given = objectIn(parameters) ?? {};
  const telling = TELLING.map((name) => textIn(given[name])).find(Boolean);
  return telling ?? JSON.stringify(given).slice(0, 300);
}
