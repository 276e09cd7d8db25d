import { undone } from '../../text/undone.ts';
import type { Undoing } from '../fold/fold-standing.ts';
import type { Effect } from './effect.ts';

/** Puts back what somebody did who may not write, each time with one word about it. */
export function undo(undoings: readonly Undoing[]): readonly Effect[] {
  return undoings.flatMap((undoing): readonly Effect[] => {
    const { issue, isNews, at } = undoing;
    const reason = undoing.asked
      ? 'a person wants it done again'
      : `${undoing.by ?? 'somebody'} may not write to the repository`;
    const back = putBack(undoing, reason);
    if (!back) return [];
    const [key, occasion] = [`undone:${back.key}`, `undone:${back.key}:${at}`];
    // First said: once it is put back there is nothing to tell any more.
    return isNews ? [{ kind: 'comment', key, occasion, issue, body: undone(undoing), reason }, back] : [back];
  });
}

function putBack({ issue, did, back }: Undoing, reason: string): Effect | undefined {
  if ('label' in back) {
    const { label } = back;
    const key = `relabel:${issue}:${label}`;
    return { kind: did === 'set a label' ? 'remove-labels' : 'add-labels', key, issue, labels: [label], reason };
  }
  switch (back.state) {
    case 'open':
      return { kind: 'reopen-issue', key: `reopen:${issue}`, issue, reason };
    case 'completed':
    case 'not_planned':
      return { kind: 'close-issue', key: `reclose:${issue}`, issue, as: back.state, reason };
    case 'duplicate':
      // It stands for nothing, open or closed.
      return undefined;
  }
}
