/** GitHub gives moments in whole seconds, without fractions. */
export function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** The second that a moment falls into; `since` filters compare these. */
export function second(ms: number): number {
  return Math.floor(ms / 1000);
}
