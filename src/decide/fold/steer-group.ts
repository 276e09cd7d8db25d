import { type IssuedCommand, SAYS_THAT_IT_IS_FIXED } from '../../state/command.ts';
import { APPLIED, type CommandOutcome, nothing } from '../../state/command-outcome.ts';
import { ORDERS, type Order, withOrder } from '../../state/orders.ts';
import { isBeforeHost } from '../../state/plan-host.ts';
import type { GroupRecord } from '../../state/record.ts';
import { type IssueView, millis, type Snapshot } from '../../state/snapshot.ts';
import { isPaused, startOf } from '../../state/steering.ts';
import { unreachable } from '../../state/unreachable.ts';
import type { Act, Acted } from './apply-commands.ts';
import { steer } from './steer.ts';

interface Group {
  readonly issue: IssueView;
  readonly snapshot: Snapshot;
  /** Its issue is open, or is about to be: the plan has something to do there again. */
  readonly isOpen: () => boolean;
  /** A person is asked whether to leave it at what was lost below. */
  readonly isAsked: boolean;
}

/**
 * What commands do to a plan or wave. Of an order the outcome is what came of it here: the tasks below may follow, and
 * then it took effect.
 */
export function steerGroup(group: Group): Act<GroupRecord> {
  return (record, issued) => {
    const outcome = outcomeOf(record, { ...group, issued });
    const steered = outcome.kind === 'applied' ? steer(record, issued) : record;
    const fixed = saysThatItIsFixed(issued) ? { ...steered, refusal: undefined } : steered;
    return { outcome, ...withOrderOf(fixed, issued) };
  };
}

/** On the plan issue these also say that what GitHub refused, or a look at the repository, has been fixed. */
export function saysThatItIsFixed({ command: { name } }: IssuedCommand): boolean {
  return SAYS_THAT_IT_IS_FIXED.includes(name);
}

function outcomeOf(
  record: GroupRecord,
  { issue, snapshot, isOpen, isAsked, issued }: Group & { readonly issued: IssuedCommand },
): CommandOutcome {
  const { name, notModel } = issued.command;
  const closed = () => (isOpen() ? undefined : nothing(issue.closedAs === 'completed' ? 'completed' : 'closed'));
  const fixes = saysThatItIsFixed(issued) && record.refusal !== undefined;
  switch (name) {
    case 'start':
      return closed() ?? (!fixes && startOf({ issue, record, intact: true }, snapshot) ? nothing('started') : APPLIED);
    case 'pause':
      return closed() ?? (isPaused({ issue, record, intact: true }, snapshot) ? nothing('paused') : APPLIED);
    case 'resume':
      return fixes || isPaused({ issue, record, intact: true }, snapshot) ? APPLIED : nothing('not-paused');
    case 'retry':
      if (notModel !== undefined) return nothing('no-model');
      return fixes ? APPLIED : nothing('nothing-failed');
    case 'cancel':
      return nothing('nothing-runs');
    case 'accept':
      return isAsked || hasOpenQuestion(record) ? APPLIED : nothing('nothing-asked');
    case 'adopt':
      if (record.wave !== undefined) return nothing('plan-only');
      if (!record.host) return nothing('no-other-host');
      return { kind: 'applied', note: isBeforeHost(record, issued.comment.createdAt) ? 'adopted' : 'offered' };
    case 'skip':
    case 'tell':
    case 'priority':
      return nothing('task-only');
    case 'status':
    case 'why':
    case 'help':
      return { kind: 'asked' };
    default:
      return unreachable(name);
  }
}

/** On the plan issue: about tasks that are gone, or have other titles. */
function hasOpenQuestion({ gone, question, accepted }: GroupRecord): boolean {
  const isOpen = (asked: { readonly at: string } | undefined) =>
    asked !== undefined && (accepted === undefined || millis(accepted.at) < millis(asked.at));
  return isOpen(gone) || isOpen(question);
}

function withOrderOf(record: GroupRecord, issued: IssuedCommand): Pick<Acted<GroupRecord>, 'record' | 'order'> {
  const given = orderOf(issued);
  if (!given) return { record };
  const { orders, order } = withOrder(record.orders ?? [], given);
  return { record: { ...record, orders }, order };
}

function orderOf({ comment, command }: IssuedCommand): Omit<Order, 'n'> | undefined {
  const { fresh, model, notModel, guidance } = command;
  const name = ORDERS.find((known) => known === command.name);
  if (!name || notModel !== undefined) return undefined;
  const given = { at: comment.createdAt, by: comment.author, comment: comment.id, name };
  if (name !== 'retry') return given;
  return {
    ...given,
    ...(fresh ? { fresh } : {}),
    ...(model === undefined ? {} : { model }),
    ...(guidance === undefined ? {} : { guidance }),
  };
}
