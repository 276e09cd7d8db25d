import { type CheckItem, checkItemsOf } from './check-items.ts';
import { namedDependencies } from './dependency-text.ts';
import { documentOrder, withDocumentOrder } from './document-order.ts';
import {
  type Draft,
  type DraftDependency,
  type DraftTask,
  emptyDraft,
  type ReadOptions,
  type Remark,
} from './draft.ts';
import { type Estimates, newEstimates } from './estimates.ts';
import { headingTasks } from './heading-tasks.ts';
import { blocksAround } from './list-status.ts';
import { documentTitle, lineOf, startOf } from './markdown-tree.ts';
import { ownOrder } from './order-sentences.ts';
import { noteUntaken } from './outline-plan.ts';
import { titleParts } from './outline-task.ts';
import { readOutlineWave } from './outline-waves.ts';
import { pathsInText, pathsOfField } from './paths-in-text.ts';
import { provenanceOf, withoutLeftOut } from './provenance.ts';
import { newRemarks, type Remarks } from './remarks.ts';
import type { Source, SourceFile } from './source.ts';
import { specKitNames } from './spec-kit-names.ts';
import { barriers, type SpecKitItem, type SpecKitPhase } from './spec-kit-phases.ts';
import { readMark } from './status.ts';
import { readTaskFields } from './task-fields.ts';
import type { TaskNames } from './task-names.ts';

/** Why a source is taken for spec-kit's tasks.md; undefined where it has no check list of `T001`s. */
export function recognizeSpecKit({ files: [file], folder }: Source): string | undefined {
  if (folder || file === undefined || /\.(?:jsonl?|ya?ml)$/i.test(file.file)) return undefined;
  const markdown = file.markdown();
  if (!markdown.ok) return undefined;
  const items = checkItemsOf(markdown.root, file).filter(isSpecKitItem);
  if (items.length === 0) return undefined;
  // A list that only names what has headings of its own is a table of contents.
  const headed = new Set(headingTasks(markdown.root, file).tasks.map(({ id }) => id));
  if (items.filter(({ text }) => headed.has(ITEM.exec(text)?.[1] ?? '')).length * 2 > items.length) return undefined;
  return `${items.length} check list items such as \`- [ ] T001 …\``;
}

/** Phases as waves: barriers before and after the stories, which run side by side. */
export function readSpecKit({ files: [file] }: Source, { map }: ReadOptions): Draft {
  const markdown = file?.markdown();
  if (file === undefined || markdown === undefined) return emptyDraft;
  if (!markdown.ok) {
    const { offset, message } = markdown.finding;
    return { ...emptyDraft, problems: [{ at: { file: file.file, offset }, message }] };
  }
  const remarks = newRemarks();
  const estimates = newEstimates({ map, remarks });
  const leftOut = new Map<string, Remark>();
  const items = checkItemsOf(markdown.root, file);
  const phases = phasesOf(items);
  const names = specKitNames(phases);
  const waiting = barriers(phases);
  const context: ItemContext = { file, names, remarks, estimates, leftOut };
  const tasks = phases.flatMap((phase, index) =>
    phase.items.map((item) => taskOf(item, { ...context, wave: index + 1, barrier: waiting.get(item) ?? [] })),
  );
  noteOtherItems(items, { names, remarks });
  const own = new Map(phases.flatMap((phase) => phase.items.map((item) => [item.source, item] as const)));
  const around = blocksAround(markdown.blocks, { headings: new Set(), items: own });
  const ordered = withDocumentOrder(tasks, documentOrder(around, { file: file.file, names, remarks }));
  const kept = withoutLeftOut(ordered, { leftOut, remarks });
  const [first] = kept;
  if (first !== undefined && kept.every(({ minutes }) => minutes === undefined)) {
    remarks.add(first.at, 'spec-kit gives no durations; every task counts as one hour, so give `estimate`s');
  }
  const title = documentTitle(markdown)?.replace(/^(?:implementation )?tasks:\s*/i, '');
  return {
    ...emptyDraft,
    name: title ?? '',
    waves: phases.map(({ title: words }, index) => ({ number: index + 1, title: words })),
    tasks: kept,
    provenance: provenanceOf(kept, ORIGINS),
    unmapped: estimates.finish(),
    notes: remarks.all(),
  };
}

/** Where each field comes from, as people read it. */
const ORIGINS = {
  id: 'the items',
  title: 'the items',
  wave: 'the phases',
  dependencies: 'the phases, `[P]` and `(depends on …)`',
  minutes: 'brackets behind items',
  acceptance: '`done when`, and what stands below',
  touches: 'the paths that items name',
  description: 'what stands below an item',
  category: 'the story, such as `[US1]`',
  status: 'the check boxes',
} as const;

const ITEM = /^\s*(T-?\d{1,5}[A-Za-z]?(?:\.\d{1,3})?)(?![\w-])(?:\s*[:.|–—-]+(?=\s)|[:.])?\s*/;

function isSpecKitItem({ mark, text }: CheckItem): boolean {
  return mark !== undefined && ITEM.test(text);
}

