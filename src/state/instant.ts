/** ISO 8601 in UTC with seconds, as GitHub writes it: `2026-01-02T03:04:05Z`. */
export type Instant = string;

/** @param at Epoch milliseconds. */
export function instant(at: number): Instant {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function millis(at: Instant): number {
  return Date.parse(at);
}
