import type { Config } from './config.ts';
import type { FileProblem } from './plan.ts';

interface Limit {
  readonly key: keyof Config;
  readonly holds: (config: Config) => boolean;
  /** What is so in this version; what to do. */
  readonly message: string;
}

const LIMITS: readonly Limit[] = [
  {
    key: 'budget',
    holds: ({ budget }) => Object.values(budget).every((amounts) => amounts === undefined),
    message: 'this version does not watch spending, so it will not promise to; leave `budget` out',
  },
];

/**
 * Settings that are well formed and that this version cannot act on. They are refused before anything is touched,
 * rather than ignored, or refused by a run after its agent has been paid.
 */
export function unsupportedSettings(
  config: Config,
  { file, text }: { readonly file: string; readonly text: string },
): readonly FileProblem[] {
  const lines = text.split('\n');
  return LIMITS.filter(({ holds }) => !holds(config)).map(({ key, message }) => {
    const line = lines.findIndex((candidate) => candidate.startsWith(`${key}:`)) + 1;
    return { file, line: Math.max(line, 1), column: 1, message };
  });
}
