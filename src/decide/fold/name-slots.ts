import { activeWhere, type Tracked } from '../../state/active-tasks.ts';
import { UNKNOWN_SLOT } from '../../state/names.ts';

/**
 * A run whose record somebody broke holds a slot all the same, and nobody knows which: it gets the lowest that no other
 * holds, so that two never work under one name.
 */
export function nameSlots(tracked: Tracked): Tracked['tasks'] {
  const { tasks } = tracked;
  const live = activeWhere(tracked, ({ record }) => record.live !== undefined);
  const nameless = live.filter(([, { record }]) => record.live?.agent === UNKNOWN_SLOT);
  if (nameless.length === 0) return tasks;
  const taken = new Set(live.map(([, { record }]) => record.live?.agent));
  const named = new Map(tasks);
  let number = 1;
  for (const [id, one] of nameless) {
    while (taken.has(`A${number}`)) number++;
    const agent = `A${number++}`;
    if (one.record.live) named.set(id, { ...one, record: { ...one.record, live: { ...one.record.live, agent } } });
  }
  return named;
}
