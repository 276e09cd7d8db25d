import { defineConfig } from 'vitest/config';

/** Folders of pure functions: their tests leave nothing behind, so they share processes. */
const PURE = [
  'plan',
  'state',
  'text',
  'decide',
  'pictures',
  'progress',
  'planning',
  'hostile',
  'task/land/train/laws',
].map((folder) => `test/${folder}/**/*.test.ts`);

/** These put up their world and take it down again, and change nothing of their process. */
const TIDY = ['packages/*/test/**/*.test.ts', 'test/github/*.test.ts', 'test/github/{read,write,trust}/**/*.test.ts'];

/** Whole rehearsals that `npm test` leaves to `npm run test:long`; each has a shorter relative there. */
const LONG = ['test/**/*.long.test.ts'];
/** And what `.ci/run` leaves to the night. */
const NIGHTLY = ['test/**/*.nightly.test.ts'];
const LEFT_OUT = [...LONG, ...NIGHTLY];

/** Ends what hangs and nothing that is merely slow, in milliseconds: no test depends on the machine being quick. */
const LAST_RESORT = 30 * 60_000;

export default defineConfig({
  test: {
    // Most tests wait for processes and servers, not for a core.
    maxWorkers: 4,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, exclude: LEFT_OUT, isolate: false } },
      { extends: true, test: { name: 'tidy', include: TIDY, exclude: LEFT_OUT, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...PURE, ...TIDY, ...LEFT_OUT],
          globalSetup: 'test/support/prepare-programs.ts',
        },
      },
      {
        extends: true,
        test: { name: 'long', include: LONG, globalSetup: 'test/support/prepare-programs.ts' },
      },
      {
        extends: true,
        test: { name: 'nightly', include: NIGHTLY, globalSetup: 'test/support/prepare-programs.ts' },
      },
    ],
    // @actions/workflow-parser imports JSON without attributes, which plain Node refuses; inlined, vite resolves it.
    server: { deps: { inline: [/@actions\/(workflow-parser|expressions)/] } },
    setupFiles: 'test/support/tell-open-waits.ts',
    testTimeout: LAST_RESORT,
    hookTimeout: LAST_RESORT,
  },
});
