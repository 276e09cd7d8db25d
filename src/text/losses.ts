import { describeLoss } from '../state/lost.ts';
import { inline } from '../state/markdown.ts';
import type { Revocation, TaskRecord } from '../state/record.ts';
import { unreachable } from '../state/unreachable.ts';

/** What people are told, once, when work that landed is no longer on the base. */

export function lossComment(record: TaskRecord): string {
  return `The work of this task ${describeLoss(record)}. It and the tasks that depend on it wait. Comment \`/retry\` to have it done again, or \`/accept\` to leave it as completed; where the commits come back to the base, it counts again by itself.`;
}

export interface FlagText {
  readonly dependency: { readonly id: string; readonly issue: number };
  readonly revocation: Pick<Revocation, 'how'>;
}

export function flagComment({ dependency: { id, issue }, revocation }: FlagText): string {
  return `${inline(id)} (#${issue}), which this task depends on, ${whatBecame(revocation)} after this task had started. What was done here stays as it is: see whether it still holds. \`/retry\` does a task again that has failed; open this issue again to have completed work redone.`;
}

function whatBecame({ how }: Pick<Revocation, 'how'>): string {
  switch (how) {
    case 'reopened':
      return 'was opened again';
    case 'reverted':
      return 'was reverted on the base';
    case 'gone':
      return 'is no longer on the base';
    default:
      return unreachable(how);
  }
}
