import type { Graph } from '../../plan/graph.ts';
import { isOver } from '../../state/satisfied.ts';
import type { TaskView } from '../../state/task-view.ts';

/**
 * Tasks that will end without a person: they run, or may run, and wait for nothing but such tasks.
 * @param tasks In plan order.
 * @returns By place: 1 for each of them.
 */
export function foreseeable(graph: Pick<Graph, 'sequence' | 'before'>, tasks: readonly TaskView[]): Uint8Array {
  const foreseen = new Uint8Array(tasks.length);
  const among = { before: graph.before, tasks, foreseen };
  for (const place of graph.sequence) if (runsByItself(place, among)) foreseen[place] = 1;
  return foreseen;
}

function runsByItself(place: number, among: Foreseen): boolean {
  const view = among.tasks[place];
  switch (view?.state) {
    case 'running':
    case 'in-review':
      return true;
    case 'ready':
    case 'retrying':
      return waitingOf(place, among) !== 'for a person';
    case 'blocked':
      // With every dependency satisfied it is something outside the plan that blocks.
      return !view.stuck && waitingOf(place, among) === 'for tasks';
    case 'held':
      // The limit of a model provider ends by itself; what people hold does not.
      return view.until !== undefined && waitingOf(place, among) !== 'for a person';
    default:
      return false;
  }
}

/** What a task waits for that it depends on. */
type Waiting = 'for nothing' | 'for tasks' | 'for a person';

interface Foreseen extends Pick<Graph, 'before'> {
  readonly tasks: readonly TaskView[];
  /** Of everything that comes before. */
  readonly foreseen: Uint8Array;
}

function waitingOf(place: number, { before: { from, to }, tasks, foreseen }: Foreseen): Waiting {
  let waiting: Waiting = 'for nothing';
  for (let edge = from[place] as number; edge < (from[place + 1] as number); edge++) {
    const dependency = tasks[to[edge] as number];
    if (dependency?.satisfied) continue;
    // The issue of a completed task may still have to be closed; the next pass does it.
    const willEnd = foreseen[to[edge] as number] === 1 || (dependency !== undefined && isOver(dependency));
    if (!willEnd) return 'for a person';
    waiting = 'for tasks';
  }
  return waiting;
}
