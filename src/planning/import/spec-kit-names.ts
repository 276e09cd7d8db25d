import type { SpecKitPhase } from './spec-kit-phases.ts';
import { type TaskNames, taskNames } from './task-names.ts';

/** What a tasks.md calls its tasks: ids, phases by number and title, stories. */
export function specKitNames(phases: readonly SpecKitPhase[]): TaskNames {
  const groups = new Map<string, string[]>();
  const add = (name: string, ids: readonly string[]) => {
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [...ids]);
    else known.push(...ids);
  };
  for (const { label, title, story, items } of phases) {
    const ids = items.map(({ id }) => id);
    if (label !== undefined) add(`phase ${label}`, ids);
    const words = title
      .replace(/\([^()]*\)|[^\p{L}\p{N}\s&-].*$/gu, ' ')
      .trim()
      .toLowerCase();
    if (words !== '' && words.length <= 60) add(words, ids);
    const number = /\b(?:user\s+)?story\s+(\d{1,3})/i.exec(title)?.[1];
    if (number !== undefined) add(`us${Number(number)}`, ids);
    else
      for (const item of items)
        if (item.story !== undefined) add(`us${Number(/\d+/.exec(item.story)?.[0])}`, [item.id]);
    if (story) for (const name of ['all user stories', 'user stories', 'all stories']) add(name, ids);
  }
  return taskNames({ order: phases.flatMap(({ items }) => items.map(({ id }) => id)), groups });
}
