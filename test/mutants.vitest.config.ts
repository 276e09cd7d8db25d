import { defineConfig } from 'vitest/config';

/** What `npm run mutants` holds changed copies of `src/decide` and `src/state` against: everything pure that is quick. */
const FOLDERS = ['decide', 'state', 'text', 'progress'];

export default defineConfig({
  test: {
    include: FOLDERS.map((folder) => `test/${folder}/**/*.test.ts`),
    // Drawn laws find a change sooner or later, and take a second for each.
    exclude: ['test/**/*.long.test.ts', 'test/decide/*laws.test.ts'],
    isolate: false,
  },
});
