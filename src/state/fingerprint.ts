import type { Task } from '../plan/plan.ts';

/** What was asked for when a task was done, as one word to compare: FNV-1a of 32 bits. */
export function fingerprintOf({ title, outputs, acceptance }: Pick<Task, 'title' | 'outputs' | 'acceptance'>): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify([title, outputs, acceptance])))
    hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
