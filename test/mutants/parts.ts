/** Paths of files that are tried together, as regular expressions: each is meant to take less than an hour at night. */
export const PARTS: Readonly<Record<string, string>> = {
  decide: '^src/decide/[^/]+$',
  effects: '^src/decide/effects/',
  'fold-a-f': '^src/decide/fold/[a-f]',
  'fold-g-z': '^src/decide/fold/[g-z]',
  notify: '^src/decide/notify/',
  preflight: '^src/state/preflight/',
  schedule: '^src/decide/schedule/[^/]+$',
  search: '^src/decide/schedule/search/',
  'state-a-l': '^src/state/[a-l][^/]*$',
  'state-m-r': '^src/state/[m-r][^/]*$',
  'state-s-z': '^src/state/[s-z][^/]*$',
};

/** What has to notice, in milliseconds each. */
export const TESTS = [
  'test/decide/*.test.ts',
  'test/decide/{effects,fold,notify}/*.test.ts',
  'test/decide/schedule/{assign,choose,forecast,foresee,jobs-left,kept-slot,reserve}.test.ts',
  'test/state/**/*.test.ts',
  'test/progress/*.test.ts',
  'test/text/*.test.ts',
];

/** The search for an order is held against thousands of plans, of which counting every step takes minutes. */
export const TESTS_OF_SEARCH = ['test/decide/schedule/**/*.test.ts'];

/** On the embedded GitHub, half a second each. */
export const SCENES = [
  'test/github/trust/*.test.ts',
  'test/github/{preflight,probe}.test.ts',
  'test/hosts/notify/transitions.test.ts',
];

/** Played at night, drawn by a browser, or about how long something takes. */
export const LEFT_OUT = ['test/**/*.{long,nightly}.test.ts', 'test/**/*seen*.test.ts', 'test/**/large*.test.ts'];
