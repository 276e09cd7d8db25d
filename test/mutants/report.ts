import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from './instrument.ts';
import type { Tried } from './tried.ts';

interface Reported {
  readonly changes: readonly Change[];
  readonly tried: readonly Tried[];
  readonly root: string;
  readonly survivors: boolean;
}

/** A line for each file, with what nobody noticed below it, and the sum. */
export function report({ changes, tried, root, survivors }: Reported): string {
  const of = new Map(tried.map((each) => [each.id, each]));
  const lines: string[] = [];
  const sum = { noticed: 0, all: 0 };
  for (const file of new Set(changes.map((change) => change.file))) {
    const own = changes.filter((change) => change.file === file && of.get(change.id)?.status !== 'static');
    const unnoticed = own.filter(({ id }) => !['killed', 'hung'].includes(of.get(id)?.status ?? ''));
    const noticed = own.length - unnoticed.length;
    sum.noticed += noticed;
    sum.all += own.length;
    if (own.length > 0) lines.push(`${file}: ${noticed} of ${own.length}`);
    const text = readFileSync(join(root, file), 'utf8').split('\n');
    for (const change of survivors ? unnoticed : [])
      lines.push(`  ${tell(change, text)} (${of.get(change.id)?.status})`);
  }
  const share = ((100 * sum.noticed) / Math.max(1, sum.all)).toFixed(0);
  return [...lines, `${sum.noticed} of ${sum.all} changes were noticed: ${share} %`].join('\n');
}

/** `12: what stands there => what would`. */
function tell({ at: { start, end }, by }: Change, text: readonly string[]): string {
  const line = text[start.line] ?? '';
  const before = start.line === end.line ? line.slice(start.column, end.column) : `${line.slice(start.column)} …`;
  return `${start.line + 1}: ${before.slice(0, 70)} => ${by.replaceAll(/\s+/g, ' ').slice(0, 70)}`;
}
