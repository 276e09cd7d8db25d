import type { DocumentClaim } from '../../plan/document-claims.ts';
import { agentTypesOf, withAgentTypes } from './agent-types.ts';
import { checkItemsOf } from './check-items.ts';
import { claimsOf } from './claims-of-document.ts';
import { agentTypeColumns } from './columns.ts';
import { documentOrder, withDocumentOrder } from './document-order.ts';
import type { Draft, DraftTask, Provenance, ReadOptions } from './draft.ts';
import { newEstimates } from './estimates.ts';
import { documentTitle, lineOf, type Markdown, type MarkdownBlock, startOf } from './markdown-tree.ts';
import { outlineWaveOf, readOutlineWave } from './outline-waves.ts';
import { provenanceOf, withoutLeftOut } from './provenance.ts';
import { newRemarks, type Remarks } from './remarks.ts';
import type { SourceFile } from './source.ts';
import { statusesBeside, withoutOverviews } from './table-status.ts';
import { taskNames, waveGroups } from './task-names.ts';
import { headingsOf, rowsOf, type TaskRow, type TaskTable, tasksOf, taskTable } from './task-tables.ts';
import { readWaveHeading, waveLabelOf, waveNumbers } from './wave-heading.ts';

/** Why a document is one of tables; undefined where none of them is of tasks. */
export function tableReason({ blocks }: Markdown & { ok: true }): string | undefined {
  for (const block of blocks) {
    const table = taskTable(block, undefined);
    if (table !== undefined) return `a table with the columns ${quoted(table.columns.map(({ heading }) => heading))}`;
  }
  return undefined;
}

/** Waves from headings, tasks from tables, claims from the rest. */
export function readTablePlan(
  { markdown, file }: { readonly markdown: Markdown & { ok: true }; readonly file: SourceFile },
  { map }: ReadOptions,
): Draft {
  const remarks = newRemarks();
  const estimates = newEstimates({ map, remarks });
  const { title, blocks } = belowTitle(markdown);
  const found = blocks.flatMap((block) => {
    const wave = outlineWaveOf(block.headings);
    return withoutSlotLabels(taskTable(block, waveLabelOf(block) ?? wave?.label), file.file) ?? [];
  });
  const { tables, overviews } = withoutOverviews(found, file.file);
  const rows = tables.flatMap((table) => rowsOf(table, file.file));
  const headings = waveHeadings(blocks);
  const numbers = waveNumbers([...headings.map(({ label }) => label), ...rows.flatMap(({ wave }) => wave ?? [])]);
  const names = taskNames({
    order: rows.map(({ id }) => id),
    // A title that stands for an id may be written otherwise where it is named.
    aliases: new Map(
      rows.flatMap(({ id, title }) => (title === undefined ? [] : [[title.toLowerCase(), id] as const])),
    ),
    groups: waveGroups(rows.map(({ id, wave }) => ({ id, label: wave }))),
  });
  const statuses = statusesBeside({
    overviews,
    file,
    items: checkItemsOf(markdown.root, file),
    names,
    headings: blocks,
    remarks,
  });
  const { tasks, leftOut } = tasksOf(rows, { numbers, names, remarks, estimates, statuses });
  const isSpoken = tables.some(({ columns }) => columns.some(({ role }) => role === 'dependencies'));
  const ordered = isSpoken
    ? tasks
    : withDocumentOrder(tasks, documentOrder(blocks, { file: file.file, names, remarks }));
  const kept = withoutLeftOut(ordered, { leftOut, remarks });
  const agentTypes = agentTypesOf(blocks, { known: names.ids, text: file.text });
  const claims: readonly DocumentClaim[] = [...claimsOf({ blocks, tables, rows, numbers }), ...agentTypes];
  noteRenumberedWaves({ numbers, rows, remarks });
  noteIgnoredParts({ blocks, tables: [...tables, ...overviews], rows, file, remarks });
  return {
    name: title,
    waves: titledWaves(headings, numbers),
    ...withAgentTypes({
      tasks: kept,
      agentTypes,
      provenance: columnProvenance(kept, { tables, headed: headings.length > 0 }),
      remarks,
      file: file.file,
    }),
    claims,
    problems: [],
    unmapped: estimates.finish(),
    notes: remarks.all(),
  };
}

