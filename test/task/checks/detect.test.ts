import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detector } from '../../../src/task/checks/detect.ts';
import { detectInstallCommands, isDependencyFile } from '../../../src/task/checks/detect-install.ts';
import type { SuggestedChecks } from '../../../src/task/checks/ecosystems/ecosystem.ts';

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

/** Each check's commands, the way a shell would chain them. */
function chained(checks: SuggestedChecks): Record<string, string> {
  return Object.fromEntries(
    Object.entries(checks).map(([name, list]) => [name, list.map(({ run }) => run).join(' && ')]),
  );
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
    'scripts of Yarn',
    { 'package.json': scripts({ test: 'y', lint: 'z' }), 'yarn.lock': '', 'package-lock.json': '' },
    { test: 'yarn test', lint: 'yarn run lint' },
  ],
  ['scripts of Bun', { 'package.json': scripts({ test: 'y' }), 'bun.lock': '' }, { test: 'bun run test' }],
  [
    'scripts by the packageManager field rather than a stale lock file',
    {
      'package.json': `{\n  "packageManager": "pnpm@9.1.0",\n  "scripts": { "test": "x" }\n}`,
      'package-lock.json': '',
    },
    { test: 'pnpm test' },
  ],
  [
    'the test script that npm init leaves behind',
    { 'package.json': scripts({ test: 'echo "Error: no test specified" && exit 1' }) },
    {},
  ],
  [
    'scripts that only talk',
    { 'package.json': scripts({ test: 'echo ok', lint: 'exit 0', build: 'true', compile: ' ' }) },
    {},
  ],
  [
    'a script that talks and works',
    { 'package.json': scripts({ test: 'echo testing && node --test' }) },
    { test: 'npm test' },
  ],
  [
    'a test runner among the dependencies where there is no script',
    { 'package.json': JSON.stringify({ devDependencies: { vitest: '^5' } }), 'pnpm-lock.yaml': '' },
    { test: 'pnpm exec vitest run' },
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
    'Python under Poetry',
    { 'pyproject.toml': '[tool.poetry]\n[tool.poetry.group.dev.dependencies]\npytest = "^8"\n', 'poetry.lock': '' },
    { test: 'poetry run pytest' },
  ],
  [
    'Python by setup.cfg',
    { 'setup.cfg': '[tool:pytest]\ntestpaths = tests\n\n[mypy]\nfiles = app\n\n[flake8]\n' },
    { compile: 'python3 -m mypy', test: 'python3 -m pytest', lint: 'python3 -m flake8' },
  ],
  [
    'Python by its requirements',
    { 'requirements.txt': 'flask\n', 'requirements-dev.txt': 'pytest==8.0\nruff>=0.12\n' },
    { test: 'python3 -m pytest', lint: 'python3 -m ruff check .' },
  ],
  [
    'Python under PDM',
    { 'pdm.lock': '', 'pyproject.toml': '[dependency-groups]\ntest = ["pytest>=8"]\n' },
    { test: 'pdm run pytest' },
  ],
  ['Python under Pipenv', { Pipfile: '[dev-packages]\npytest = "*"\n' }, { test: 'pipenv run pytest' }],
  [
    'Python by the extras of setup.py',
    { 'setup.py': "setup(extras_require={'test': ['pytest>=8']})\n" },
    { test: 'python3 -m pytest' },
  ],
  ['a plugin of pytest, which is not pytest', { 'requirements.txt': 'pytest-cov\n' }, {}],
  [
    'Rust',
    { 'Cargo.toml': '' },
    { compile: 'cargo check --all-targets', test: 'cargo test', lint: 'cargo clippy --all-targets -- -D warnings' },
  ],
  [
    'a workspace of Rust',
    { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n' },
    {
      compile: 'cargo check --workspace --all-targets',
      test: 'cargo test --workspace',
      lint: 'cargo clippy --workspace --all-targets -- -D warnings',
    },
  ],
  ['Go', { 'go.mod': '' }, { compile: 'go build ./...', test: 'go test ./...', lint: 'go vet ./...' }],
  [
    'Go with golangci-lint',
    { 'go.mod': '', '.golangci.yml': '' },
    { compile: 'go build ./...', test: 'go test ./...', lint: 'go vet ./... && golangci-lint run' },
  ],
  [
    'Maven by its wrapper',
    { 'pom.xml': '<artifactId>maven-checkstyle-plugin</artifactId>', mvnw: '' },
    {
      compile: './mvnw -B -ntp test-compile',
      test: './mvnw -B -ntp test',
      lint: './mvnw -B -ntp checkstyle:check',
    },
  ],
  ['Maven without one', { 'pom.xml': '' }, { compile: 'mvn -B -ntp test-compile', test: 'mvn -B -ntp test' }],
  [
    'Gradle by its wrapper',
    { 'build.gradle.kts': 'plugins { checkstyle }', gradlew: '' },
    {
      compile: './gradlew --console=plain testClasses',
      test: './gradlew --console=plain test',
      lint: './gradlew --console=plain checkstyleMain',
    },
  ],
  [
    'targets of Make',
    { Makefile: 'CC := gcc\n.PHONY: build test\nbuild: main.o\n\tcc\ntest lint: build\n\t./test\n' },
    { compile: 'make build', test: 'make test', lint: 'make lint' },
  ],
  [
    'no target in an assignment of Make',
    { Makefile: 'test := a\nlint ::= b\ncheck:\n\ttrue\n' },
    { test: 'make check' },
  ],
  [
    'what Make has and nobody else says',
    { Makefile: 'test:\n\tgo test\nbuild:\n\tgo build\n', 'package.json': scripts({ test: 'x' }) },
    { compile: 'make build', test: 'npm test' },
  ],
  [
    'two languages in one folder, both of them',
    { 'package.json': scripts({ test: 'x' }), 'pytest.ini': '' },
    { test: 'npm test && python3 -m pytest' },
  ],
  [
    'scripts before tools',
    { 'package.json': scripts({ compile: 'x' }), 'tsconfig.json': '{}' },
    { compile: 'npm run compile' },
  ],
  ['a package.json that is none', { 'package.json': '{' }, {}],
  ['a package.json whose scripts are none', { 'package.json': '{"scripts": ["test"], "devDependencies": null}' }, {}],
  ['nothing', { 'README.md': '' }, {}],
])('finds the checks of %s', async (_, files, checks) => {
  expect(chained(detector(await repository(files))(''))).toEqual(checks);
});

