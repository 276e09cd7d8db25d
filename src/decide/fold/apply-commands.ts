import { type Command, type IssuedCommand, isQuestion, readComment } from '../../state/command.ts';
import type { CommandOutcome, HandledCommand, HandledComment } from '../../state/command-outcome.ts';
import { ACTIONS_LOGIN } from '../../state/names.ts';
import { isByApp } from '../../state/occasion.ts';
import type { Order } from '../../state/orders.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import type { CommentView, IssueView, Snapshot } from '../../state/snapshot.ts';
import { mayWrite } from '../../state/trust.ts';

export interface AppliedCommands<R> {
  readonly record: R;
  /** Comments that were read now, oldest first, and what came of each: to be acknowledged or answered. */
  readonly handled: readonly HandledComment[];
}

/** What a command makes of the record of the issue that it was written on. */
export type Act<R> = (record: R, issued: IssuedCommand) => Acted<R>;

export interface Acted<R> {
  readonly record: R;
  readonly outcome: CommandOutcome;
  /** What it says to the tasks below. */
  readonly order?: Order;
}

/** Ids that one issue remembers: more commands than this on one issue within two minutes is not a conversation. */
const MAX_REMEMBERED_COMMANDS = 50;

/** People who were refused on one issue. */
const MAX_REFUSED = 100;

interface Pending<R> {
  readonly issue: IssueView;
  readonly record: R;
  readonly snapshot: Snapshot;
}

/** Lets the commands on one issue take effect on its record, each once. */
export function applyCommands<R extends TaskRecord | GroupRecord>(
  { issue, record, snapshot }: Pending<R>,
  act: Act<R>,
): AppliedCommands<R> {
  let known = record;
  const handled: HandledComment[] = [];
  for (const comment of pendingComments({ issue, record, snapshot })) {
    const { commands, unknown } = readComment(comment.body);
    if (commands.length === 0 && !unknown) continue;
    if (!mayWrite(comment.author, snapshot)) {
      // A slip of theirs would not have been a command of theirs.
      if (commands.length === 0) continue;
      if (!known.refused.includes(comment.author)) handled.push({ comment, kind: 'refused' });
      known = refuse(known, comment);
      continue;
    }
    known = remember(known, comment);
    if (comment.edited) {
      handled.push({ comment, kind: 'edited' });
      continue;
    }
    const acted = actOn(known, { comment, commands, act });
    known = acted.record;
    handled.push({ comment, kind: 'read', commands: acted.commands, unknown });
  }
  return { record: known, handled };
}

interface Acting<R> {
  readonly comment: CommentView;
  readonly commands: readonly Command[];
  readonly act: Act<R>;
}

/** Lets the commands of one comment take effect, in their order. */
function actOn<R extends TaskRecord | GroupRecord>(
  record: R,
  { comment, commands, act }: Acting<R>,
): { readonly record: R; readonly commands: readonly HandledCommand[] } {
  let known = record;
  const handled = commands.map((command): HandledCommand => {
    if (isQuestion(command.name)) return { command, outcome: { kind: 'asked' } };
    const { record: after, ...acted } = act(known, { comment, command });
    known = after;
    return { command, ...acted };
  });
  return { record: known, commands: handled };
}

/** Comments on one issue that nobody has acted upon yet, oldest first. */
function pendingComments({ issue, record, snapshot }: Pending<TaskRecord | GroupRecord>): readonly CommentView[] {
  return snapshot.comments.filter((comment) => {
    const { issue: on, author, id } = comment;
    if (on !== issue.number || author === ACTIONS_LOGIN || isByApp(comment, snapshot.app)) return false;
    return !record.commands.includes(id) && !(record.refused.includes(author) && id <= (record.ignored ?? 0));
  });
}

function remember<R extends TaskRecord | GroupRecord>(record: R, { id }: CommentView): R {
  return { ...record, commands: [...record.commands, id].slice(-MAX_REMEMBERED_COMMANDS) };
}

/** Not by the ids of their comments: whoever may not write could drive those of others out. */
function refuse<R extends TaskRecord | GroupRecord>(record: R, { id, author }: CommentView): R {
  const refused = [...record.refused.filter((login) => login !== author), author].slice(-MAX_REFUSED);
  return { ...record, refused, ignored: Math.max(record.ignored ?? 0, id) };
}

/** Commands that took effect, or would have if there had been anything to do. */
export function spokenIn(handled: readonly HandledComment[]): readonly IssuedCommand[] {
  return handled.flatMap((each) =>
    each.kind === 'read' ? each.commands.map(({ command }) => ({ comment: each.comment, command })) : [],
  );
}