/** The only heading of its level names the plan, even where it reads like a wave: `# Phase 2 of the move`. */
export function belowTitle(markdown: Markdown & { ok: true }): {
  readonly title: string;
  readonly blocks: readonly MarkdownBlock[];
} {
  const { blocks } = markdown;
  const tops = blocks.flatMap(({ node }) => (node.type === 'heading' && node.depth === 1 ? [node] : []));
  const title = documentTitle(markdown) ?? '';
  const [top] = tops;
  if (tops.length !== 1 || top === undefined) {
    return { title: readWaveHeading(title) === undefined ? title : '', blocks };
  }
  const below = blocks.filter(({ node }) => node !== top);
  return {
    title,
    blocks: below.map(({ node, headings }) => ({ node, headings: headings.filter((heading) => heading !== top) })),
  };
}

function waveHeadings(blocks: readonly MarkdownBlock[]): readonly { label: string; title: string }[] {
  return blocks.flatMap(({ node }) => (node.type === 'heading' ? (readOutlineWave(lineOf(node)) ?? []) : []));
}

function titledWaves(headings: readonly { label: string; title: string }[], numbers: ReadonlyMap<string, number>) {
  const titles = new Map<number, string>();
  for (const { label, title } of headings) {
    const number = numbers.get(label);
    if (number !== undefined && !titles.has(number)) titles.set(number, title);
  }
  return [...titles].map(([number, title]) => ({ number, title })).sort((a, b) => a.number - b.number);
}

/** A column `Agent` of A1, A2, … numbers places, not agent types. */
function withoutSlotLabels(table: TaskTable | undefined, file: string): TaskTable | undefined {
  if (table === undefined) return undefined;
  const named = table.columns.some(({ role, heading }) => role === 'agent' && /^\s*agent\s*$/i.test(heading));
  const agents = named ? rowsOf(table, file).map(({ cell }) => cell('agent')?.text ?? '') : [];
  const labels = agents.length > 0 && agents.every((agent) => /^(?:[A-Z]\d{1,3}|)$/.test(agent));
  return labels ? { ...table, columns: table.columns.filter(({ role }) => role !== 'agent') } : table;
}

function columnProvenance(
  tasks: readonly DraftTask[],
  { tables, headed }: { readonly tables: readonly TaskTable[]; readonly headed: boolean },
): readonly Provenance[] {
  const from = new Map<string, Set<string>>();
  for (const { role, heading } of tables.flatMap(({ columns }) => columns)) {
    if (role === 'slot') continue;
    const field = role === 'estimate' ? 'minutes' : role;
    from.set(field, (from.get(field) ?? new Set()).add(heading));
  }
  const origins = [...from].map(([field, names]) => [
    field,
    `${names.size > 1 ? 'columns' : 'column'} ${quoted([...names])}`,
  ]);
  const waves = headed && !from.has('wave') ? { wave: 'the headings' } : {};
  const status = from.has('status') ? {} : { status: 'boxes and signs beside the tables' };
  return provenanceOf(tasks, { ...Object.fromEntries(origins), ...waves, ...status });
}

function noteRenumberedWaves({
  numbers,
  rows,
  remarks,
}: {
  readonly numbers: ReadonlyMap<string, number>;
  readonly rows: readonly TaskRow[];
  readonly remarks: Remarks;
}): void {
  const moved = [...numbers].find(([label, number]) => label !== String(number));
  const [first] = rows;
  if (moved === undefined || first === undefined) return;
  const [label, number] = moved;
  remarks.add(first.at, `waves are numbered from 1 in the order of the document; \`${label}\` becomes wave ${number}`);
}

interface DocumentParts {
  readonly blocks: readonly MarkdownBlock[];
  readonly tables: readonly TaskTable[];
  readonly rows: readonly TaskRow[];
  readonly file: SourceFile;
  readonly remarks: Remarks;
}

function noteIgnoredParts({ blocks, tables, rows, file, remarks }: DocumentParts): void {
  const at = (offset: number) => ({ file: file.file, offset });
  for (const { node, columns } of tables) {
    for (const [index, cell] of (node.children[0]?.children ?? []).entries()) {
      if (columns.some((column) => column.index === index)) continue;
      const heading = lineOf(cell);
      remarks.often(at(startOf(cell).offset), (times) => `the column \`${heading}\` is not imported (${times})`);
    }
  }
  const ours = new Set(tables.map(({ node }) => node));
  for (const { node } of blocks) {
    if (node.type !== 'table' || ours.has(node) || agentTypeColumns(headingsOf(node)) !== undefined) continue;
    const names = quoted(headingsOf(node));
    remarks.add(
      at(startOf(node).offset),
      `the table with the columns ${names} contains no tasks; at most its figures are imported`,
    );
  }
  const untitled = rows.find((row) => !row.cell('title')?.text && row.title === undefined);
  if (untitled !== undefined) {
    remarks.add(untitled.at, 'no column contains titles; tasks get their ids as titles, so give them better ones');
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
