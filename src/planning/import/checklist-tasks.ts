import type { ListItem, RootContent } from 'mdast';
import { slug } from '../../plan/identity.ts';
import type { CheckItem } from './check-items.ts';
import { lineOf } from './markdown-tree.ts';
import { type OutlineTask, type OutlineWave, titleParts } from './outline-task.ts';
import { outlineWaveOf, readOutlineWave } from './outline-waves.ts';
import { readMark } from './status.ts';
import { readTaskFields } from './task-fields.ts';
import { certainLabels, readTaskLabel, type TaskLabel } from './task-label.ts';

interface ChecklistTasks {
  readonly tasks: readonly OutlineTask[];
  /** What each task was made of. */
  readonly items: ReadonlyMap<CheckItem, OutlineTask>;
  /** Tasks whose ids were made of their titles. */
  readonly unnamed: readonly OutlineTask[];
}

interface Entry {
  readonly item: CheckItem;
  readonly label: TaskLabel | undefined;
}

/**
 * The tasks of a document that lists them, with check boxes; where it has none, the items of the lists under its waves.
 * Items that name a wave are none, and items with an id below a task are parts of it.
 */
export function checklistTasks(
  items: readonly CheckItem[],
  file: { readonly file: string; readonly text: string },
): ChecklistTasks {
  const read = items.map((item): Entry => ({ item, label: readTaskLabel(item.text) }));
  const certain = certainLabels(read.filter(({ item }) => item.mark !== undefined || item.ordinal === undefined));
  const entries = read.map((entry) => (certain.has(entry) ? entry : { ...entry, label: undefined }));
  const taken = takenAmong(entries);
  const nodes = new Set(taken.flatMap(({ item }) => item.node ?? []));
  const made = new Map<CheckItem, OutlineTask>();
  const unnamed: OutlineTask[] = [];
  const used = new Set(taken.flatMap(({ label }) => label?.id.toLowerCase() ?? []));
  for (const { item, label } of taken) {
    const parts = titleParts(label?.title ?? item.text);
    const title = parts.title === '' ? item.text : parts.title;
    const task: OutlineTask = {
      ...parts,
      ...statusOf(item, parts),
      title,
      id: label?.id ?? idFromTitle(title, used),
      aliases: label?.alias === undefined ? ordinalAlias(item) : [label.alias],
      at: item.at,
      fields: readTaskFields(withoutTasks(item.below, nodes), file),
      wave: waveOf(item),
      parent: parentOf(item, made),
      numbered: label === undefined ? item.ordinal !== undefined : label.numbered,
    };
    made.set(item, task);
    if (label === undefined) unnamed.push(task);
  }
  return { tasks: [...made.values()], items: made, unnamed };
}

/** What a list under such a heading asks for is no work of its own. */
const NO_WORK =
  /\b(?:acceptance|criteria|definition of done|checkpoint|validation|verification|success metrics?|quality gates?|review checklist|notes?|legend|references?)\b/i;

function takenAmong(entries: readonly Entry[]): readonly Entry[] {
  const work = entries.filter(({ item }) => !NO_WORK.test(headingOf(item)) && item.text !== '' && !isWave(item));
  const boxed = work.filter(({ item, label }) => isBox(item) || (item.mark !== undefined && label !== undefined));
  const named = boxed.filter(({ label, item }) => label !== undefined && !isBelowTask(item, new Set()));
  // Where tasks have ids, a box without one is a thing to see to, and it is counted.
  if (named.length > 0) return boxed.filter(({ label }) => label !== undefined);
  const own = new Set(boxed.map(({ item }) => item));
  if (boxed.length > 0) return boxed.filter(({ item }) => !isBelowTask(item, own));
  return work.filter(({ item }) => item.parent === undefined && readOutlineWave(headingOf(item)) !== undefined);
}

function isBox({ mark }: CheckItem): boolean {
  return mark !== undefined && !/^[⬜☐🔲⏳🔄🚧❌✅☑✔✓]$/u.test(mark);
}

function headingOf({ headings }: CheckItem): string {
  const heading = headings.at(-1);
  return heading === undefined ? '' : lineOf(heading);
}

/** `- [ ] Phase 1: Ground` with a list below it. */
export function isWave(item: CheckItem): boolean {
  return readOutlineWave(item.text) !== undefined && item.below.some(({ type }) => type === 'list');
}

function isBelowTask({ parent }: CheckItem, tasks: ReadonlySet<CheckItem>): boolean {
  for (let above = parent; above !== undefined; above = above.parent) {
    if (tasks.has(above) && !isWave(above)) return true;
  }
  return false;
}

function waveOf(item: CheckItem): OutlineWave | undefined {
  for (let above = item.parent; above !== undefined; above = above.parent) {
    const wave = isWave(above) ? readOutlineWave(above.text) : undefined;
    if (wave !== undefined) return wave;
  }
  return outlineWaveOf(item.headings);
}

function parentOf({ parent }: CheckItem, made: ReadonlyMap<CheckItem, OutlineTask>): string | undefined {
  for (let above = parent; above !== undefined; above = above.parent) {
    const task = made.get(above);
    if (task !== undefined) return task.id;
  }
  return undefined;
}

function statusOf(item: CheckItem, { status, statusText }: Pick<OutlineTask, 'status' | 'statusText'>) {
  if (item.mark === undefined) return { status, statusText };
  const read = readMark(item.mark);
  // Struck out and not ticked: somebody thought better of it.
  if (item.struck && !(read.kind === 'status' && read.status === 'completed')) {
    return { status: { kind: 'left-out' } as const, statusText: 'struck through' };
  }
  const open = read.kind === 'status' && read.status === 'pending';
  return open && status !== undefined
    ? { status, statusText }
    : { status: read, statusText: isBox(item) ? `[${item.mark}]` : item.mark };
}

function ordinalAlias({ ordinal }: CheckItem): readonly string[] {
  return ordinal === undefined ? [] : [`${ordinal}`, `task ${ordinal}`, `step ${ordinal}`];
}

/** The list items that are tasks themselves are no fields of the task above them. */
function withoutTasks(nodes: readonly RootContent[], tasks: ReadonlySet<ListItem>): readonly RootContent[] {
  return nodes.flatMap((node): readonly RootContent[] => {
    if (node.type !== 'list') return [node];
    const children = node.children.filter((item) => !tasks.has(item));
    return children.length === 0 ? [] : [{ ...node, children }];
  });
}

const MAX_ID_WORDS = 5;
const MAX_ID = 40;

/** An id that stays the same while the title does, whatever is added before it. */
function idFromTitle(title: string, used: Set<string>): string {
  const words = slug(title.slice(0, 300)).split('-');
  let wanted = words.slice(0, MAX_ID_WORDS).join('-').slice(0, MAX_ID).replace(/-+$/, '');
  if (wanted === '') wanted = 'task';
  let id = wanted;
  for (let nth = 2; used.has(id); nth++) id = `${wanted}-${nth}`;
  used.add(id);
  return id;
}
