import { MAX_BODY } from '../../state/body-room.ts';
import { LABEL } from '../../state/names.ts';
import { versionOf } from '../../state/occasion.ts';
import type { IssueView } from '../../state/snapshot.ts';
import { fullIssues, type TrackedIssues } from '../../state/tracked-issues.ts';
import { noRoomComment } from '../../text/no-room.ts';
import type { Effect } from './effect.ts';

/** Issues whose bodies would be longer than GitHub takes. */
export function withoutRoom(effects: readonly Effect[]): readonly number[] {
  return effects.flatMap((effect) =>
    effect.kind === 'write-body' && effect.body.length > MAX_BODY ? [effect.issue] : [],
  );
}

/**
 * Tells people once, on each issue in which there is no room. Nothing can be remembered there, so the label that asks for
 * a person does; it goes when there is room again. From the issues of tasks their state takes it.
 */
export function tellNoRoom(tracked: TrackedIssues): readonly Effect[] {
  const groups = [...(tracked.plan ? [tracked.plan] : []), ...tracked.waves.values()];
  return [
    ...fullIssues(tracked).filter(isUntold).flatMap(tell),
    ...groups.flatMap(({ issue, record: { pull }, isFull, newer }) =>
      isFull || newer !== undefined || isUntold(issue) || pull?.state === 'closed' ? [] : [takeBack(issue)],
    ),
  ];
}

function isUntold({ labels }: IssueView): boolean {
  return !labels.includes(LABEL.needsHuman);
}

function tell(issue: IssueView): readonly Effect[] {
  const { number } = issue;
  const [key, occasion] = [`no-room:${number}`, `no-room:${versionOf(issue)}`];
  const reason = 'people left no room in its body';
  return [
    { kind: 'comment', key, occasion, issue: number, body: noRoomComment(), reason },
    { kind: 'add-labels', key: `no-room-label:${number}`, issue: number, labels: [LABEL.needsHuman], reason },
  ];
}

function takeBack({ number }: IssueView): Effect {
  const reason = 'there is room in its body again';
  return { kind: 'remove-labels', key: `room:${number}`, issue: number, labels: [LABEL.needsHuman], reason };
}