function noteOtherItems(items: readonly CheckItem[], { names, remarks }: Pick<ItemContext, 'names' | 'remarks'>): void {
  for (const item of items) {
    const id = ITEM.exec(item.text)?.[1];
    if (item.mark === undefined) {
      if (id === undefined || names.ids.has(id)) continue;
      remarks.often(item.at, (times) => `an item with an id and without a check box is not imported (${times})`);
    } else if (id === undefined) {
      if (isBelowItem(item)) continue;
      remarks.often(item.at, (times) => `a check list item without an id such as T001 is not imported (${times})`);
    } else if (item.near) {
      const message = 'an item that Markdown sees no check box in is read as one, as `- [ ] T001 …` would be';
      remarks.often(item.at, (times) => `${message} (${times})`);
    }
  }
}

/** Boxes below an item are what makes it done. */
function isBelowItem({ parent }: CheckItem): boolean {
  for (let above = parent; above !== undefined; above = above.parent) if (isSpecKitItem(above)) return true;
  return false;
}

function phasesOf(items: readonly CheckItem[]): readonly SpecKitPhase[] {
  const phases: { key: number; label: string | undefined; title: string; story: boolean; items: SpecKitItem[] }[] = [];
  for (const source of items) {
    const id = isSpecKitItem(source) ? ITEM.exec(source.text)?.[1] : undefined;
    if (id === undefined) continue;
    const { headings } = source;
    const heading = headings.findLast((each) => readOutlineWave(lineOf(each)) !== undefined) ?? headings.at(-1);
    const key = heading === undefined ? -1 : startOf(heading).offset;
    let phase = phases.at(-1)?.key === key ? phases.at(-1) : undefined;
    if (phase === undefined) {
      const words = heading === undefined ? '' : lineOf(heading);
      const wave = readOutlineWave(words);
      const story = /\buser story\b|\bstory \d/i.test(words);
      phase = { key, label: wave?.label, title: wave?.title ?? words, story, items: [] };
      phases.push(phase);
    }
    phase.items.push(itemOf(source, id));
  }
  return phases.map((phase) => ({
    ...phase,
    story: phase.story || phase.items.every(({ story }) => story !== undefined),
  }));
}

function itemOf(source: CheckItem, id: string): SpecKitItem {
  const words = source.text.replace(ITEM, '');
  const lead = /^(?:\s*\[(?:P|US-?\d{1,3})\])*/i.exec(words)?.[0] ?? '';
  const end = /(?:\s\[(?:P|US-?\d{1,3})\]){1,2}\s*$/i.exec(words.slice(lead.length).slice(-30))?.[0] ?? '';
  const marks = `${lead}${end}`;
  return {
    id,
    at: source.at,
    source,
    parallel: /\[P\]/i.test(marks),
    story: /\[(US-?\d{1,3})\]/i.exec(marks)?.[1],
    text: words
      .slice(lead.length, words.length - end.length)
      .replace(/\s{2,}/g, ' ')
      .trim(),
  };
}

interface ItemContext {
  readonly file: SourceFile;
  readonly names: TaskNames;
  readonly remarks: Remarks;
  readonly estimates: Estimates;
  readonly leftOut: Map<string, Remark>;
}

function taskOf(
  { id, at, text, story, source }: SpecKitItem,
  {
    file,
    names,
    remarks,
    estimates,
    leftOut,
    wave,
    barrier,
  }: ItemContext & { wave: number; barrier: readonly DraftDependency[] },
): DraftTask {
  const [words = '', done] = text.split(/\s+[|—–-]+\s+done when:?\s+/i);
  const order = ownOrder(words, names, id);
  for (const untaken of order.untaken) noteUntaken(untaken, { at, remarks });
  const parts = titleParts(order.text);
  const below = source.below.flatMap((node) =>
    node.type === 'list'
      ? { ...node, children: node.children.filter((each) => !ITEM.test(lineOf(each.children[0] ?? each))) }
      : node,
  );
  const fields = readTaskFields(below, file);
  const field = fields.values.get('dependencies');
  const named = field === undefined ? undefined : namedDependencies(field.lines.join('\n'), names, id);
  for (const untaken of named?.untaken ?? []) noteUntaken(untaken, { at, remarks });
  const estimate = fields.values.get('estimate');
  const criteria = fields.values.get('acceptance')?.lines ?? [];
  const checks = fields.checks.map(({ text: check }) => check);
  return {
    id,
    at,
    title: parts.title,
    description: fields.rest === '' ? undefined : fields.rest,
    wave,
    category: story,
    minutes:
      estimate === undefined
        ? parts.estimate === undefined
          ? undefined
          : estimates.read(parts.estimate, at)
        : estimates.read(estimate.lines.join(' '), estimate.at, estimate),
    acceptance: [...(done === undefined ? [] : [done]), ...criteria, ...checks],
    touches: [...new Set([...pathsInText(text), ...(pathsOfField(fields.values.get('touches')?.lines) ?? [])])],
    dependencies: [...barrier, ...[...order.ids, ...(named?.ids ?? [])].map((other) => ({ id: other, at }))],
    status: statusOf(source, { id, remarks, leftOut }),
  };
}

function statusOf(
  { mark = '', struck, at }: CheckItem,
  { id, remarks, leftOut }: { readonly id: string } & Pick<ItemContext, 'remarks' | 'leftOut'>,
): DraftTask['status'] {
  const read = readMark(mark);
  if (read.kind === 'unknown') {
    remarks.often(at, (times) => `the status \`[${mark}]\` is read as pending (${times})`);
  }
  if (read.kind === 'status' && read.status === 'completed') return 'completed';
  if (struck) leftOut.set(id, { at, message: `\`${id}\` is left out: it is struck through` });
  return undefined;
}
