import type { TaskStatus } from '../../plan/plan.ts';

export type ReadStatus =
  | { readonly kind: 'status'; readonly status: TaskStatus }
  /** Work that is not to be done, or is no work. */
  | { readonly kind: 'left-out' }
  /** A word with no equal; the task is taken as not begun. */
  | { readonly kind: 'unknown' };

const PENDING = `pending|todo|to do|to-do|open|not started|not done|unstarted|backlog|ready|planned|new|queued|upcoming|next|future|no|false|0%`;
const COMPLETED = `done|completed|complete|closed|finished|merged|shipped|landed|implemented|resolved|released|deployed|yes|true|100%|x`;
const LEFT_OUT = `cancelled|canceled|tombstone|pinned|wontfix|won't fix|won't do|wont do|skipped|dropped|removed|abandoned|obsolete|superseded|rejected|duplicate`;

const WORDS: ReadonlyMap<string, ReadStatus> = new Map([
  ['', status('pending')],
  ...PENDING.split('|').map((word) => [word, status('pending')] as const),
  ...COMPLETED.split('|').map((word) => [word, status('completed')] as const),
  ...LEFT_OUT.split('|').map((word) => [word, { kind: 'left-out' }] as const),
]);

const SIGNS: readonly (readonly [RegExp, ReadStatus])[] = [
  [/^[✅☑✔✓]+$/u, status('completed')],
  [/^[⬜☐🔲⏳⏱📋📝◻□○⚪🆕]+$/u, status('pending')],
  [/^[🚫🗑]+$/u, { kind: 'left-out' }],
];

function status(of: TaskStatus): ReadStatus {
  return { kind: 'status', status: of };
}

const SIGN = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u2610-\u2612\u2713-\u2718\u25a1\u25cb\u25fb\u26aa]/gu;

/**
 * What a plan keeps of a status: words, with or without signs such as ✅ around them, or a sign alone. A task that
 * somebody began elsewhere is pending here: no agent of ours works on it, and its dependencies say what blocks it.
 */
export function readStatus(text: string): ReadStatus {
  const boxed = /^\s*\[(.{0,2})\]\s*$/u.exec(text)?.[1];
  if (boxed !== undefined) return readMark(boxed);
  const plain = text.slice(0, 200).replace(/[\ufe0e\ufe0f\u200d]/g, '');
  const words = plain
    .replace(SIGN, ' ')
    .toLowerCase()
    .replace(/\([^()]*\)|\d{4}-\d{2}-\d{2}|#\d+/g, ' ')
    .replace(/[_*`~\s]+/g, ' ')
    .replace(/^[\s.:;,–—-]+|[\s.:;,!–—-]+$/g, '');
  const signs = (plain.match(SIGN) ?? []).join('');
  if (words !== '') return WORDS.get(words) ?? { kind: 'unknown' };
  if (signs === '') return status('pending');
  return SIGNS.find(([pattern]) => pattern.test(signs))?.[1] ?? { kind: 'unknown' };
}

/** What stands between the brackets of a check box: nothing, `x`, ✅; others, such as `~`, are read as not begun. */
export function readMark(mark: string): ReadStatus {
  const plain = mark.replace(/[\ufe0e\ufe0f]/g, '').trim();
  if (plain === '') return status('pending');
  if (/^[xX*]$/.test(plain)) return status('completed');
  return SIGNS.find(([pattern]) => pattern.test(plain))?.[1] ?? { kind: 'unknown' };
}

const DONE_AT_END =
  /\s*(?:[✅☑✔✓]\ufe0f?|[([](?:done|completed?|finished)[)\]]|\s[-–—]\s+(?:done|completed?|finished))\s*$/iu;

/** A heading or title that says with a sign or word at its end, or a sign before it, that it is done. */
export function withoutDoneMark(text: string): { readonly text: string; readonly done: boolean } {
  const bare = text.replace(/^(?:\s*[✅☑✔✓]\ufe0f?)+\s*/u, '');
  // Only the end can hold such a mark, and only the end is looked at.
  const cut = Math.max(0, bare.length - 40);
  const end = DONE_AT_END.exec(bare.slice(cut));
  const rest = end === null ? bare : bare.slice(0, cut + end.index);
  return { text: rest.trim() === '' ? text : rest, done: rest !== text };
}
