import type { FileProblem } from '../../plan/plan.ts';
import { locateFindings, type TextFinding } from '../../plan/position.ts';
import type { Remark, SourcePosition } from './draft.ts';
import type { SourceFile } from './source.ts';

/** Collects what is to be said while a source is read. */
export interface Remarks {
  readonly all: () => readonly Remark[];
  readonly add: (at: SourcePosition, message: string) => void;
  /** For what may be so in every task: said once, at the first place, with the number of places. */
  readonly often: (at: SourcePosition, message: (times: string) => string) => void;
}

export function newRemarks(): Remarks {
  const single: Remark[] = [];
  const repeated = new Map<string, { at: SourcePosition; times: number; message: (times: string) => string }>();
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
export function placed(files: readonly SourceFile[], remarks: readonly Remark[]): readonly FileProblem[] {
  const byFile = new Map<string, TextFinding[]>();
  for (const { at, message } of remarks) {
    const findings = byFile.get(at.file) ?? [];
    findings.push({ offset: at.offset, message });
    byFile.set(at.file, findings);
  }
  return files.flatMap((source) => locateFindings(source, byFile.get(source.file) ?? []));
}

function counted(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
