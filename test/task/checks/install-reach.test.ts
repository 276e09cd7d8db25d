import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { reachesIntoCode } from '../../../src/task/checks/install-reach.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function repository(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-reach-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

test.each([
  'npm ci',
  'cd web && npm ci --ignore-scripts',
  'corepack enable && pnpm install --frozen-lockfile',
  'yarn --immutable',
  'CI=1 npm ci',
  'python3 -m venv .venv && .venv/bin/true || true',
  "pip install -r requirements.txt -e '.[dev]'",
  'uv sync --frozen --all-extras',
  'npm ci\nnpx playwright install --with-deps chromium',
  'go mod download; cargo fetch --locked',
  'sudo apt-get update && sudo apt-get install -y libpq-dev',
])('`%s` reads what package managers read', async (line) => {
  expect(reachesIntoCode(await repository({}), [line])).toBe(line.includes('.venv/bin/true'));
});

test.each([
  'bash setup.sh',
  'make deps',
  'npm run bootstrap',
  'npm ci && node scripts/setup.mjs',
  'npm ci $(cat flags)',
  'npm ci > log',
  'pip install .',
  "pip install '.[dev]'",
  'pip install ./lib',
  'pip install -r ci/wanted.txt',
  'npm install file:lib',
])('`%s` may read anything', async (line) => {
  expect(reachesIntoCode(await repository({}), [line])).toBe(true);
});

const manifest = (value: object) => ({ 'package.json': JSON.stringify(value) });

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['`prepare: husky`', manifest({ scripts: { prepare: 'husky || true' } }), false],
  ['`postinstall: patch-package`', manifest({ scripts: { postinstall: 'patch-package --patch-dir fixes' } }), false],
  ['a script of its own', manifest({ scripts: { postinstall: 'node scripts/setup.mjs' } }), true],
  ['`prepare` that builds', manifest({ scripts: { prepare: 'husky && npm run build' } }), true],
  ['a script of a package of it', { 'packages/a/package.json': '{"scripts":{"prepare":"tsc"}}' }, true],
  ['a folder that npm links to', manifest({ dependencies: { a: 'file:lib/a' } }), false],
  ['one that pnpm copies', { ...manifest({ dependencies: { a: 'file:lib/a' } }), 'pnpm-lock.yaml': '' }, true],
  ['an injected one', manifest({ dependenciesMeta: { a: { injected: true } } }), true],
  ['requirements of folders', { 'requirements.txt': 'x==1\n./lib/a\n' }, true],
  ['requirements in place', { 'requirements.txt': '-e ./lib/a\n-r requirements-dev.txt\n' }, false],
  ['a path of Poetry', { 'pyproject.toml': '[tool.poetry.dependencies]\na = { path = "lib/a" }\n' }, true],
  ['no script at all', manifest({ scripts: { test: 'vitest' } }), false],
])('of a repository with %s: %s', async (_, files, reaches) => {
  expect(reachesIntoCode(await repository(files), undefined)).toBe(reaches);
});
