import { formatMinutes } from '../plan/estimate.ts';
import type { Shade } from '../state/shade.ts';
import { type Instant, instant, millis } from '../state/snapshot.ts';
import { type Tally, tallyOf } from '../state/tally.ts';
import type { TaskView } from '../state/task-view.ts';

/** How states, times and amounts are said to people. */

/** In the order in which a reader asks for them. */
export const SHADES: Readonly<Record<Shade, { readonly icon: string; readonly word: string }>> = {
  completed: { icon: '✅', word: 'completed' },
  running: { icon: '🔄', word: 'running' },
  'in-review': { icon: '👀', word: 'in review' },
  retrying: { icon: '🔁', word: 'retrying' },
  ready: { icon: '🟢', word: 'ready' },
  blocked: { icon: '⏳', word: 'waiting' },
  held: { icon: '⏸️', word: 'held' },
  stuck: { icon: '🧱', word: 'stuck' },
  lost: { icon: '🕳️', word: 'lost' },
  'needs-human': { icon: '🚨', word: 'needs a person' },
  skipped: { icon: '⏭️', word: 'skipped' },
};

/** Where a task stands, and why, as what follows `is`. The reasons of what runs and of what is in review begin with that word. */
export function standing({ state, reason }: Pick<TaskView, 'state' | 'reason'>): string {
  return state === 'running' || state === 'in-review' ? reason : `${state}: ${reason}`;
}

/** `2026-03-02 09:00`, in UTC. */
export function timeText(at: Instant): string {
  return instant(millis(at)).slice(0, 16).replace('T', ' ');
}

/** How long something took: `42s`, `25min`, `1h 20min`. */
export function tookText(from: Instant, to: Instant): string {
  return spanText(millis(to) - millis(from));
}

/** The same for a time in milliseconds. */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds}s` : formatMinutes(seconds / 60);
}

/** Work of several tasks by estimate: `31h`, `6min`. */
export function workText(views: readonly TaskView[]): string {
  return formatMinutes(views.reduce((sum, { task }) => sum + task.minutes, 0));
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** So many signs, full only when everything is done. */
export function progressBar({ done, of }: { readonly done: number; readonly of: number }, width: number): string {
  const full = of === 0 ? 0 : Math.floor((done / of) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** How many tasks stand where: `✅ 12 completed · ⏳ 3 waiting`. */
export function countsText(tasks: readonly TaskView[]): string {
  return shadesText(tallyOf(tasks));
}

/** The same of what was counted before. */
export function shadesText({ shades }: Pick<Tally, 'shades'>): string {
  return Object.entries(SHADES)
    .flatMap(([shade, { icon, word }]) => {
      const count = shades.get(shade as Shade);
      return count === undefined ? [] : [`${icon} ${count} ${word}`];
    })
    .join(' · ');
}
