import { fieldOf, idOf } from './fields.ts';
import { readWaveHeading } from './wave-heading.ts';

/** Waves made of what tasks name as their `phase`; none where some task names none. */
export interface PhaseNumbers {
  readonly numbers: ReadonlyMap<string, number>;
  readonly waves: readonly { readonly number: number; readonly title: string }[];
}

const MAX_PHASES = 100;
const MAX_TITLE = 80;

/** A phase is a wave where every task has one, as a number or in a few words. */
export function phaseNumbers(tasks: readonly unknown[]): PhaseNumbers {
  const named = tasks.map((task) => phaseOf(task));
  const distinct = [...new Set(named)];
  const none = { numbers: new Map<string, number>(), waves: [] };
  if (distinct.length === 0 || distinct.length > MAX_PHASES) return none;
  const labels = distinct.flatMap((phase) => (phase !== undefined && phase.length <= MAX_TITLE ? [phase] : []));
  if (labels.length !== distinct.length) return none;
  const read = labels.map((label) => ({
    label,
    number: Number(/^\d{1,3}$/.exec(label)?.[0] ?? readWaveHeading(label)?.label),
  }));
  const counted = read.every(({ number }) => Number.isInteger(number) && number >= 1);
  const numbers = new Map(read.map(({ label, number }, index) => [label, counted ? number : index + 1]));
  const waves = [...numbers].flatMap(([label, number]) => {
    const title = readWaveHeading(label)?.title ?? (/^\d+$/.test(label) ? '' : label);
    return title === '' ? [] : [{ number, title }];
  });
  return { numbers, waves };
}

export function phaseOf(task: unknown): string | undefined {
  return idOf(fieldOf(task, 'phase'));
}
