import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Writes lib/, the command line as JavaScript: Node reads no TypeScript below `node_modules`, and Node 20 none at all.
 * npm runs it as `prepare`, so that `npx agent-waves` works after `npm ci`. Packages stay outside.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

await rm(`${root}/lib`, { recursive: true, force: true });
await build({
  entryPoints: ['src/cli/main.ts', 'src/cli/rehearse/scripted-agent.ts'],
  absWorkingDir: root,
  outbase: 'src',
  outdir: 'lib',
  bundle: true,
  splitting: true,
  packages: 'external',
  // As deep as the entry points: what they say about their own place stays true.
  chunkNames: 'cli/[name]-[hash]',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  logLevel: 'warning',
});
