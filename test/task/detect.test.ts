import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detectChecks } from '../../src/task/checks/detect.ts';
import { detectInstall } from '../../src/task/install.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-detect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function repository(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const scripts = (entries: Readonly<Record<string, string>>): string => JSON.stringify({ scripts: entries });

test.each<[string, Record<string, string>, Record<string, string>]>([
  [
    'scripts of npm',
    { 'package.json': scripts({ build: 'x', test: 'y', lint: 'z' }) },
    { compile: 'npm run build', test: 'npm test', lint: 'npm run lint' },
  ],
  [
    'a type check before a build',
    { 'package.json': scripts({ build: 'x', typecheck: 'y' }) },
    { compile: 'npm run typecheck' },
  ],
  [
    'scripts of pnpm',
    { 'package.json': scripts({ test: 'y', lint: 'z' }), 'pnpm-lock.yaml': '' },
    { test: 'pnpm test', lint: 'pnpm run lint' },
  ],
  [
    'the test script that npm init leaves behind',
    { 'package.json': scripts({ test: 'echo "Error: no test specified" && exit 1' }) },
    {},
  ],
  [
    'tools of TypeScript where there are no scripts',
    { 'tsconfig.json': '{}', 'biome.json': '{}' },
    { compile: 'npx tsc --noEmit', lint: 'npx biome lint' },
  ],
  ['ESLint by its configuration', { 'eslint.config.mjs': '' }, { lint: 'npx eslint .' }],
  [
    'Python under uv',
    { 'pyproject.toml': '[tool.pytest.ini_options]\n[tool.ruff]\n', 'uv.lock': '' },
    { test: 'uv run pytest', lint: 'uv run ruff check .' },
  ],
  [
    'Rust',
    { 'Cargo.toml': '' },
    { compile: 'cargo check --all-targets', test: 'cargo test', lint: 'cargo clippy --all-targets -- -D warnings' },
  ],
  ['Go', { 'go.mod': '' }, { compile: 'go build ./...', test: 'go test ./...', lint: 'go vet ./...' }],
  [
    'scripts before tools',
    { 'package.json': scripts({ compile: 'x' }), 'tsconfig.json': '{}' },
    { compile: 'npm run compile' },
  ],
  ['a package.json that is none', { 'package.json': '{' }, {}],
  ['nothing', { 'README.md': '' }, {}],
])('finds the checks of %s', async (_, files, checks) => {
  expect(detectChecks(await repository(files))).toEqual(checks);
});

test.each<[string, readonly string[]]>([
  ['package-lock.json', ['npm ci']],
  ['pnpm-lock.yaml', ['pnpm install --frozen-lockfile']],
  ['uv.lock', ['uv sync --frozen']],
  ['README.md', []],
])('installs by %s: %j', async (file, commands) => {
  expect(detectInstall(await repository({ [file]: '' }))).toEqual(commands);
});
