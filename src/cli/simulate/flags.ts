import { InvalidArgumentError } from 'commander';

/** What runs differ by where nobody says. */
export const DEFAULT_DISTRIBUTION = { failureRate: 0, spread: 0.3, seed: 1 } as const;

/** As many as `max_parallel` may be. */
const MAX_AGENTS = 256;

/** More schedules than anybody compares. */
const MAX_SCHEDULES = 20;

/** `8` or `8,6,4`: each once, in the order given. */
export function agentCounts(text: string): readonly number[] {
  const counts = text.split(',').map((part) => whole(part, { least: 1, most: MAX_AGENTS, what: 'agents' }));
  const different = [...new Set(counts)];
  if (different.length > MAX_SCHEDULES) {
    throw new InvalidArgumentError(`At most ${MAX_SCHEDULES} numbers of agents are compared at once.`);
  }
  return different;
}

export function runCount(text: string): number {
  return whole(text, { least: 1, most: 100_000, what: 'runs' });
}

export function seed(text: string): number {
  return whole(text, { least: 0, most: 2 ** 32 - 1, what: 'the seed' });
}

/** Not 1: a plan of which every attempt fails never ends. */
export function failureRate(text: string): number {
  return decimal(text, { most: 0.95, what: 'the failure rate', as: '0.1 for one attempt in ten' });
}

export function spread(text: string): number {
  return decimal(text, { most: 10, what: 'the spread', as: '0.3' });
}

interface Whole {
  readonly least: number;
  readonly most: number;
  readonly what: string;
}

function whole(text: string, { least, most, what }: Whole): number {
  const value = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Give ${what} as a whole number from ${least} to ${most}.`);
}

function decimal(
  text: string,
  { most, what, as }: { readonly most: number; readonly what: string; readonly as: string },
) {
  const value = /^(?:\d{1,6}(?:\.\d{1,9})?|\.\d{1,9})$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new InvalidArgumentError(`Give ${what} as a number from 0 to ${most}, such as ${as}.`);
}
