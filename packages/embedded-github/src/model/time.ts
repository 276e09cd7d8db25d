/** GitHub gives moments in whole seconds, without fractions. */
export function iso(ms: number): string {
  const at = second(ms);
  const known = written.get(at);
  if (known !== undefined) return known;
  if (written.size >= MAX_WRITTEN) written.clear();
  const text = `${new Date(ms).toISOString().slice(0, 19)}Z`;
  written.set(at, text);
  return text;
}

/** What happened once is told in every answer that shows it. */
const written = new Map<number, string>();
const MAX_WRITTEN = 10_000;

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** The second that a moment falls into; `since` filters compare these. */
export function second(ms: number): number {
  return Math.floor(ms / 1000);
}
