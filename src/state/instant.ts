/** ISO 8601 in UTC with seconds, as GitHub writes it: `2026-01-02T03:04:05Z`. */
export type Instant = string;

/** @param at Epoch milliseconds. */
export function instant(at: number): Instant {
  return `${new Date(at).toISOString().slice(0, -'.000Z'.length)}Z`;
}

/** Epoch milliseconds; NaN where it is no moment. */
export function millis(at: Instant): number {
  // A pass over a large plan reads tens of thousands, nearly all in the form above: `Date.parse`, which knows every form, takes three times as long.
  return PLAIN.test(at) ? millisOfPlain(at) : Date.parse(at);
}

const PLAIN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

function millisOfPlain(at: Instant): number {
  const days = daysTo({
    year: 100 * twoDigits(at, 0) + twoDigits(at, 2),
    month: twoDigits(at, 5),
    day: twoDigits(at, 8),
  });
  const minutes = (24 * days + twoDigits(at, 11)) * 60 + twoDigits(at, 14);
  return (60 * minutes + twoDigits(at, 17)) * 1_000;
}

function twoDigits(at: Instant, place: number): number {
  return 10 * (at.charCodeAt(place) - ZERO) + at.charCodeAt(place + 1) - ZERO;
}

const ZERO = '0'.charCodeAt(0);

/**
 * Days from 1970-01-01, by the algorithm `days_from_civil` of Howard Hinnant: years begin in March, so that the leap day is
 * the last of a year, and months of 30 and 31 days follow each other as 153 days in five months.
 */
function daysTo({ year, month, day }: { readonly year: number; readonly month: number; readonly day: number }): number {
  const years = month < 3 ? year - 1 : year;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  const daysBefore = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  return 365 * years + leapDays + daysBefore + day - DAYS_TO_1970;
}

/** From 1 March of the year 0. */
const DAYS_TO_1970 = 719_469;
