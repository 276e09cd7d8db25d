import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
    // @actions/workflow-parser imports JSON without attributes, which plain Node refuses; inlined, vite resolves it.
    server: { deps: { inline: [/@actions\/(workflow-parser|expressions)/] } },
    testTimeout: 30_000,
    // Most tests wait for processes and servers, not for a core.
    maxWorkers: 3,
  },
});
