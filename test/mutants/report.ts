import type { Change } from './instrument.ts';
import type { ToldChange } from './tell-change.ts';
import type { Tried } from './tried.ts';

/** A change, how people name it, and what became of it. */
export interface Judged {
  readonly change: Change;
  readonly told: ToldChange;
  readonly status: Tried['status'] | undefined;
  /** There were more tests than time. */
  readonly isCutShort: boolean;
}

const NOTICED: ReadonlySet<Tried['status'] | undefined> = new Set(['killed', 'hung', 'refused']);

export function isLeft({ status }: Judged): boolean {
  return !NOTICED.has(status);
}

/** A line for each file with what is left below it, where somebody asks; then a table of folders. */
export function report(judged: readonly Judged[], excused: ReadonlySet<ToldChange>, survivors: boolean): string {
  const isExcused = ({ told }: Judged) => excused.has(told);
  const lines = grouped(judged, ({ change }) => change.file).flatMap(([file, own]) => {
    const left = own.filter((each) => isLeft(each) && !isExcused(each));
    const told = left.map(({ told: { lineNumber, change }, status, isCutShort }) => {
      return `  ${lineNumber}: ${change} (${status}${isCutShort ? ', cut short' : ''})`;
    });
    return [`${file}: ${own.length - left.length} of ${own.length}`, ...(survivors ? told : [])];
  });
  const rows = grouped(judged, ({ change }) => change.file.slice(0, change.file.lastIndexOf('/')));
  const table = [...rows, ['all', judged] as const].map(([folder, own]) => row(folder, own, isExcused));
  const head = ['| Folder | Changes | Noticed | by the compiler | Excused | Left | Noticed of what is not excused |'];
  return [...lines, '', ...head, '| --- | --- | --- | --- | --- | --- | --- |', ...table].join('\n');
}

function row(folder: string, own: readonly Judged[], isExcused: (each: Judged) => boolean): string {
  const unnoticed = own.filter(isLeft);
  const excused = unnoticed.filter(isExcused).length;
  const noticed = own.length - unnoticed.length;
  const refused = own.filter(({ status }) => status === 'refused').length;
  const share = ((100 * noticed) / Math.max(1, own.length - excused)).toFixed(1);
  return `| ${[folder, own.length, noticed, refused, excused, unnoticed.length - excused, `${share} %`].join(' | ')} |`;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, readonly T[]])[] {
  return [...Map.groupBy(items, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));
}
