import { lossOccasion } from '../../state/lost.ts';
import { flagComment, lossComment } from '../../text/losses.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import type { Effect } from './effect.ts';

/** In the same batch as the records that remember it, so that each is said once. */
export function tellLosses({ losses, flags }: Pick<FoldedState, 'losses' | 'flags'>): readonly Effect[] {
  return [
    ...losses.map(
      ({ issue, record }): Effect => ({
        kind: 'comment',
        key: `lost:${issue.number}:${record.lost?.at}`,
        occasion: lossOccasion(issue),
        issue: issue.number,
        body: lossComment(record),
        reason: 'what it landed is no longer on the base',
      }),
    ),
    ...flags.map((flag): Effect => {
      const { issue, dependency, revocation } = flag;
      return {
        kind: 'comment',
        key: `flag:${issue}:${dependency.id}:${revocation.at}`,
        occasion: `flag:${dependency.id}:${flag.version}`,
        issue,
        body: flagComment(flag),
        reason: `${dependency.id} is completed no longer`,
      };
    }),
  ];
}
