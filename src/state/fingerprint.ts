import type { Task } from '../plan/plan.ts';
import type { TaskRecord } from './record.ts';

/** What was asked for when a task was done, as one word to compare. */
export function fingerprintOf({ title, outputs, acceptance }: Pick<Task, 'title' | 'outputs' | 'acceptance'>): string {
  return fingerprintOfText(JSON.stringify([title, outputs, acceptance]));
}

/** FNV-1a of 32 bits, of the text in UTF-8. */
export function fingerprintOfText(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return fingerprintOfBytes(new TextEncoder().encode(text));
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return asHex(hash);
}

function fingerprintOfBytes(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return asHex(hash);
}

function asHex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** True when what is asked for is no longer what was done. */
export function isChangedSinceDone({ finished }: Pick<TaskRecord, 'finished'>, task: Task): boolean {
  return finished !== undefined && finished !== fingerprintOf(task);
}
