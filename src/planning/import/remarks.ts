import type { Problem } from '../../plan/plan.ts';
import { type Finding, located } from '../../plan/position.ts';
import type { Place, Remark } from './draft.ts';
import type { SourceFile } from './source.ts';

/** Collects what is to be said while a source is read. */
export interface Remarks {
  readonly all: () => readonly Remark[];
  readonly add: (at: Place, message: string) => void;
  /** For what may be so in every task: said once, at the first place, with the number of places. */
  readonly often: (at: Place, message: (times: string) => string) => void;
}

export function newRemarks(): Remarks {
  const single: Remark[] = [];
  const repeated = new Map<string, { at: Place; times: number; message: (times: string) => string }>();
  return {
    all: () => [
      ...single,
      ...[...repeated.values()].map(({ at, times, message }) => ({ at, message: message(counted(times)) })),
    ],
    add: (at, message) => {
      single.push({ at, message });
    },
    often: (at, message) => {
      const key = message('');
      const known = repeated.get(key);
      repeated.set(key, known ? { ...known, times: known.times + 1 } : { at, times: 1, message });
    },
  };
}

/** Remarks with lines and columns, file by file in the order of the files. */
export function placed(files: readonly SourceFile[], remarks: readonly Remark[]): readonly Problem[] {
  const byFile = new Map<string, Finding[]>();
  for (const { at, message } of remarks) {
    const findings = byFile.get(at.file) ?? [];
    findings.push({ offset: at.offset, message });
    byFile.set(at.file, findings);
  }
  return files.flatMap((source) => located(source, byFile.get(source.file) ?? []));
}

function counted(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
