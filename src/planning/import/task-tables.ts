import type { Table, TableCell, TableRow } from 'mdast';
import { type Column, type ColumnRole, taskColumns } from './columns.ts';
import { dependencyIds } from './dependency-text.ts';
import type { DraftTask, Remark, SourcePosition } from './draft.ts';
import { readDuration } from './duration.ts';
import { lineOf, linesOf, type MarkdownBlock, startOf } from './markdown-tree.ts';
import { withoutLeftOut } from './provenance.ts';
import type { Remarks } from './remarks.ts';
import { readStatus } from './status.ts';

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
      columns.some(({ role }) => role === 'title'),
    );
    const own = /\d+(?:\.\d+)*/.exec(cell('wave')?.text ?? '')?.[0];
    return [{ id, title, at: cell('id')?.at ?? { file, offset: startOf(row).offset }, wave: own ?? wave, cell }];
  });
}

interface TableContext {
  readonly numbers: ReadonlyMap<string, number>;
  readonly remarks: Remarks;
}

/** Tasks of all rows; a duration or status that cannot be read is a problem, since a guess would move every date. */
export function tasksOf(
  rows: readonly TaskRow[],
  { numbers, remarks }: TableContext,
): { readonly tasks: readonly DraftTask[]; readonly problems: readonly Remark[] } {
  const known = new Set(rows.map(({ id }) => id).filter((id) => id !== ''));
  const problems: Remark[] = [];
  const leftOut = new Map<string, Remark>();
  const tasks = rows.map((row): DraftTask => {
    const text = (role: ColumnRole) => row.cell(role)?.text || undefined;
    const waits = row.cell('dependencies');
    const status = row.cell('status');
    const read = status === undefined ? undefined : readStatus(status.text);
    if (status !== undefined && read?.kind === 'left-out') {
      leftOut.set(row.id, { at: row.at, message: `\`${row.id}\` is left out: its status is \`${status.text}\`` });
    }
    if (status !== undefined && read?.kind === 'unknown') {
      remarks.often(status.at, (times) => `the status \`${status.text.slice(0, 40)}\` is read as pending (${times})`);
    }
    return {
      id: row.id,
      at: row.at,
      dependencies: waits === undefined ? [] : dependenciesOf(waits, known),
      title: row.cell('title')?.text || row.title,
      description: row.cell('description')?.lines.join('\n'),
      wave: row.wave === undefined ? undefined : numbers.get(row.wave),
      category: text('category'),
      minutes: minutesOf(row, { remarks, problems }),
      acceptance: row.cell('acceptance')?.lines.filter((line) => line.trim() !== ''),
      outputs: pathsOf(row.cell('outputs')),
      touches: pathsOf(row.cell('touches')),
      agent: text('agent'),
      model: text('model'),
      status: read?.kind === 'status' && read.status !== 'pending' ? read.status : undefined,
    };
  });
  return { tasks: withoutLeftOut(tasks, { leftOut, remarks }), problems };
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
  return { text: lines.join(' '), lines, at: { file, offset }, line, unit: column.unit };
}

function dependenciesOf(cell: TaskCell, known: ReadonlySet<string>): DraftTask['dependencies'] {
  return dependencyIds(cell.lines.join('\n'), known).map((written) => {
    const id = known.has(written) ? written : idOfTitle(written);
    return { id: known.has(id) ? id : written, at: cell.at };
  });
}

function minutesOf(row: TaskRow, { remarks, problems }: { remarks: Remarks; problems: Remark[] }): number | undefined {
  const cell = row.cell('estimate');
  if (cell === undefined) return undefined;
  const duration = readDuration(cell.text, cell.unit);
  switch (duration.kind) {
    case 'minutes': {
      const { assumed } = duration;
      if (assumed !== undefined) remarks.often(cell.at, (times) => `${assumed} (${times})`);
      return duration.minutes;
    }
    case 'none':
      remarks.often(cell.at, (times) => `no duration is given; it counts as one hour (${times})`);
      return undefined;
    case 'unclear':
      problems.push({ at: cell.at, message: duration.message });
      return undefined;
  }
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
