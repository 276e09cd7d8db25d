import { spellOutInvisible } from '../../plan/invisible.ts';
import { formatProblem } from '../../plan/load.ts';
import type { Provenance } from '../../planning/import/draft.ts';
import type { Imported } from '../../planning/import/import-plan.ts';
import { counted } from '../../text/words.ts';
import { wrap } from '../terminal/wrap.ts';

export interface FinishedImport {
  readonly imported: Imported & { ok: true };
  /** The file, or `-` for standard output. */
  readonly out: string;
  readonly written: boolean;
  /** A file was there. */
  readonly overwrites: boolean;
}

/** What was taken, what was not, and what to do next. */
export function importSummary({ imported, out, written, overwrites }: FinishedImport): string {
  const { format, reason, plan, provenance, notes } = imported;
  const target = out === '-' ? 'standard output' : out;
  const lines = [
    `${format.title}: ${figures(imported)} → ${target}`,
    `Recognised as a ${format.title} by ${reason}.`,
    ...(overwrites && written ? [`The file that was at ${out} was overwritten.`] : []),
    ...(overwrites && !written ? [`A file is at ${out}; --force would overwrite it.`] : []),
    ...(written ? [] : ['Nothing is written: this is a dry run.']),
    '',
    'Imported',
    ...takenFields(provenance, plan.tasks.length),
    ...(notes.length === 0 ? [] : ['', 'To look at']),
    ...notes.map((note) => `  ${formatProblem(note)}`),
    ...(out === '-' || !written ? [] : ['', 'Next', ...next(out)]),
  ];
  return lines.map(spellOutInvisible).join('\n');
}

/** The same for programs; `plan` is not in it, since it stands in the file. */
export function importJson({ imported, out, written }: FinishedImport): object {
  const { format, reason, plan, provenance, notes, unmapped } = imported;
  return {
    format: format.name,
    reason,
    name: plan.name,
    out,
    written,
    tasks: plan.tasks.length,
    waves: plan.waves.length,
    dependencies: dependenciesOf(imported),
    claims: plan.claims?.list.length ?? 0,
    taken: provenance,
    unmapped,
    notes,
  };
}

function figures(imported: Imported & { ok: true }): string {
  const { plan } = imported;
  const claims = plan.claims?.list.length ?? 0;
  const parts = [
    `${counted(plan.tasks.length, 'task')} in ${counted(plan.waves.length, 'wave')}`,
    dependenciesOf(imported) === 1 ? '1 dependency' : `${dependenciesOf(imported)} dependencies`,
    ...(claims === 0 ? [] : [counted(claims, 'claim')]),
  ];
  return parts.join(', ');
}

function next(out: string): readonly string[] {
  const path = /^[\w./-]+$/.test(out) ? out : `'${out.replaceAll("'", `'\\''`)}'`;
  return [
    `  agent-waves check ${path}       what is wrong with the plan`,
    `  agent-waves simulate ${path}    when it will be done`,
  ];
}

function dependenciesOf({ plan }: Imported & { ok: true }): number {
  return plan.tasks.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
}

const COLUMNS = 80;

/** A table that fits a terminal: the field, how many tasks have it, and where it comes from. */
function takenFields(provenance: readonly Provenance[], all: number): readonly string[] {
  const rows = provenance.map(({ field, from, tasks }) => ({
    field,
    from,
    count: `${tasks} of ${counted(all, 'task')}`,
  }));
  const [field, count] = [widest(rows.map((row) => row.field)), widest(rows.map((row) => row.count))];
  return rows.flatMap((row) => {
    const lead = `  ${row.field.padEnd(field)}  ${row.count.padEnd(count)}  `;
    return wrap(row.from, COLUMNS - lead.length).map(
      (line, nth) => (nth === 0 ? lead : ' '.repeat(lead.length)) + line,
    );
  });
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}
