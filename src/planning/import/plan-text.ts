const SCHEMAS = 'https://raw.githubusercontent.com/agent-waves/agent-waves/v0/schemas';

/** Where editors find the schemas of the files that people write. */
export const SCHEMA_URLS = { plan: `${SCHEMAS}/tasks.schema.json`, config: `${SCHEMAS}/config.schema.json` } as const;

const WIDTH = 120;

/** JSON as people write it: two spaces, and a list or object of plain values on one line where it fits. */
export function planText(value: object): string {
  return `${rendered(value, { indent: '', before: 0 })}\n`;
}

interface Position {
  readonly indent: string;
  /** Characters that stand on the line already. */
  readonly before: number;
}

function rendered(value: unknown, { indent, before }: Position): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const brackets = Array.isArray(value) ? '[]' : '{}';
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((entry) => ['', entry])
    : Object.entries(value).map(([key, entry]) => [`${JSON.stringify(key)}: `, entry]);
  const [open = '', close = ''] = brackets;
  if (entries.length === 0) return brackets;
  if (entries.every(([, entry]) => typeof entry !== 'object' || entry === null)) {
    const line = entries.map(([key, entry]) => `${key}${JSON.stringify(entry)}`).join(', ');
    const gap = open === '{' ? ' ' : '';
    if (before + line.length + 5 <= WIDTH) return `${open}${gap}${line}${gap}${close}`;
  }
  const lines = entries.map(
    ([key, entry]) => `${inner}${key}${rendered(entry, { indent: inner, before: inner.length + key.length })}`,
  );
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
