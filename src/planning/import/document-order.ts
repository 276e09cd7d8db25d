import { newDependencyBudget } from './dependency-budget.ts';
import { namedDependencies } from './dependency-text.ts';
import type { DraftDependency, DraftTask } from './draft.ts';
import { lineOf, linesOf, type MarkdownBlock, startOf } from './markdown-tree.ts';
import { speaksOfOrder, statedOrder } from './order-sentences.ts';
import { readOutlineWave } from './outline-waves.ts';
import type { Remarks } from './remarks.ts';
import type { TaskNames } from './task-names.ts';

interface OrderContext {
  readonly file: string;
  readonly names: TaskNames;
  readonly remarks: Remarks;
}

/**
 * What the running text of a document says about the order of its tasks: `US3 depends on US1`, and `Depends on: Phase 1`
 * below a phase. What speaks of an order and is not understood is counted.
 *
 * @param blocks Without those that belong to tasks.
 */
export function documentOrder(
  blocks: readonly MarkdownBlock[],
  { file, names, remarks }: OrderContext,
): ReadonlyMap<string, readonly DraftDependency[]> {
  const allow = newDependencyBudget();
  const found = new Map<string, DraftDependency[]>();
  for (const { node, headings } of blocks) {
    if (node.type !== 'paragraph') continue;
    const at = { file, offset: startOf(node).offset };
    const heading = headings.at(-1);
    const wave = heading === undefined ? undefined : readOutlineWave(lineOf(heading));
    for (const { text } of linesOf(node)) {
      const order = waveOrder(text, wave && names.groups.get(`phase ${wave.label}`), names) ?? statedOrder(text, names);
      if (order === undefined) {
        if (speaksOfOrder(text) && mentionsTasks(text, names)) {
          remarks.often(
            at,
            (times) => `a sentence that speaks of an order is not read as one; add what it means (${times})`,
          );
        }
        continue;
      }
      allow(order.tasks.length * order.after.length);
      for (const id of order.tasks) {
        const known = found.get(id) ?? [];
        known.push(...order.after.map((other) => ({ id: other, at, weak: true as const })));
        found.set(id, known);
      }
    }
  }
  return found;
}

const WAVE_LABEL =
  /^\s*(?:depend(?:s on|encies|ency)|requires|blocked by|prerequisites?|needs|after)\s*:\s*(.{1,400})$/i;

function waveOrder(text: string, tasks: readonly string[] | undefined, names: TaskNames) {
  const after = tasks && WAVE_LABEL.exec(text)?.[1];
  if (tasks === undefined || after === undefined) return undefined;
  const own = new Set(tasks);
  const ids = namedDependencies(after, names).ids.filter((id) => names.ids.has(id) && !own.has(id));
  return ids.length === 0 ? undefined : { tasks, after: ids };
}

function mentionsTasks(text: string, names: TaskNames): boolean {
  return (
    /\b(?:phase|wave|stage|sprint|US)\s*\d/i.test(text) ||
    (text.slice(0, 600).match(/[\w.-]+/g) ?? []).some(
      (word) => names.ids.has(word) && /\d/.test(word) && !/^\d+$/.test(word),
    )
  );
}

/** Tasks with what the text around them says that they wait for. */
export function withDocumentOrder(
  tasks: readonly DraftTask[],
  order: ReadonlyMap<string, readonly DraftDependency[]>,
): readonly DraftTask[] {
  if (order.size === 0) return tasks;
  return tasks.map((task) => {
    const more = order.get(task.id);
    return more === undefined ? task : { ...task, dependencies: [...task.dependencies, ...more] };
  });
}
