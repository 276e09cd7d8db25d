import type { Table } from 'mdast';
import type { DocumentClaim } from '../../plan/document-claims.ts';
import { chainOf, claimsOfCode, idsIn } from './code-claims.ts';
import { agentTypeColumns } from './columns.ts';
import { fitLine } from './fit-fields.ts';
import { lineOf, linesOf, type MarkdownBlock, startOf } from './markdown-tree.ts';
import { headingsOf, type TaskRow, type TaskTable } from './task-tables.ts';
import { distinctTotals, figuresOf, subjectIn, type Total, totalsOfLine } from './totals.ts';
import { readWaveHeading, waveLabelOf } from './wave-heading.ts';

const MAX_CLAIMS = 19_000;

interface DocumentParts {
  readonly blocks: readonly MarkdownBlock[];
  readonly tables: readonly TaskTable[];
  readonly rows: readonly TaskRow[];
  readonly numbers: ReadonlyMap<string, number>;
}

/** What a document says about its own plan, in the order of its lines, each figure of the whole once. */
export function claimsOf(reading: DocumentParts): readonly DocumentClaim[] {
  const known = new Set(reading.rows.map(({ id }) => id));
  const ours = new Set(reading.tables.map(({ node }) => node));
  const claims = reading.blocks.flatMap((block): readonly DocumentClaim[] => {
    switch (block.node.type) {
      case 'heading':
        return windowsOf(block, reading.numbers);
      case 'paragraph':
        return claimsOfParagraph(block, { known, numbers: reading.numbers });
      case 'table':
        return ours.has(block.node) ? [] : claimsOfFigures(block.node);
      case 'code':
        return isProgram(block.node.lang) ? [] : claimsOfCode(codeLines(block), { about: aboutOf(block), known });
      default:
        return [];
    }
  });
  const slots = reading.rows.flatMap(slotsOf);
  const totals = new Set<DocumentClaim>(distinctTotals(claims.filter((claim) => claim.kind === 'total')));
  const distinct = claims.filter((claim) => claim.kind !== 'total' || totals.has(claim));
  return [...distinct, ...slots].sort((a, b) => a.line - b.line).slice(0, MAX_CLAIMS);
}

/** `### Wave 3: Security & Auth (Hour 5-9)`. */
function windowsOf({ node }: MarkdownBlock, numbers: ReadonlyMap<string, number>): readonly DocumentClaim[] {
  const words = lineOf(node);
  const heading = readWaveHeading(words);
  const wave = heading && numbers.get(heading.label);
  const text = fitLine(words, 500);
  if (heading?.window === undefined || wave === undefined || text === undefined) return [];
  return [{ kind: 'window', wave, ...heading.window, line: startOf(node).line, text }];
}

function claimsOfParagraph(
  block: MarkdownBlock,
  { known, numbers }: { readonly known: ReadonlySet<string>; readonly numbers: ReadonlyMap<string, number> },
): readonly DocumentClaim[] {
  return linesOf(block.node).flatMap((line): readonly DocumentClaim[] => {
    const ids = idsIn(line.text, known);
    const agents = concurrencyOf(line.text);
    const text = fitLine(line.text.trim(), 500);
    const wave = numbers.get(waveLabelOf(block) ?? '');
    const most: readonly DocumentClaim[] =
      agents === undefined || text === undefined
        ? []
        : [{ kind: 'concurrency', ...(wave === undefined ? {} : { wave }), agents, line: line.line, text }];
    const chain = ids.length > 1 && subjectIn(line.text) === 'critical-path' ? chainOf([line], known) : undefined;
    const totals = totalsOfLine(line);
    return [...most, ...(chain === undefined ? [] : [chain]), ...totals];
  });
}

/** A table of figures, such as `| Elapsed Time | ~35 hours | ~8-12 hours |`: the column about agents counts. */
function claimsOfFigures(table: Table): readonly DocumentClaim[] {
  const headings = headingsOf(table);
  if (agentTypeColumns(headings) !== undefined) return [];
  const [, ...values] = headings;
  const ours = values.findIndex((heading) => /agent|parallel/i.test(heading));
  const column = values.length === 1 ? 1 : ours + 1;
  if (column === 0) return [];
  return table.children.slice(1).flatMap((row): readonly DocumentClaim[] => {
    const cells = row.children.map((cell) => lineOf(cell).trim());
    const value = cells[column] ?? '';
    const text = fitLine(`${cells[0]}: ${value}`, 500);
    if (text === undefined) return [];
    const { line } = startOf(row);
    const agents = concurrencyOf(value);
    if (agents !== undefined) return [{ kind: 'concurrency', agents, line, text }];
    const of = subjectIn(cells[0] ?? '');
    const [figure] = figuresOf(value);
    if (of === undefined || figure === undefined) return [];
    return [{ kind: 'total', of, least: figure.least, most: figure.most, line, text } satisfies Total];
  });
}

/** `Max Concurrent Agents: 3`, `Up to 8 concurrent`. */
function concurrencyOf(text: string): number | undefined {
  const named = /\bmax(?:imum)?\.?\s+(?:concurren(?:t|cy)|parallel(?:ism)?)[\p{L}\s]{0,30}[:=]?\s*(\d{1,5})\b/iu.exec(
    text,
  );
  const upTo = /\bup to (\d{1,5}) (?:concurrent|parallel|in parallel|at once|at a time|agents)\b/i.exec(text);
  const agents = Number((named ?? upTo)?.[1]);
  return agents >= 1 ? agents : undefined;
}

function slotsOf(row: TaskRow): readonly DocumentClaim[] {
  const cell = row.cell('slot');
  const slot = Number(/^\s*(\d{1,4})\s*$/.exec(cell?.text ?? '')?.[1]);
  const text = fitLine(`${row.id}: ${cell?.text ?? ''}`, 500);
  if (cell === undefined || !(slot >= 1) || text === undefined || row.id.length > 200) return [];
  return [{ kind: 'slot', task: row.id, slot, line: cell.line, text }];
}

function codeLines({ node }: MarkdownBlock): readonly { text: string; line: number }[] {
  if (node.type !== 'code') return [];
  // The first line of the code is the one after the fence; indented code has no fence.
  const fenced = (node.position?.end.line ?? 0) - startOf(node).line >= node.value.split('\n').length;
  const first = startOf(node).line + (fenced ? 1 : 0);
  return node.value.split('\n').map((text, index) => ({ text, line: first + index }));
}

function aboutOf({ headings }: MarkdownBlock): string {
  const heading = headings.at(-1);
  return heading === undefined ? '' : lineOf(heading);
}

/** A block in a programming language holds no claims. */
function isProgram(language: string | null | undefined): boolean {
  return language != null && !/^(?:text|txt|plain|plaintext|ascii|diagram)$/i.test(language);
}
