import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

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

/**
 * Of libraries, what is loaded with them and never called here: octokit's method for each endpoint, of which `request` needs
 * none, and the client by which `@actions/core` asks for an identity token, with an HTTP client of its own.
 */
const WITHOUT_UNUSED_PARTS: Plugin = {
  name: 'without-unused-parts',
  setup: ({ onLoad }) => {
    onLoad({ filter: /plugin-rest-endpoint-methods\/dist-src\/generated\/endpoints\.js$/ }, () => ({
      contents: 'export default {};',
    }));
    onLoad({ filter: /@actions\/core\/lib\/oidc-utils\.js$/ }, () => ({
      contents: "export class OidcClient { static getIDToken() { throw new Error('not part of this bundle'); } }",
    }));
  },
};

const STEPS = 'src/task/steps';

const OPTIONS: BuildOptions = {
  splitting: true,
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  write: false,
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
  plugins: [WITHOUT_LOCALES, WITHOUT_UNUSED_PARTS],
  // CommonJS packages inside of a module ask for `require`.
  banner: {
    js: "import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);",
  },
};

export interface ActionBundle {
  /**
   * Text of each file, by its name. A step is `task-<step>.js`; what begins like it is loaded by it alone, where it is
   * needed. Passes are `pass-run.js`.
   */
  readonly files: ReadonlyMap<string, string>;
  /** What went in: paths from the root. */
  readonly inputs: readonly string[];
}

/**
 * Bundles the programs of the actions. Each step is bundled by itself: what steps share would be pieces that all of them
 * load, with whatever any of them needs.
 */
export async function bundleAction(): Promise<ActionBundle> {
  const steps = readdirSync(join(root, STEPS)).map((name) => basename(name, '.ts'));
  const programs = [
    ...steps.map((step) => ({ name: `task-${step}`, file: `${STEPS}/${step}.ts` })),
    { name: 'pass-run', file: 'src/hosts/actions/main.ts' },
  ];
  const built = await Promise.all(
    programs.map(({ name, file }) =>
      build({ ...OPTIONS, entryPoints: { [name]: file }, chunkNames: `${name}-[hash]` }),
    ),
  );
  return {
    files: new Map(
      built.flatMap(({ outputFiles = [] }) => outputFiles.map(({ path, text }) => [basename(path), text] as const)),
    ),
    inputs: [...new Set(built.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {})))],
  };
}
