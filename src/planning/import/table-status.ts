import type { CheckItem } from './check-items.ts';
import { listedTasks } from './list-status.ts';
import { lineOf, type MarkdownBlock } from './markdown-tree.ts';
import { readOutlineWave } from './outline-waves.ts';
import type { Remarks } from './remarks.ts';
import type { SourceFile } from './source.ts';
import { type ReadStatus, readMark, readStatus } from './status.ts';
import type { TaskNames } from './task-names.ts';
import { rowsOf, type TaskTable } from './task-tables.ts';

/** A table that says nothing but the status of tasks that stand in others is an overview of them. */
export function withoutOverviews(
  found: readonly TaskTable[],
  file: string,
): { readonly tables: readonly TaskTable[]; readonly overviews: readonly TaskTable[] } {
  const isBare = ({ columns }: TaskTable) =>
    !columns.some(({ role }) => role === 'estimate' || role === 'dependencies');
  const full = new Set(
    found.filter((table) => !isBare(table)).flatMap((table) => rowsOf(table, file).map(({ id }) => id)),
  );
  const isOverview = (table: TaskTable) =>
    isBare(table) && full.size > 0 && rowsOf(table, file).every(({ id }) => full.has(id));
  return { tables: found.filter((table) => !isOverview(table)), overviews: found.filter(isOverview) };
}

interface StatusSources {
  readonly overviews: readonly TaskTable[];
  readonly file: SourceFile;
  readonly items: readonly CheckItem[];
  readonly names: TaskNames;
  readonly headings: readonly MarkdownBlock[];
  readonly remarks: Remarks;
}

/** What a document says beside its tables about tasks of them: headings that are done, lists with boxes, overviews. */
export function statusesBeside({
  overviews,
  file,
  items,
  names,
  headings,
  remarks,
}: StatusSources): ReadonlyMap<string, ReadStatus> {
  const statuses = new Map<string, ReadStatus>();
  for (const { node } of headings) {
    const wave = node.type === 'heading' ? readOutlineWave(lineOf(node)) : undefined;
    if (!wave?.done) continue;
    for (const id of names.groups.get(`phase ${wave.label}`) ?? []) statuses.set(id, readStatus('done'));
  }
  for (const [id, { mark, struck }] of listedTasks(items, { names, remarks })) {
    statuses.set(id, struck && mark?.trim() === '' ? { kind: 'left-out' } : readMark(mark ?? ''));
  }
  for (const { id, cell } of overviews.flatMap((table) => rowsOf(table, file.file))) {
    const status = cell('status')?.text;
    if (status !== undefined) statuses.set(id, readStatus(status));
  }
  return statuses;
}
