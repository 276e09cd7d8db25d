import type { SourcePosition } from './draft.ts';
import { readDuration } from './duration.ts';
import { type ReadStatus, readStatus, withoutDoneMark } from './status.ts';
import type { TaskFields } from './task-fields.ts';
import type { WaveHeading } from './wave-heading.ts';

/** A task of a document that writes its tasks as headings or list items. */
export interface OutlineTask {
  readonly id: string;
  /** Other names of it, in lower case. */
  readonly aliases: readonly string[];
  readonly at: SourcePosition;
  readonly title: string;
  /** Of its box or of a sign beside its title; undefined where neither says anything. */
  readonly status: ReadStatus | undefined;
  /** As the document writes that. */
  readonly statusText: string;
  /** In brackets behind its title. */
  readonly estimate: string | undefined;
  readonly fields: TaskFields;
  readonly wave: OutlineWave | undefined;
  /** The id of the task that it is a part of. */
  readonly parent: string | undefined;
  /** Its name is a number, or stands in a numbered list: the document says an order by that. */
  readonly numbered: boolean;
}

/** The heading that a task stands under. */
export interface OutlineWave extends WaveHeading {
  readonly done: boolean;
}

export interface TitleParts {
  readonly title: string;
  readonly estimate: string | undefined;
  readonly status: ReadStatus | undefined;
  readonly statusText: string;
}

const BEHIND = /\s*[([]\s*([^()[\]]{1,40})\s*[)\]]\s*$/;
const STATUS_BEHIND = /\s+(?:[\p{Extended_Pictographic}]\ufe0f?\s*){1,2}\s*([A-Za-z][A-Za-z ]{1,20})?$/u;

/** A title with what people write behind it taken off: `(2h)`, `⏸️ PENDING`, ✅, `[DONE]`. */
export function titleParts(written: string): TitleParts {
  let { text, done } = withoutDoneMark(written.trim());
  let statusText = done ? 'done' : '';
  let estimate: string | undefined;
  for (let nth = 0; nth < 3; nth++) {
    const cut = Math.max(0, text.length - 60);
    const end = text.slice(cut);
    const words = BEHIND.exec(end);
    const sign = STATUS_BEHIND.exec(end);
    if (words !== null && estimate === undefined && isTime(words[1] ?? '')) {
      estimate = words[1];
      text = text.slice(0, cut + words.index);
    } else if (words !== null && statusText === '' && saysStatus(words[1] ?? '')) {
      statusText = words[1] ?? '';
      text = text.slice(0, cut + words.index);
    } else if (
      sign !== null &&
      statusText === '' &&
      (saysStatus(sign[1] ?? '') || readStatus(sign[0]).kind !== 'unknown')
    ) {
      statusText = sign[0].trim();
      text = text.slice(0, cut + sign.index);
    } else break;
    const again = withoutDoneMark(text);
    text = again.text;
    done = done || again.done;
  }
  if (done) statusText = statusText === '' ? 'done' : statusText;
  const status = statusText === '' ? undefined : done ? readStatus('done') : readStatus(statusText);
  return { title: text.trim(), estimate, status, statusText };
}

function isTime(words: string): boolean {
  if (!/\d/.test(words)) return false;
  const read = readDuration(words);
  return (
    read.kind === 'minutes' || (read.kind === 'unclear' && /^(?:story )?p(?:oin)?ts?$|^sp$/i.test(read.word ?? ''))
  );
}

function saysStatus(words: string): boolean {
  return (
    /[A-Za-z]/.test(words) &&
    (readStatus(words).kind !== 'unknown' || /^(?:wip|in[ -]progress|blocked|review)$/i.test(words))
  );
}
