import { readFileSync } from 'node:fs';
import type { ToldChange } from './tell-change.ts';

/** A change that nobody noticed, and why nobody has to. */
interface Excuse {
  /** As the survivors are printed: `what stands there => what would`. */
  readonly change: string;
  /** The line on which it begins, where the file has the same change in several places. */
  readonly line?: string;
  readonly why: string;
}

/** By file: kept in `excused.json`. */
export type Excuses = Readonly<Record<string, readonly Excuse[]>>;

export function readExcuses(): Excuses {
  return JSON.parse(readFileSync(new URL('excused.json', import.meta.url), 'utf8')) as Excuses;
}

interface Excused {
  readonly excused: ReadonlySet<ToldChange>;
  /** Excuses that say nothing of any change that is left, or not of which. */
  readonly problems: readonly string[];
}

/** @param left - what nobody noticed in `files`, the files of which all changes were tried. */
export function excuse(left: readonly ToldChange[], files: ReadonlySet<string>, excuses: Excuses): Excused {
  const excused = new Set<ToldChange>();
  const problems: string[] = [];
  for (const [file, entries] of Object.entries(excuses)) {
    if (!files.has(file)) continue;
    for (const { change, line } of entries) {
      const meant = left.filter(
        (each) => each.file === file && each.change === change && (line === undefined || each.line === line),
      );
      const lines = new Set(meant.map((each) => each.line));
      if (meant.length === 0) problems.push(`${file}: ${change}: no such change is left; take it off excused.json`);
      else if (lines.size > 1) problems.push(`${file}: ${change}: is left on several lines; name the line, too`);
      else for (const each of meant) excused.add(each);
    }
  }
  return { excused, problems };
}
