import type { Heading, Nodes } from 'mdast';
import type { CheckItem } from './check-items.ts';
import { isWave } from './checklist-tasks.ts';
import type { MarkdownBlock } from './markdown-tree.ts';
import { outlineNames } from './outline-plan.ts';
import type { OutlineTask } from './outline-task.ts';
import type { Remarks } from './remarks.ts';
import { readMark } from './status.ts';
import { readTaskLabel } from './task-label.ts';
import { type TaskNames, tasksNamed } from './task-names.ts';

/** What of a document became tasks. */
interface Taken {
  readonly tasks: readonly OutlineTask[];
  readonly headings: ReadonlySet<Heading>;
  readonly items: ReadonlyMap<CheckItem, OutlineTask>;
  readonly all: readonly CheckItem[];
}

/** A list that names tasks which stand elsewhere says which of them are done; any other box is counted. */
export function withListStatus({ tasks, headings, items, all }: Taken, remarks: Remarks): readonly OutlineTask[] {
  const outside = all.filter(
    (item) => !isWave(item) && !item.headings.some((heading) => headings.has(heading)) && !isBelow(item, items),
  );
  const listed = listedTasks(outside, { names: outlineNames(tasks)(undefined), remarks });
  return tasks.map((task) => {
    const item = listed.get(task.id);
    if (item === undefined || task.status !== undefined || task.fields.values.has('status')) return task;
    return { ...task, status: readMark(item.mark ?? ''), statusText: `[${item.mark}]` };
  });
}

/** Which tasks a check list names, each with its item. What has a box and names none is counted. */
export function listedTasks(
  items: readonly CheckItem[],
  { names, remarks }: { readonly names: TaskNames; readonly remarks: Remarks },
): ReadonlyMap<string, CheckItem> {
  const found = new Map<string, CheckItem>();
  for (const item of items) {
    if (item.mark === undefined) continue;
    const id = taskOf(item, names);
    if (id !== undefined) found.set(id, item);
    else if (item.near) {
      remarks.often(
        item.at,
        (times) => `a line that looks like a check list item names no task; not imported (${times})`,
      );
    } else remarks.often(item.at, (times) => `a check list item that names no task is not imported (${times})`);
  }
  return found;
}

function taskOf({ text }: CheckItem, names: TaskNames): string | undefined {
  const label = readTaskLabel(text);
  for (const name of [text, label?.id, label?.alias]) {
    const [id, ...more] = (name === undefined ? undefined : tasksNamed(name, names)) ?? [];
    if (id !== undefined && more.length === 0) return id;
  }
  return undefined;
}

function isBelow(item: CheckItem, items: ReadonlyMap<CheckItem, OutlineTask>): boolean {
  for (let above: CheckItem | undefined = item; above !== undefined; above = above.parent) {
    if (items.has(above)) return true;
  }
  return false;
}

/** Blocks of a document that are no part of a task. */
export function blocksAround(
  blocks: readonly MarkdownBlock[],
  { headings, items }: { readonly headings: ReadonlySet<Heading>; readonly items: ReadonlyMap<CheckItem, unknown> },
): readonly MarkdownBlock[] {
  const inside = new Set<Nodes>();
  for (const { node } of items.keys()) {
    const open: Nodes[] = node === undefined ? [] : [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (inside.has(next)) continue;
      inside.add(next);
      if ('children' in next) open.push(...next.children);
    }
  }
  return blocks.filter(
    ({ node, headings: above }) => !inside.has(node) && !above.some((heading) => headings.has(heading)),
  );
}
