const unitMinutes: ReadonlyMap<string, number> = new Map(
  Object.entries({ m: 1, min: 1, mins: 1, minute: 1, minutes: 1, h: 60, hr: 60, hrs: 60, hour: 60, hours: 60 }),
);

/** Longer than this is a slip of the pen, not a task: 1000 hours. */
export const MAX_ESTIMATE_MINUTES = 60_000;

/**
 * Minutes of an estimate: a number of minutes, or hours and minutes such as `30min`, `1.5h`, `2hr`, `1h30m`.
 * Undefined when it is none of these, not above zero, or above MAX_ESTIMATE_MINUTES.
 */
export function parseEstimate(estimate: string | number): number | undefined {
  const minutes = typeof estimate === 'number' ? estimate : minutesOfText(estimate);
  return minutes > 0 && minutes <= MAX_ESTIMATE_MINUTES ? minutes : undefined;
}

/** Why parseEstimate refused, and what to do. `noun` names what it was: an estimate, a duration. */
export function estimateProblem(estimate: string | number, noun = 'estimate'): string {
  const shown = typeof estimate === 'number' ? estimate : JSON.stringify(estimate.slice(0, 40));
  const minutes = typeof estimate === 'number' ? estimate : minutesOfText(estimate);
  if (minutes > MAX_ESTIMATE_MINUTES)
    return `the ${noun} ${shown} is more than 1000 hours; divide the work into smaller parts`;
  if (minutes <= 0) return `the ${noun} ${shown} is no time at all; write more than 0 minutes`;
  const article = /^[aeiou]/.test(noun) ? 'an' : 'a';
  return `${shown} is not ${article} ${noun}; write minutes as a number, or text such as "30min", "1.5h" or "2hr"`;
}

/** An amount of minutes for people: `30min`, `1h`, `1.5h`, and `1h 20min` where a decimal would be long. */
export function formatMinutes(minutes: number): string {
  const rounded = Math.round(minutes);
  if (rounded < 60) return `${rounded}min`;
  if (rounded % 6 === 0) return `${rounded / 60}h`;
  return `${Math.floor(rounded / 60)}h ${rounded % 60}min`;
}

function minutesOfText(text: string): number {
  const match = /^\s*(\d{1,9}(?:\.\d{1,9})?)\s*([a-z]{1,7})(?:\s*(\d{1,9})\s*(m|mins?|minutes?))?\s*$/i.exec(text);
  const unit = unitMinutes.get(match?.[2]?.toLowerCase() ?? '');
  if (match === null || unit === undefined) return Number.NaN;
  if (match[3] === undefined) return Number(match[1]) * unit;
  return unit === 60 ? Number(match[1]) * 60 + Number(match[3]) : Number.NaN;
}
