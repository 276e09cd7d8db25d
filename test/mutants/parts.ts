/** Files that are changed together, and the tests that reach them. A night tries each in less than an hour. */
interface Part {
  /** A regular expression over paths. */
  readonly files: string;
  /** The tests that have to notice. */
  readonly tests: readonly string[];
}

const DECISIONS = ['test/decide/**/*.test.ts', 'test/state/*.test.ts'];
const TEXTS = ['test/progress/*.test.ts', 'test/text/*.test.ts'];

/** By the name that `--part` takes. */
export const PARTS: Readonly<Record<string, Part>> = {
  notify: { files: '^src/decide/notify/', tests: [...DECISIONS, 'test/hosts/notify/transitions.test.ts'] },
  decide: { files: '^src/decide/[^/]+$', tests: [...DECISIONS, ...TEXTS] },
  effects: { files: '^src/decide/effects/', tests: [...DECISIONS, ...TEXTS] },
  fold: { files: '^src/decide/fold/', tests: DECISIONS },
  schedule: { files: '^src/decide/schedule/[^/]+$', tests: DECISIONS },
  search: {
    files: '^src/decide/schedule/search/',
    tests: ['test/decide/schedule/*.test.ts', 'test/decide/budget.test.ts'],
  },
  preflight: { files: '^src/state/preflight/', tests: [...DECISIONS, 'test/github/preflight.test.ts'] },
  state: { files: '^src/state/[^/]+$', tests: [...DECISIONS, ...TEXTS] },
};

/** Played at night, drawn by a browser, or about how long something takes. */
export const LEFT_OUT = ['test/**/*.{long,nightly}.test.ts', 'test/**/*seen*.test.ts', 'test/**/large*.test.ts'];
