import { formatMinutes } from '../../plan/estimate.ts';

/** `33.5 h`, `30 min`, `1 h 20 min`. */
export function durationText(minutes: number): string {
  return formatMinutes(minutes).replace(/(\d)(h|min)/g, '$1 $2');
}

/** A range, or one figure where both ends are the same: `8 to 12 h`. */
export function durationRangeText(least: number, most: number): string {
  if (least === most) return durationText(least);
  const [from, to] = [durationText(least), durationText(most)];
  return from.endsWith(' h') && to.endsWith(' h') ? `${from.slice(0, -2)} to ${to}` : `${from} to ${to}`;
}

/** `1 task`, `1,200 tasks`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${groupThousands(number)} ${number === 1 ? one : many}`;
}

export function groupThousands(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `A, B and C`; above `most` names the rest is counted. */
export function list(names: readonly string[], most = 12): string {
  const shown = names.length > most ? [...names.slice(0, most), `${groupThousands(names.length - most)} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `A → B → C`, in order of work; a long chain loses its middle. */
export function chain(names: readonly string[], most = 12): string {
  const left = names.length - most;
  const shown = left > 1 ? [...names.slice(0, most - 3), `(${groupThousands(left)} more)`, ...names.slice(-3)] : names;
  return shown.join(' → ');
}
