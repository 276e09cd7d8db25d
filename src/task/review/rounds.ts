import type { Cause } from '../../state/cause.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { Objection } from '../../state/result.ts';

/** How a run says that its time was over before the agent could answer, so that the next run lets it. */
export function objectionsReturned(
  round: number,
  objections: readonly Objection[],
): Extract<Cause, { readonly kind: 'objections-returned' }> {
  return { kind: 'objections-returned', round, objections: headline(objections).slice(0, 360) };
}

/** @returns How often objections went back to the agent in earlier runs of the newest attempt. */
export function roundsUsed({ history, attempt }: Pick<TaskRecord, 'history' | 'attempt'>): number {
  const rounds = history.flatMap((past) =>
    past.attempt === attempt && past.cause?.kind === 'objections-returned' ? [past.cause.round] : [],
  );
  return Math.max(0, ...rounds);
}

/** @returns "src/a.ts:4: never closed; and 2 more". */
export function headline(objections: readonly Objection[]): string {
  const [first] = objections;
  if (!first) return 'nothing';
  const more = objections.length > 1 ? `; and ${objections.length - 1} more` : '';
  return `${place(first)}${first.what.slice(0, 200).replace(/[.\s]+$/, '')}${more}`;
}

/** As a list, within so many characters. */
export function listed(objections: readonly Objection[], characters: number): string {
  const lines = objections.map((objection) => `- ${place(objection)}${objection.what}`);
  const text = lines.join('\n');
  return text.length <= characters ? text : `${text.slice(0, characters - 2).toWellFormed()}…`;
}

function place({ file, line }: Objection): string {
  if (file === undefined) return '';
  return line === undefined ? `${file}: ` : `${file}:${line}: `;
}
