import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { guardedEntry } from './node-guard.ts';
import { workspaceExports } from './workspaces.ts';

/**
 * Writes lib/, the command line as JavaScript: Node reads no TypeScript below `node_modules`, and the oldest that is
 * supported may read none at all. npm runs it as `prepare`, so that `npx agent-waves` works after `npm ci`. Packages stay
 * outside, but for those of this repository, which are TypeScript. `--out DIR` writes elsewhere.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'lib') } } });

await rm(values.out, { recursive: true, force: true });
await build({
  entryPoints: {
    'cli/program': 'src/cli/main.ts',
    'cli/rehearse/scripted-agent': 'src/cli/rehearse/scripted-agent.ts',
  },
  absWorkingDir: root,
  outdir: values.out,
  bundle: true,
  splitting: true,
  packages: 'external',
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
