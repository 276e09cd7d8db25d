import { namedDependencies } from './dependency-text.ts';
import { type TaskNames, tasksNamed } from './task-names.ts';

/** An order that running text states: `US3 depends on US1`, `T004 must finish before T006`. */
export interface StatedOrder {
  readonly tasks: readonly string[];
  readonly after: readonly string[];
}

const WAITS = String.raw`(?:depends?\s+(?:up)?on|(?:is|are)\s+(?:dependent\s+on|blocked\s+by)|blocked\s+by|requires?|needs?|waits?\s+(?:for|on)|(?:must\s+)?(?:come|start|run|begin|follow|go)s?\s+after|follows|after)`;
const GIVES = String.raw`(?:blocks?|(?:must\s+)?(?:finish|come|run|complete|land|be\s+(?:done|finished|completed|merged))s?\s+before|before|precedes|unblocks)`;
const SENTENCE = new RegExp(String.raw`^(.{1,200}?)\s*:?\s+(?:(${WAITS})|(${GIVES}))\s*:?\s+(.{1,400})$`, 'i');
const DOUBT =
  /\b(?:no|not|nothing|never|none|without|independent(?:ly)?|may|might|could|should|optional(?:ly)?|if)\b|n't\b/i;

/** Whether a line speaks of an order at all, in words that name it. */
export function speaksOfOrder(text: string): boolean {
  return /\b(?:depends?\s+on|dependent\s+on|blocked\s+by|blocks|requires|waits?\s+for|must\s+(?:be\s+\w+\s+)?(?:before|after))\b/i.test(
    text.slice(0, 600),
  );
}

/** The order that a line states between tasks of the document; undefined where it states none that is certain. */
export function statedOrder(line: string, names: TaskNames): StatedOrder | undefined {
  const text = line
    .slice(0, 600)
    .replace(/[*_`]+/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^[ >-]+/, '')
    .trim();
  const [sentence = ''] = text.split(
    /(?<=[^\d\s])\.(?:\s|$)|\s[—–-]\s|;\s|,?\s(?:since|because|so that|which|but|to be able)\s/,
  );
  const found = SENTENCE.exec(sentence.trim());
  if (found === null) return undefined;
  const [, first = '', waits, , rest = ''] = found;
  if (DOUBT.test(first) || DOUBT.test(rest.split(/\s[(-]/)[0] ?? '')) return undefined;
  const [left, right] = [named(first, names), named(rest, names)];
  if (left === undefined || right === undefined) return undefined;
  return waits === undefined ? { tasks: right, after: left } : { tasks: left, after: right };
}

/** Tasks that a few words name, and nothing but tasks. */
function named(words: string, names: TaskNames): readonly string[] | undefined {
  const plain = words
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+(?:can|only|start|starts|begin|begins|both|all|is|are|must|tasks?)(?=\s|$)/gi, ' ')
    .replace(
      /\s+(?:to be |being |is |are )?(?:complete[d]?|completion|done|finished|merged|first|is ready)\s*[.!]?\s*$/i,
      '',
    )
    .replace(/[\s:.,]+$/, '')
    .trim();
  const { ids, untaken } = namedDependencies(plain, names);
  return ids.length > 0 && untaken.length === 0 && ids.every((id) => names.ids.has(id)) ? ids : undefined;
}

export interface OwnOrder {
  readonly ids: readonly string[];
  readonly untaken: readonly string[];
  /** The text without what stood in brackets of its own. */
  readonly text: string;
}

const BRACKETED =
  /[([]\s*(?:→\s*)?(?:depends?(?:\s+on)?|deps?|dependenc(?:y|ies)|blocked\s+by|requires?|needs|waits?\s+for|after|prereq(?:uisite)?s?)\s*:?\s+([^()[\]]{1,500})[)\]]/i;
const LOOSE = /(?:^|[\s,;.:—–-])(?:depends?\s+on|blocked\s+by|waits?\s+for|requires|needs|after)\s*:?\s+/gi;

/** What the text of one task says that it waits for: `(depends on T012, T013)`, `… after T01`. @param of Its id. */
export function ownOrder(text: string, names: TaskNames, of: string): OwnOrder {
  const bracketed = BRACKETED.exec(text);
  if (bracketed !== null) {
    const { ids, untaken } = namedDependencies(bracketed[1] ?? '', names, of);
    return {
      ids,
      untaken,
      text: text
        .replace(bracketed[0], '')
        .replace(/\s{2,}/g, ' ')
        .trim(),
    };
  }
  const ids: string[] = [];
  for (const { index, 0: trigger } of text.matchAll(LOOSE)) {
    ids.push(...leadingTasks(text.slice(index + trigger.length, index + trigger.length + 200), names));
  }
  return { ids: ids.filter((id) => id !== of), untaken: [], text };
}

/** Tasks at the beginning of a text, up to the first word that names none: numbers alone are no tasks there. */
function leadingTasks(text: string, names: TaskNames): readonly string[] {
  const ids: string[] = [];
  const words = text.split(/[\s,;]+/).slice(0, 24);
  for (let at = 0; at < words.length; at++) {
    const word = (words[at] ?? '').replace(/[).:!]+$/, '');
    if (/^(?:and|&|\+|tasks?|stor(?:y|ies))$/i.test(word)) continue;
    const pair = `${word} ${(words[at + 1] ?? '').replace(/[).:!,]+$/, '')}`;
    const two = /^(?:phase|wave|stage|story|task|user)\b/i.test(word) ? tasksNamed(pair, names) : undefined;
    const one = /\d/.test(word) && !/^\d+$/.test(word) ? tasksNamed(word, names) : undefined;
    if (two === undefined && one === undefined) break;
    if (two !== undefined) at++;
    ids.push(...(two ?? one ?? []));
  }
  return ids;
}
