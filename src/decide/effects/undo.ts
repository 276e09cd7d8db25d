import type { Instant } from '../../state/snapshot.ts';
import { unreachable } from '../../state/unreachable.ts';
import { undone } from '../../text/undone.ts';
import type { Undoing } from '../fold/fold-standing.ts';
import type { Comment, Effect } from './effect.ts';

/** Puts back what somebody did who may not write, each time with one word about it. */
export function undo(undoings: readonly Undoing[]): readonly Effect[] {
  return undoings.flatMap((undoing): readonly Effect[] => {
    const { issue, by, did, isNews } = undoing;
    const reason = undoing.asked ? 'a person wants it done again' : mayNotWrite(by);
    const back = putBack(undoing, reason);
    // An issue that is a duplicate stands for nothing, open or closed.
    if (!isNews || (did.kind === 'state' && did.back === 'duplicate')) return back;
    const told = tellOfUndoing(undoing, { key: back[0]?.key ?? `${did.kind}:${issue}`, reason });
    // First said: once it is put back there is nothing to tell any more.
    return [told, ...back];
  });
}

interface Told extends Pick<Undoing, 'issue' | 'by' | 'did'> {
  readonly at: Instant | undefined;
}

export function mayNotWrite(by: string | undefined): string {
  return `${by ?? 'somebody'} may not write to the repository`;
}

/** The one word about something that is put back. @param back What does it. */
export function tellOfUndoing(
  { issue, by, did, at }: Told,
  { key, reason }: { readonly key: string; readonly reason: string },
): Comment {
  const about = `undone:${key}`;
  return { kind: 'comment', key: about, occasion: `${about}:${at}`, issue, body: undone({ by, did }), reason };
}

/** @returns Nothing where it is disregarded as it stands. */
function putBack({ issue, did }: Undoing, reason: string): readonly Effect[] {
  switch (did.kind) {
    case 'label': {
      const { label } = did;
      const key = `relabel:${issue}:${label}`;
      return [{ kind: did.added ? 'remove-labels' : 'add-labels', key, issue, labels: [label], reason }];
    }
    case 'state':
      return putBackState(issue, { to: did.back, reason });
    case 'blocker': {
      const { number: blocker, id: blockerId, repository, open } = did.blocker;
      if (blockerId === undefined) return [];
      const effect = { issue, blocker, blockerId, reason } as const;
      if (did.added) return [{ ...effect, kind: 'remove-blocked-by', key: `unblock:${issue}:${blockerId}` }];
      // One that is closed holds nothing. To set one of another repository the app may have no right there: it counts all the same.
      return open && repository === undefined
        ? [{ ...effect, kind: 'add-blocked-by', key: `block:${issue}:${blockerId}` }]
        : [];
    }
    case 'parent':
      return did.back === undefined
        ? []
        : [{ kind: 'set-parent', key: `reparent:${issue}`, issue, parent: did.back, reason }];
    case 'pull':
    case 'opened-pull':
      return [];
    default:
      return unreachable(did);
  }
}

function putBackState(
  issue: number,
  { to, reason }: { readonly to: 'open' | 'completed' | 'not_planned' | 'duplicate'; readonly reason: string },
): readonly Effect[] {
  switch (to) {
    case 'open':
      return [{ kind: 'reopen-issue', key: `reopen:${issue}`, issue, reason }];
    case 'completed':
    case 'not_planned':
      return [{ kind: 'close-issue', key: `reclose:${issue}`, issue, as: to, reason }];
    case 'duplicate':
      return [];
    default:
      return unreachable(to);
  }
}
