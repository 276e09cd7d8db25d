import type { Heading } from 'mdast';
import { type CheckItem, checkItemsOf } from './check-items.ts';
import { checklistTasks } from './checklist-tasks.ts';
import { documentOrder, withDocumentOrder } from './document-order.ts';
import { type Draft, emptyDraft, type ReadOptions, type Remark } from './draft.ts';
import { newEstimates } from './estimates.ts';
import { headingTasks } from './heading-tasks.ts';
import { blocksAround, withListStatus } from './list-status.ts';
import type { Markdown } from './markdown-tree.ts';
import { withNumberOrder } from './number-order.ts';
import { outlineNames, outlineTasks, withDistinctIds } from './outline-plan.ts';
import type { OutlineTask } from './outline-task.ts';
import { provenanceOf, withoutLeftOut } from './provenance.ts';
import { newRemarks, type Remarks } from './remarks.ts';
import type { Source, SourceFile } from './source.ts';
import { withSubtasksFirst } from './subtasks.ts';
import { belowTitle, readTablePlan, tableReason } from './table-plan.ts';
import { waveNumbers } from './wave-heading.ts';

/** Why a source is taken for a Markdown plan: it has a table, headings or a list of tasks. */
export function recognizeMarkdownPlan(source: Source): string | undefined {
  const [file] = source.files;
  if (source.folder || file === undefined || /\.(?:jsonl?|ya?ml)$/i.test(file.file)) return undefined;
  const markdown = file.markdown();
  if (!markdown.ok) return undefined;
  const reason = tableReason(markdown);
  if (reason !== undefined) return reason;
  const { tasks, from } = outlineOf(markdown, file);
  const [first] = tasks;
  return first && `${tasks.length} ${from.title} such as \`${first.title.slice(0, 40)}\``;
}

/** Waves from headings; tasks from tables, else from headings of their own, else from lists. */
export function readMarkdownPlan(source: Source, options: ReadOptions): Draft {
  const [file] = source.files;
  const markdown = file?.markdown();
  if (file === undefined || markdown === undefined) return emptyDraft;
  if (!markdown.ok) {
    const { offset, message } = markdown.finding;
    return { ...emptyDraft, problems: [{ at: { file: file.file, offset }, message }] };
  }
  return tableReason(markdown) === undefined
    ? readOutlinePlan({ markdown, file }, options)
    : readTablePlan({ markdown, file }, options);
}

interface Outline {
  readonly tasks: readonly OutlineTask[];
  readonly from: { readonly title: string; readonly place: string };
  /** Headings and items that tasks were made of. */
  readonly headings: ReadonlySet<Heading>;
  readonly items: ReadonlyMap<CheckItem, OutlineTask>;
  readonly all: readonly CheckItem[];
  readonly unnamed: readonly OutlineTask[];
}

const HEADINGS = { title: 'headings', place: 'the headings' } as const;
const ITEMS = { title: 'list items', place: 'the items' } as const;

function outlineOf(markdown: Markdown & { ok: true }, file: SourceFile): Outline {
  const all = checkItemsOf(markdown.root, file);
  const headed = headingTasks(markdown.root, file);
  if (headed.tasks.length > 0) {
    return { ...headed, from: HEADINGS, items: new Map(), all, unnamed: [] };
  }
  return { ...checklistTasks(all, file), headings: new Set(), from: ITEMS, all };
}

function readOutlinePlan(
  { markdown, file }: { readonly markdown: Markdown & { ok: true }; readonly file: SourceFile },
  { map }: ReadOptions,
): Draft {
  const remarks = newRemarks();
  const estimates = newEstimates({ map, remarks });
  const { title, blocks } = belowTitle(markdown);
  const outline = outlineOf(markdown, file);
  const ticked = withListStatus(outline, remarks);
  const named = withDistinctIds(ticked, remarks);
  const labels = named.flatMap(({ wave }) => wave?.label ?? []);
  const numbers = waveNumbers(labels);
  const leftOut = new Map<string, Remark>();
  const own = outlineTasks(named, { numbers, estimates, remarks, leftOut });
  const names = outlineNames(named)(undefined);
  const around = blocksAround(blocks, outline);
  const ordered = withDocumentOrder(own, documentOrder(around, { file: file.file, names, remarks }));
  const numbered = withNumberOrder(ordered, { tasks: named, remarks });
  const parents = new Map(named.flatMap(({ id, parent }) => (parent === undefined ? [] : [[id, parent] as const])));
  const wholes = new Set(parents.values());
  for (const { id, at } of named) {
    if (!wholes.has(id)) continue;
    remarks.often(at, (times) => `a task with parts waits for them and combines them (${times})`);
  }
  const tasks = withoutLeftOut(withSubtasksFirst(numbered, parents), { leftOut, remarks });
  noteUnnamed(outline, remarks);
  return {
    ...emptyDraft,
    name: title,
    waves: wavesOf(named, numbers),
    tasks,
    provenance: provenanceOf(tasks, originsOf(outline.from.place)),
    unmapped: estimates.finish(),
    notes: remarks.all(),
  };
}

function originsOf(place: string) {
  return {
    ...{ id: place, title: place, wave: 'the headings above', status: 'boxes, signs and `Status`' },
    ...{ dependencies: '`Dependencies`, and the text', minutes: '`Estimate`, and brackets behind titles' },
    ...{ acceptance: 'check boxes and criteria below', touches: '`Files`', outputs: '`Outputs`' },
    ...{ category: '`Category`', agent: '`Agent`', model: '`Model`', description: 'the text below' },
  } as const;
}

function wavesOf(tasks: readonly OutlineTask[], numbers: ReadonlyMap<string, number>) {
  const titles = new Map<number, string>();
  for (const { wave } of tasks) {
    const number = wave && numbers.get(wave.label);
    if (wave !== undefined && number !== undefined && !titles.has(number)) titles.set(number, wave.title);
  }
  return [...titles].map(([number, title]) => ({ number, title })).sort((a, b) => a.number - b.number);
}

function noteUnnamed({ unnamed }: Outline, remarks: Remarks): void {
  for (const { at, id } of unnamed.slice(0, 1)) {
    const many = unnamed.length === 1 ? '1 task has' : `${unnamed.length} tasks have`;
    remarks.add(
      at,
      `${many} no id, and get one of the words of the title, such as \`${id}\`; give them ids of their own before titles change`,
    );
  }
}
