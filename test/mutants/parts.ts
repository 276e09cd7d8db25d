/** Files that are changed together, and the tests that reach them. A night tries each in less than an hour. */
interface Part {
  /** A regular expression over paths. */
  readonly files: string;
  /** The tests that have to notice. */
  readonly tests: readonly string[];
}

const RULES = ['test/decide/**/*.test.ts', 'test/state/**/*.test.ts'];
const TEXTS = ['test/progress/*.test.ts', 'test/text/*.test.ts'];
/** On the embedded GitHub: they come last, since each of them takes half a second. */
const SCENES = ['test/github/trust/*.test.ts'];

/** By the name that `--part` takes, or the beginning of which. */
export const PARTS: Readonly<Record<string, Part>> = {
  notify: { files: '^src/decide/notify/', tests: [...RULES, 'test/hosts/notify/transitions.test.ts'] },
  decide: { files: '^src/decide/[^/]+$', tests: [...RULES, ...TEXTS, ...SCENES] },
  effects: { files: '^src/decide/effects/', tests: [...RULES, ...TEXTS, ...SCENES] },
  'fold-a-f': { files: '^src/decide/fold/[a-f]', tests: [...RULES, ...SCENES] },
  'fold-g-z': { files: '^src/decide/fold/[g-z]', tests: [...RULES, ...SCENES] },
  schedule: { files: '^src/decide/schedule/[^/]+$', tests: RULES },
  search: {
    files: '^src/decide/schedule/search/',
    tests: ['test/decide/schedule/*.test.ts', 'test/decide/budget.test.ts'],
  },
  preflight: { files: '^src/state/preflight/', tests: [...RULES, 'test/github/{preflight,probe}.test.ts'] },
  'state-a-l': { files: '^src/state/[a-l][^/]*$', tests: [...RULES, ...TEXTS] },
  'state-m-r': { files: '^src/state/[m-r][^/]*$', tests: [...RULES, ...TEXTS] },
  'state-s-z': { files: '^src/state/[s-z][^/]*$', tests: [...RULES, ...TEXTS] },
};

/** Played at night, drawn by a browser, or about how long something takes. */
export const LEFT_OUT = ['test/**/*.{long,nightly}.test.ts', 'test/**/*seen*.test.ts', 'test/**/large*.test.ts'];
