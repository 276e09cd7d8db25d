import type { Table, TableCell, TableRow } from 'mdast';
import { type Column, type ColumnRole, taskColumns } from './columns.ts';
import { namedDependencies } from './dependency-text.ts';
import type { DraftTask, Remark, SourcePosition } from './draft.ts';
import type { Estimates } from './estimates.ts';
import { lineOf, linesOf, type MarkdownBlock, startOf } from './markdown-tree.ts';
import { noteUntaken } from './outline-plan.ts';
import type { Remarks } from './remarks.ts';
import { type ReadStatus, readStatus } from './status.ts';
import type { TaskNames } from './task-names.ts';

/** A table of tasks, with the label of the wave that it stands under. */
export interface TaskTable {
  readonly node: Table;
  readonly columns: readonly Column[];
  readonly wave?: string | undefined;
}

/** A row of a table of tasks, of which the id alone is read yet. */
export interface TaskRow {
  readonly id: string;
  readonly at: SourcePosition;
  /** The label of its wave, by its own column or by the heading above. */
  readonly wave: string | undefined;
  /** What stands behind the id in its cell: `CORE-001: Set up`. */
  readonly title: string | undefined;
  readonly cell: (role: ColumnRole) => TaskCell | undefined;
}

export interface TaskCell {
  readonly text: string;
  readonly lines: readonly string[];
  readonly at: SourcePosition;
  readonly line: number;
  readonly unit?: number | undefined;
  readonly word?: string | undefined;
}

export function taskTable({ node }: MarkdownBlock, wave: string | undefined): TaskTable | undefined {
  if (node.type !== 'table') return undefined;
  const columns = taskColumns(headingsOf(node));
  return columns && { node, columns, wave };
}

export function headingsOf({ children: [head] }: Table): readonly string[] {
  return head?.children.map((cell) => lineOf(cell)) ?? [];
}

export function rowsOf({ node, columns, wave }: TaskTable, file: string): readonly TaskRow[] {
  return node.children.slice(1).flatMap((row): readonly TaskRow[] => {
    const cells = row.children.map((cell) => lineOf(cell).trim());
    if (cells.every((text) => text === '')) return [];
    const cell = (role: ColumnRole) => cellOf(row, { columns, wanted: { role, file } });
    const { id, title } = idAndTitle(
      cell('id')?.text ?? '',
      columns.some(({ role }) => role === 'title') && (cell('title')?.text ?? '').trim() !== '',
    );
    const own = /\d+(?:\.\d+)*/.exec((cell('wave')?.text ?? '').slice(0, 200))?.[0];
    return [{ id, title, at: cell('id')?.at ?? { file, offset: startOf(row).offset }, wave: own ?? wave, cell }];
  });
}

interface TableContext {
  readonly numbers: ReadonlyMap<string, number>;
  readonly names: TaskNames;
  readonly remarks: Remarks;
  readonly estimates: Estimates;
  /** What stands beside the tables about a task: boxes, signs, an overview. */
  readonly statuses: ReadonlyMap<string, ReadStatus>;
}

/** Tasks of all rows. What cannot be read of one is said, and nothing is guessed. */
export function tasksOf(
  rows: readonly TaskRow[],
  { numbers, names, remarks, estimates, statuses }: TableContext,
): { readonly tasks: readonly DraftTask[]; readonly leftOut: ReadonlyMap<string, Remark> } {
  const leftOut = new Map<string, Remark>();
  const tasks = rows.map((row): DraftTask => {
    const text = (role: ColumnRole) => row.cell(role)?.text || undefined;
    const waits = row.cell('dependencies');
    const status = row.cell('status');
    const read = status === undefined ? statuses.get(row.id) : readStatus(status.text);
    if (read?.kind === 'left-out') {
      leftOut.set(row.id, {
        at: row.at,
        message: `\`${row.id}\` is left out: its status is \`${status?.text ?? 'struck through'}\``,
      });
    }
    if (status !== undefined && read?.kind === 'unknown') {
      remarks.often(status.at, (times) => `the status \`${status.text.slice(0, 40)}\` is read as pending (${times})`);
    }
    return {
      id: row.id,
      at: row.at,
      dependencies: waits === undefined ? [] : dependenciesOf(waits, { row, names, remarks }),
      title: row.cell('title')?.text || row.title,
      description: row.cell('description')?.lines.join('\n'),
      wave: row.wave === undefined ? undefined : numbers.get(row.wave),
      category: text('category'),
      minutes: minutesOf(row, estimates),
      acceptance: row.cell('acceptance')?.lines.filter((line) => line.trim() !== ''),
      outputs: pathsOf(row.cell('outputs')),
      touches: pathsOf(row.cell('touches')),
      agent: text('agent'),
      model: text('model'),
      status: read?.kind === 'status' && read.status !== 'pending' ? read.status : undefined,
    };
  });
  return { tasks, leftOut };
}

function cellOf(
  row: TableRow,
  {
    columns,
    wanted: { role, file },
  }: { readonly columns: readonly Column[]; readonly wanted: { role: ColumnRole; file: string } },
): TaskCell | undefined {
  const column = columns.find((candidate) => candidate.role === role);
  const node: TableCell | undefined = column && row.children[column.index];
  if (column === undefined || node === undefined) return undefined;
  const lines = linesOf(node).map(({ text }) => text);
  const first = node.children[0];
  const { offset, line } = startOf(first ?? node);
  return { text: lines.join(' '), lines, at: { file, offset }, line, unit: column.unit, word: column.word };
}

function dependenciesOf(
  cell: TaskCell,
  { row, names, remarks }: { readonly row: TaskRow } & Pick<TableContext, 'names' | 'remarks'>,
): DraftTask['dependencies'] {
  const { ids, untaken } = namedDependencies(cell.lines.join('\n'), names, row.id);
  for (const words of untaken) noteUntaken(words, { at: cell.at, remarks });
  return ids.map((id) => ({ id, at: cell.at }));
}

function minutesOf(row: TaskRow, estimates: Estimates): number | undefined {
  const cell = row.cell('estimate');
  return cell && estimates.read(cell.text, cell.at, cell);
}

function pathsOf(cell: TaskCell | undefined): readonly string[] | undefined {
  const paths = cell?.lines.flatMap((line) => line.split(/,|;/)).map((path) => path.trim());
  return paths?.filter((path) => path !== '' && !/^(?:-+|–|—|none|n\/a)$/i.test(path));
}

/** `CORE-001: Set up` and `CORE-001 Set up` are an id and a title, where no column holds titles. */
function idAndTitle(text: string, titled: boolean): { id: string; title: string | undefined } {
  const whole = text.trim();
  const parts =
    titled || whole.length > 400
      ? null
      : /^([A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*[-_.]?\d[A-Za-z0-9.]*)(?:\s*[:–—]\s*|\s+-\s+|\s+)(\S.*)$/.exec(
          whole,
        );
  if (parts !== null) return { id: parts[1] ?? whole, title: parts[2] };
  return /\s/.test(whole) ? { id: idOfTitle(whole), title: whole } : { id: whole, title: undefined };
}

/** A title stands for an id where there is none; its slashes are punctuation then, not separators of a path. */
function idOfTitle(title: string): string {
  return /\s/.test(title) ? title.replaceAll(/[/\\]/g, '-') : title;
}