test('says in words where a command comes from', async () => {
  const files = { 'package.json': scripts({ test: 'x' }), 'pyproject.toml': '[tool.ruff]\n', 'go.mod': '' };

  const { test: tests, lint } = detector(await repository(files))('');

  expect(tests?.map(({ why }) => why)).toEqual(['from the `test` script of package.json', 'from go.mod']);
  expect(lint?.map(({ why }) => why)).toEqual(['from the section tool.ruff of pyproject.toml', 'from go.mod']);
});

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['package-lock.json', { 'package-lock.json': '' }, ['npm ci']],
  ['pnpm-lock.yaml', { 'pnpm-lock.yaml': '' }, ['pnpm install --frozen-lockfile']],
  ['the lock file of a new Yarn', { 'yarn.lock': '__metadata:\n' }, ['yarn install --immutable']],
  ['the lock file of Yarn 1', { 'yarn.lock': '# yarn lockfile v1\n' }, ['yarn install --frozen-lockfile']],
  ['bun.lock', { 'bun.lock': '' }, ['bun install --frozen-lockfile']],
  ['uv.lock', { 'uv.lock': '' }, ['uv sync --frozen']],
  ['poetry.lock', { 'poetry.lock': '' }, ['poetry install --no-interaction']],
  [
    'requirements',
    { 'requirements.txt': '', 'requirements-dev.txt': '' },
    ['PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install -r requirements.txt -r requirements-dev.txt'],
  ],
  [
    'pyproject.toml, with the extras and groups that checks need',
    {
      'pyproject.toml':
        '[project]\nname = "a"\n[project.optional-dependencies]\ntest = ["pytest"]\ngpu = ["cuda"]\n[dependency-groups]\nlint = [\n  "ruff",\n]\ndocs = []\n',
    },
    [
      "PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install -e '.[test]' && rm -rf *.egg-info src/*.egg-info",
      "PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --quiet --upgrade 'pip>=25.1' && PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --group lint",
    ],
  ],
  ['nothing of a pyproject.toml that only configures tools', { 'pyproject.toml': '[tool.ruff]\n' }, []],
  [
    'setup.py beside its requirements',
    { 'setup.py': "setup(extras_require={\n  'dev': ['pytest'],\n  'gpu': ['x'],\n})", 'requirements.txt': '' },
    [
      "PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install -r requirements.txt -e '.[dev]' && rm -rf *.egg-info src/*.egg-info",
    ],
  ],
  [
    'uv.lock, with extras and groups',
    {
      'uv.lock': '',
      'pyproject.toml':
        '[project]\n[project.optional-dependencies]\ntest = []\n[dependency-groups]\ndev = []\nlint = []\n',
    },
    ['uv sync --frozen --extra test --group dev --group lint'],
  ],
  [
    'poetry.lock, with optional groups',
    {
      'poetry.lock': '',
      'pyproject.toml':
        '[tool.poetry]\n[tool.poetry.group.test]\noptional = true\n[tool.poetry.group.docs]\noptional = true\n',
    },
    ['poetry install --no-interaction --with test'],
  ],
  ['pdm.lock', { 'pdm.lock': '', 'pyproject.toml': '[project]\n' }, ['pdm sync']],
  ['Pipfile.lock', { Pipfile: '', 'Pipfile.lock': '' }, ['pipenv sync --dev']],
  ['Pipfile alone, without writing a lock file', { Pipfile: '' }, ['pipenv install --dev --skip-lock']],
  ['rust-toolchain.toml', { 'Cargo.toml': '', 'rust-toolchain.toml': '' }, ['rustc --version']],
  ['the toolchain of go.mod', { 'go.mod': 'module a\n\ngo 1.24\n\ntoolchain go1.24.1\n' }, ['go version']],
  [
    'nothing of a name that would reach the shell',
    { 'pyproject.toml': "[dependency-groups]\ntest'; rm -rf = []\n" },
    [],
  ],
  [
    'package.json alone, without writing a lock file',
    { 'package.json': '{"dependencies": {"a": "1"}}' },
    ['npm install --no-package-lock'],
  ],
  [
    'nothing where there are no dependencies',
    { 'package.json': '{}', 'Cargo.lock': '', 'go.sum': '', 'pom.xml': '' },
    [],
  ],
  [
    'the root’s lock file in a workspace, whose members have none',
    { 'package.json': '{}', 'package-lock.json': '', 'packages/a/package.json': '{"dependencies": {"b": "1"}}' },
    ['npm ci'],
  ],
  [
    'every lock file of a repository of several projects',
    { 'api/uv.lock': '', 'web/package-lock.json': '', 'web/node_modules/x/package-lock.json': '' },
    ['cd api && uv sync --frozen', 'cd web && npm ci'],
  ],
])('installs by %s', async (_, files, commands) => {
  expect(detectInstallCommands(await repository(files)).map(({ run }) => run)).toEqual(commands);
});

test('says in words which file asks for an installation', async () => {
  const found = detectInstallCommands(await repository({ 'web/package-lock.json': '' }));

  expect(found).toEqual([{ run: 'cd web && npm ci', why: 'from package-lock.json in web' }]);
});

test.each([
  ['package.json', true],
  ['packages/a/package-lock.json', true],
  ['requirements/dev.txt', true],
  ['api/Gemfile.lock', true],
  ['prisma/schema.prisma', true],
  ['prisma/schema/user.prisma', true],
  ['.yarn/patches/left-pad-npm-1.3.0.patch', true],
  ['src/index.ts', false],
  ['Cargo.lock', false],
])('%s asks for another installation: %s', (path, asks) => {
  expect(isDependencyFile(path)).toBe(asks);
});
