import * as z from 'zod';
import { readBlock, writeBlock } from './hidden-block.ts';
import type { CommentView, Instant, IssueView, Snapshot } from './snapshot.ts';

/**
 * What a comment of the app was written about, hidden in it. A process may die, or a batch fail in part, between a comment
 * and the body that remembers it: the next pass decides the same once more, and finds that it was said.
 */

const BLOCK = 'agent-waves:comment';

const block = z.object({ about: z.string() });

/** @returns The comment as GitHub gets it. */
export function withOccasion(text: string, occasion: string): string {
  return `${text}\n\n${writeBlock(BLOCK, { about: occasion })}`;
}

/** @returns What the comment was written about; undefined where it does not say. */
export function occasionOf(body: string): string | undefined {
  return block.safeParse(readBlock(BLOCK, body)).data?.about;
}

/** Whether the app wrote a comment. Where it is a person's account, what is hidden in its comments tells them from that person's. */
export function isByApp({ author, body }: Pick<CommentView, 'author' | 'body'>, app: string): boolean {
  return author === app && (app.endsWith('[bot]') || occasionOf(body) !== undefined);
}

/**
 * Tells one occasion from the next of its kind where nothing that happened does: the body that remembers it is another
 * from then on, and the same until then.
 */
export function versionOf({ editedAt, createdAt }: Pick<IssueView, 'editedAt' | 'createdAt'>): Instant {
  return editedAt ?? createdAt;
}

/** Whether something has been said on an issue already, as far as comments are in view. */
export function saidIn({ comments, app, said }: Pick<Snapshot, 'comments' | 'app' | 'said'>) {
  const known = new Set(said);
  for (const { issue, author, body } of comments) {
    const occasion = author === app ? occasionOf(body) : undefined;
    if (occasion !== undefined) known.add(sayingOf(issue, occasion));
  }
  return (issue: number, occasion: string): boolean => known.has(sayingOf(issue, occasion));
}

/** As the set of what was said holds it. */
export function sayingOf(issue: number, occasion: string): string {
  return `${issue} ${occasion}`;
}
