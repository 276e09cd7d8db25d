import type { IssuedCommand } from '../../state/command.ts';
import { isBeforeHost } from '../../state/plan-host.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import type { Instant } from '../../state/snapshot.ts';

/** `/start`, `/pause`, `/resume` and `/accept` leave the same on a plan, wave or task issue. */
export function steer<R extends TaskRecord | GroupRecord>(record: R, { comment, command }: IssuedCommand): R {
  const mark = { by: comment.author, at: comment.createdAt };
  switch (command.name) {
    case 'start':
      return { ...record, start: mark };
    case 'pause':
      return { ...record, pause: mark };
    case 'resume':
      return { ...record, pause: undefined, resumed: comment.createdAt };
    case 'accept':
      return { ...record, accepted: mark };
    case 'adopt':
      return withOffer(record, mark.at);
    case 'retry':
    case 'cancel':
    case 'skip':
    case 'tell':
    case 'priority':
    case 'status':
    case 'why':
    case 'help':
      return record;
  }
}

function withOffer<R extends TaskRecord | GroupRecord>(record: R, at: Instant): R {
  if (!('host' in record) || !record.host || isBeforeHost(record, at)) return record;
  return { ...record, host: { ...record.host, offered: at } };
}
