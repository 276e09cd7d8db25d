import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** zod carries its messages in forty languages; ours are English and our own. */
const WITHOUT_LOCALES: Plugin = {
  name: 'without-locales',
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** The program of the action. Split into chunks, so that a step loads only what it needs. */
export const ACTION: BuildOptions = {
  entryPoints: { task: 'src/task/main.ts' },
  splitting: true,
  chunkNames: 'task-[hash]',
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  // jsonc-parser's main is a UMD build whose requires no bundler can follow.
  mainFields: ['module', 'main'],
  outdir: 'dist',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [WITHOUT_LOCALES],
  // CommonJS packages inside of a module ask for `require`.
  banner: {
    js: "import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);",
  },
};
