import type { EditRecord } from '../../model/edits.ts';
import { nodeId } from '../../model/node-ids.ts';
import type { CommentRecord, IssueRecord } from '../../model/records.ts';
import { iso } from '../../model/time.ts';
import { connection, type PageArgs } from './connection.ts';
import type { Fields } from './fields.ts';
import { actorOf } from './people.ts';

/**
 * Who edited a body, and when: what interface `Comment` of GitHub's schema promises of issues, pull requests and
 * comments. `editor` is whoever edited last, and null for a text that nobody edited, or whose editor's account is gone.
 */
export const editFields: Fields<IssueRecord | CommentRecord> = {
  editor: ({ edits }) => actorOf(edits.at(-1)?.editor),
  lastEditedAt: ({ edits }) => momentOf(edits.at(-1)),
  includesCreatedEdit: ({ edits }) => edits.length > 0,
  userContentEdits: (text, args: PageArgs) =>
    connection({ name: 'userContentEdits', all: historyOf(text), args, key: ({ id }) => id }),
};

function momentOf(edit: EditRecord | undefined): string | null {
  return edit ? iso(edit.editedAt) : null;
}

/** Newest first; the text as it was written is the last entry once there is another (`includesCreatedEdit`). */
function historyOf({ author, createdAt, edits, id }: IssueRecord | CommentRecord): readonly EditRecord[] {
  const [first] = edits;
  if (!first) return [];
  const written: EditRecord = { ...first, id: -id, editor: author, editedAt: createdAt };
  return [...edits].reverse().concat(written);
}

export const UserContentEdit: Fields<EditRecord> = {
  id: ({ id }) => nodeId('UserContentEdit', id),
  editor: ({ editor }) => actorOf(editor),
  editedAt: ({ editedAt }) => iso(editedAt),
  createdAt: ({ editedAt }) => iso(editedAt),
  updatedAt: ({ editedAt }) => iso(editedAt),
  deletedAt: () => null,
  deletedBy: () => null,
};
