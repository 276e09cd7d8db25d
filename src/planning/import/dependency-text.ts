import { nearest } from '../../plan/nearest.ts';
import { type TaskNames, tasksNamed } from './task-names.ts';

/** How a cell says that there is nothing to wait for. */
const NOTHING =
  /^(?:|none|nothing|no(?:ne)? dependenc(?:y|ies)|independent|n\/?a|nil|no|-+|–|—|∅|\(none\)|start|null|can start immediately)\.?$/i;

/** What a text of dependencies comes to. */
export interface NamedDependencies {
  /** Of tasks, and what looks like an id and is none: that is a slip. */
  readonly ids: readonly string[];
  /** What names no task: `Design review`. */
  readonly untaken: readonly string[];
}

/**
 * What a text of dependencies names: `None`, or between commas, semicolons, line breaks or `and` ids, ranges, phases,
 * stories and `all above`. A text that is an id as a whole is one, whatever stands in it.
 *
 * @param of Whose they are.
 */
export function namedDependencies(text: string, names: TaskNames, of?: string): NamedDependencies {
  const whole = text.trim();
  if (names.ids.has(whole)) return { ids: [whole], untaken: [] };
  const ids: string[] = [];
  const untaken: string[] = [];
  let wave: string | undefined;
  for (const part of partsOf(withoutRemarks(whole, names), names)) {
    if (isNothing(part)) continue;
    // `Phase 1, 2 and 3`: the word counts for all of them.
    const again =
      wave !== undefined && /^\d{1,4}(?:\.\d{1,3})*$/.test(part) ? tasksNamed(`${wave} ${part}`, names) : undefined;
    const read = again === undefined ? readPart(part, names, of) : { ids: again, untaken: [] };
    if (again === undefined) wave = /^(phases?|waves?|stages?|sprints?|milestones?)\s+\d/i.exec(part)?.[1];
    ids.push(...read.ids);
    untaken.push(...read.untaken);
  }
  return { ids: [...new Set(ids)], untaken };
}

function isNothing(part: string): boolean {
  return NOTHING.test(part.replace(/^[*_`]+|[*_`]+$/g, ''));
}

/** `CORE-001 (schema only)`: the remark is for readers, unless it is part of a title. */
function withoutRemarks(text: string, names: TaskNames): string {
  if (text.length > 5000) return text;
  return text
    .split('\n')
    .map((line) => (names.ids.has(line.trim()) ? line : line.replace(/(?<=[^\s,;(])\s*\([^()]*\)/g, '')))
    .join('\n');
}

function partsOf(text: string, names: TaskNames): readonly string[] {
  return text.split(/[,;\n]|<br\s*\/?>/).flatMap((part) => piecesOf(part.trim(), names));
}

function piecesOf(part: string, names: TaskNames): readonly string[] {
  if (part === '' || names.ids.has(part) || part.length > 1000) return part === '' ? [] : [part];
  const bare = part.replace(/^(?:and|or|&|\+)\s+/i, '');
  if (names.ids.has(bare)) return [bare];
  const joined = bare.split(/\s+(?:and|or|&|\+)\s+|\s*[&+]\s*/i).map((piece) => piece.trim());
  if (joined.length > 1) return joined.flatMap((piece) => piecesOf(piece, names));
  const words = bare.split(/\s+/);
  return words.length > 1 && words.every((word) => tasksNamed(word, names) !== undefined) ? words : [bare];
}

const BEFORE =
  /^(?:[✅☑✔✓⬜⏳🔄]\ufe0f?\s*)*(?:(?:is\s+)?(?:blocked by|depends? on|after|requires?|needs?|waits? for|follows|completion of)\s*:?\s+)?/iu;
const BEHIND =
  /\s+(?:(?:is|are|must be|to be|has been)\s+)?(?:completed?|completion|done|merged|finished|landed|in place|first|passed)\s*[.!✅☑✔✓]*\ufe0f?$/iu;
const ALL_BEFORE =
  /^(?:all|everything|every task)(?:\s+(?:of the\s+)?(?:above|before|previous|prior|preceding|earlier))?(?:\s+(?:tasks?|items?|phases?|stories|steps?|ones|this))*$/i;

function readPart(part: string, names: TaskNames, of: string | undefined): NamedDependencies {
  if (part.length > 1000) return { ids: [part], untaken: [] };
  const plain = part
    .replace(BEFORE, '')
    .replace(BEHIND, '')
    .replace(/(?:\s|✅|☑|✔|✓|\ufe0f)+$/u, '')
    .trim();
  for (const each of [part, plain]) {
    const found = tasksNamed(each, names);
    if (found !== undefined) return { ids: found.filter((id) => id !== of || found.length === 1), untaken: [] };
  }
  const place = of === undefined ? undefined : names.places.get(of);
  if (place !== undefined && ALL_BEFORE.test(plain)) return { ids: names.order.slice(0, place), untaken: [] };
  if (plain === '' || isNothing(plain)) return { ids: [], untaken: [] };
  const inside = (plain.match(/[A-Za-z0-9][\w.-]*\w|\d+/g) ?? []).filter(
    (word) => /\d/.test(word) && names.ids.has(word) && !/^\d+$/.test(word),
  );
  if (inside.length > 0 && /\s/.test(plain)) return { ids: inside, untaken: [] };
  return isSlip(plain, names) ? { ids: [plain], untaken: [] } : { ids: [], untaken: [plain] };
}

const ID_LIKE = /^#?[A-Za-z]{0,12}(?:[-_.][A-Za-z]{1,12}){0,3}[-_.]?\d[\w.-]*$/;

/** An id that no task has, rather than a thing that is no task. */
function isSlip(text: string, names: TaskNames): boolean {
  if (ID_LIKE.test(text)) return true;
  return text.length <= 64 && names.order.length <= 500 && nearest(text, names.order) !== undefined;
}
