import * as z from 'zod';
import { mayBeForUs } from '../../state/command.ts';
import { holdsResult } from '../../state/result.ts';
import type { CommentView } from '../../state/snapshot.ts';
import { parseAnswer, type Variables } from '../graphql.ts';

/**
 * Whether comments were edited since they were read. Timestamps have a resolution of seconds, so that an edit within the
 * second of its comment leaves none; `lastEditedAt` does. It is asked after the comments were read, in the query that
 * is made anyway: an edit in between shows, too.
 */

/** `nodes` takes so many ids. */
const PER_SELECTION = 100;
/** What came before the newest of so many is judged by its timestamps. */
const MAX_SELECTIONS = 5;

/** Node ids of the comments that decide something: commands, and what runs report. */
export function decidingComments(comments: readonly CommentView[]): readonly string[] {
  return comments
    .filter(({ body }) => mayBeForUs(body) || holdsResult(body))
    .slice(-PER_SELECTION * MAX_SELECTIONS)
    .map(({ nodeId }) => nodeId);
}

/** What is asked beside the repository; nothing where there is nothing to ask. */
export function editSelection(ids: readonly string[]): string {
  return selectionsOf(ids)
    .map((_, nth) => `\n  edits${nth}: nodes(ids: $edits${nth}) { ... on IssueComment { id lastEditedAt } }`)
    .join('');
}

/** Its variables, with their types. */
export function editVariables(ids: readonly string[]): Variables {
  return Object.fromEntries(selectionsOf(ids).map((some, nth) => [`edits${nth}`, ['[ID!]!', some]]));
}

function selectionsOf(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / PER_SELECTION);
  return Array.from({ length: count }, (_, nth) => ids.slice(nth * PER_SELECTION, (nth + 1) * PER_SELECTION));
}

const nodes = z.array(z.object({ id: z.string(), lastEditedAt: z.string().nullable() }).nullable());

/** @returns Node id to whether it was edited, of those that are still there. */
export function editsIn(
  answer: Readonly<Record<string, unknown>>,
  ids: readonly string[],
): ReadonlyMap<string, boolean> {
  const found = selectionsOf(ids).flatMap((_, nth) => parseAnswer(nodes, answer[`edits${nth}`]));
  return new Map(found.flatMap((node) => (node ? [[node.id, node.lastEditedAt !== null] as const] : [])));
}

/** The comments with what is known of their edits. One that was asked about and is gone says nothing any more. */
export function withEdits(
  comments: readonly CommentView[],
  { asked, edits }: { readonly asked: readonly string[]; readonly edits: ReadonlyMap<string, boolean> },
): readonly CommentView[] {
  const wanted = new Set(asked);
  return comments.flatMap((comment) => {
    if (!wanted.has(comment.nodeId)) return [comment];
    const edited = edits.get(comment.nodeId);
    return edited === undefined ? [] : [{ ...comment, edited }];
  });
}
