/** Waits that are so many times shorter: a rehearsal has less time. */
export function scaled<Name extends string>(
  waits: Readonly<Record<Name, number>>,
  timeScale: number,
): Readonly<Record<Name, number>> {
  const shorter = Object.entries<number>(waits).map(([name, wait]) => [name, wait / timeScale]);
  return Object.fromEntries(shorter) as Record<Name, number>;
}
