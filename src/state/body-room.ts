import { lastBlockText } from './hidden-block.ts';
import { ownPart, withOwnPart } from './own-part.ts';

/** Characters that GitHub takes as the body of an issue: more is refused as "body is too long". */
export const MAX_BODY = 65_536;

/** Characters of an issue that people made and the app adopts: the rest is for what it writes there as the task goes on. */
export const MAX_ADOPTED = 40_000;

/** Line ends between what people wrote and our part. */
const BETWEEN = 2;

const NO_ROOM =
  'There is no room here for what is usually said of this issue: the plan and its progress say it, and what the app keeps is below.';

/**
 * Nothing of a person's text is ever cut, so ours gives way.
 * @param part What our part of the body would be.
 * @returns It, or its record alone where the body would be too long with all of it.
 */
export function fittedPart(body: string, part: string): string {
  if (body.length + BETWEEN + part.length <= MAX_BODY || withOwnPart(body, part).length <= MAX_BODY) return part;
  const record = lastBlockText('agent-waves:', part);
  return record === undefined ? part : ownPart(`${NO_ROOM}\n\n${record}`);
}
