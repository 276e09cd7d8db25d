/** Where a minute, hour, day, month or day of the week may lie. */
const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

const MINUTE_MS = 60_000;

/** @returns The first minute after one moment, up to another, in which it is due; undefined where it is in none. */
export function nextDue(
  cron: string,
  { after, until }: { readonly after: number; readonly until: number },
): number | undefined {
  for (let at = Math.floor(after / MINUTE_MS + 1) * MINUTE_MS; at <= until; at += MINUTE_MS)
    if (isCronDue(cron, at)) return at;
  return undefined;
}

/**
 * Whether a schedule is due in a minute of UTC. POSIX cron with `*`, lists, ranges and steps, as GitHub takes it
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule).
 */
function isCronDue(cron: string, at: number): boolean {
  const date = new Date(at);
  const moment = [
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth() + 1,
    date.getUTCDay(),
  ];
  const fields = cron.trim().split(/\s+/);
  const matches = RANGES.map(([from, to], place) =>
    isInField(fields[place] ?? '*', { value: moment[place] ?? 0, from, to }),
  );
  const [minute, hour, day, month, weekday] = matches;
  // Where days and days of the week are both named, either will do.
  const isDay = fields[2] !== '*' && fields[4] !== '*' ? day || weekday : day && weekday;
  return Boolean(minute && hour && month && isDay);
}

interface Place {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

function isInField(field: string, { value, from, to }: Place): boolean {
  return field.split(',').some((part) => {
    const [range = '*', step] = part.split('/');
    const [first, last] = range === '*' ? [from, to] : range.split('-').map(Number);
    const low = first ?? from;
    const high = last ?? (step === undefined ? low : to);
    return value >= low && value <= high && (value - low) % Number(step ?? 1) === 0;
  });
}
