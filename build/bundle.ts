import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleAction } from './action-bundle.ts';
import { bundledPackages, licences } from './licences.ts';
import { guardedEntry } from './node-guard.ts';

/** Writes dist/, what the actions run from; `--check` only compares, and `--out DIR` writes elsewhere. */

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, out: { type: 'string', default: join(root, 'dist') } },
});
const dist = values.out;

const GUARDED = {
  prefix: '::error title=Agent Waves::',
  name: 'The action',
  advice: 'Let the job run on an image that has one, or put actions/setup-node before the action.',
};

/** What the actions start: each loads its program where this Node can read that, action.yml's that of the step that it is given. */
const ENTRIES = [
  ['task.js', guardedEntry({ ...GUARDED, file: 'task-*.js' })],
  ['pass.js', guardedEntry({ ...GUARDED, file: 'pass-run.js' })],
] as const;

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const { files, inputs } = await bundleAction();
  const all = [
    ...files,
    ...ENTRIES,
    ['LICENSES.txt', await licences(root, { folders: bundledPackages(inputs), holder: 'dist/' })] as const,
  ];
  return new Map(all.sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function written(): Promise<ReadonlyMap<string, string>> {
  const names = existsSync(dist) ? await readdir(dist) : [];
  return new Map(
    await Promise.all(names.sort().map(async (name) => [name, await readFile(join(dist, name), 'utf8')] as const)),
  );
}

async function write(files: ReadonlyMap<string, string>): Promise<void> {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  for (const [name, text] of files) await writeFile(join(dist, name), text);
}

function differences(expected: ReadonlyMap<string, string>, actual: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  return [...names].filter((name) => expected.get(name) !== actual.get(name)).sort();
}

const files = await bundle();
if (values.check) {
  const stale = differences(files, await written());
  if (stale.length > 0) {
    console.error(
      `${relative(root, dist)}/ is not what src/ makes (${stale.join(', ')}): run npm run bundle and commit the result`,
    );
    process.exitCode = 1;
  }
} else {
  await write(files);
  for (const [name, text] of files)
    console.log(`${relative(root, join(dist, name))}: ${Math.ceil(text.length / 1024)} KB`);
}
