import type { Task } from '../plan/plan.ts';
import type { TaskRecord } from './record.ts';

/** What was asked for when a task was done, as one word to compare. */
export function fingerprintOf({ title, outputs, acceptance }: Pick<Task, 'title' | 'outputs' | 'acceptance'>): string {
  return fingerprintOfText(JSON.stringify([title, outputs, acceptance]));
}

/** FNV-1a of 32 bits. */
export function fingerprintOfText(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** True when what is asked for is no longer what was done. */
export function isChangedSinceDone({ finished }: Pick<TaskRecord, 'finished'>, task: Task): boolean {
  return finished !== undefined && finished !== fingerprintOf(task);
}
