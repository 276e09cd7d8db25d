import { MAX_ADOPTED, MAX_BODY } from '../state/body-room.ts';
import { inline } from '../state/markdown.ts';

/** What people are told whose text leaves no room in the body of an issue. */

/** Said once on such an issue. */
export function noRoomComment(): string {
  return `The text of this issue has grown so long that what the app keeps in it has no room any more: GitHub takes ${grouped(MAX_BODY)} characters in all. Nothing of the text was changed. Shorten it, by moving a log into a comment for instance, and everything goes on by itself. Until then nothing new starts here, and what is said and done here is taken up only when there is room.`;
}

interface Unadopted {
  readonly task: string;
  /** The issue that the task has instead. */
  readonly own: number;
}

/** Said once on an issue that people labelled as a task's, and that was not adopted. */
export function tooLongToAdopt({ task, own }: Unadopted): string {
  return `This issue cannot stand for ${inline(task)}: the app keeps what it knows of a task in its issue, and this text leaves no room for that (more than ${grouped(MAX_ADOPTED)} characters). Nothing of it was changed, and ${inline(task)} has an issue of its own: #${own}. Labels and commands count there. What the agent is to know of this text belongs into the plan, or into a file that the plan names.`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
