import { defineConfig } from 'vitest/config';

/**
 * What takes longest and would find little more: laws that are drawn, courses that they found, a search that is held
 * against every order of its jobs, and pages that a browser draws.
 */
const SLOW = ['decide/{*laws,found-courses,again}', 'decide/schedule/search', '**/{seen,large-page}'];

/** What `npm run mutants` holds changed copies of `src/decide` and `src/state` against. */
export default defineConfig({
  test: {
    include: ['test/{decide,state}/**/*.test.ts'],
    exclude: ['test/**/*.{long,nightly}.test.ts', ...SLOW.map((name) => `test/${name}.test.ts`)],
    isolate: false,
    testTimeout: 120_000,
  },
});
