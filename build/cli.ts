import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundledPackages, licences } from './licences.ts';
import { guardedEntry } from './node-guard.ts';
import { workspaceExports } from './workspaces.ts';

/**
 * Writes lib/, the command line as JavaScript: Node reads no TypeScript below `node_modules`, and the oldest that is
 * supported may read none at all. npm runs it as `prepare`, so that `npx agent-waves` works after `npm ci`. The
 * dependencies of package.json stay outside. What is no dependency comes along: the packages of this repository, which
 * are TypeScript, and those of OpenTelemetry (docs/adr/0037). `--out DIR` writes elsewhere.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'lib') } } });

const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

await rm(values.out, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    'cli/program': 'src/cli/main.ts',
    'cli/rehearse/scripted-agent': 'src/cli/rehearse/scripted-agent.ts',
  },
  absWorkingDir: root,
  outdir: values.out,
  bundle: true,
  splitting: true,
  external: Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
  mainFields: ['module', 'main'],
  // Some packages that come along are no modules, and require what Node brings.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  metafile: true,
  alias: Object.fromEntries([...workspaceExports(root)].map(([name, file]) => [name, `./${file}`])),
  // As deep as the entry points: what they say about their own place stays true.
  chunkNames: 'cli/[name]-[hash]',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  logLevel: 'warning',
});
await writeFile(
  join(values.out, 'cli/main.js'),
  guardedEntry({
    file: 'program.js',
    name: 'agent-waves',
    advice: 'Install it from https://nodejs.org or with your version manager.',
  }),
  { mode: 0o755 },
);
const bundled = bundledPackages(Object.keys(metafile.inputs));
await writeFile(join(values.out, 'LICENSES.txt'), await licences(root, { folders: bundled, holder: 'lib/' }));
