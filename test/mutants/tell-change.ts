import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from './instrument.ts';

/** A change as people name it: the same for as long as the line on which it begins stays. */
export interface ToldChange {
  readonly file: string;
  /** Begins at 1. */
  readonly lineNumber: number;
  /** The whole line on which it begins. */
  readonly line: string;
  /** `what stands there => what would`. */
  readonly change: string;
}

/** Reads each file once. */
export function teller(root: string): (change: Change) => ToldChange {
  const texts = new Map<string, readonly string[]>();
  return (change) => {
    const { file, at, by } = change;
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8').split('\n');
    texts.set(file, text);
    const lineNumber = at.start.line + 1;
    const line = onOneLine(text[at.start.line] ?? '');
    return { file, lineNumber, line, change: `${onOneLine(replaced(change, text))} => ${onOneLine(by)}` };
  };
}

/** What a change replaces. */
function replaced({ at: { start, end } }: Change, text: readonly string[]): string {
  const lines = text.slice(start.line, end.line + 1);
  return lines.join('\n').slice(start.column, lines.join('\n').length - ((lines.at(-1)?.length ?? 0) - end.column));
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
