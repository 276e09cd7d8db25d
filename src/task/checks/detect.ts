import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type DetectedName = 'compile' | 'test' | 'lint';

/** Command of each check as the repository itself suggests it; a name that is missing was not found. */
export type Detected = Readonly<Partial<Record<DetectedName, string>>>;

/** Reads the repository's own files. What stands first wins: its scripts, then its tools. */
export function detectChecks(workspace: string): Detected {
  const look: Look = {
    has: (file) => existsSync(join(workspace, file)),
    text: (file) => (existsSync(join(workspace, file)) ? readFileSync(join(workspace, file), 'utf8') : ''),
  };
  const found = [scripts(look), node(look), python(look), cargo(look), go(look)];
  return Object.assign({}, ...found.reverse());
}

interface Look {
  readonly has: (file: string) => boolean;
  readonly text: (file: string) => string;
}

/** What `npm init` writes: it fails, and says that there are no tests. */
const NO_TESTS = /no test specified/;

function scripts(look: Look): Detected {
  const named = readScripts(look.text('package.json'));
  const first = (...names: readonly string[]): string | undefined =>
    names.find((name) => named[name] && !NO_TESTS.test(named[name]));
  const run = packageRunner(look);
  return compact({
    compile: command(run, first('compile', 'typecheck', 'type-check', 'types', 'build')),
    test: command(run, first('test')),
    lint: command(run, first('lint')),
  });
}

function command(run: string, script: string | undefined): string | undefined {
  if (script === undefined) return undefined;
  return script === 'test' ? `${run.replace(/ run$/, '')} test` : `${run} ${script}`;
}

function packageRunner({ has }: Look): string {
  if (has('pnpm-lock.yaml')) return 'pnpm run';
  if (has('yarn.lock')) return 'yarn run';
  return 'npm run';
}

function readScripts(text: string): Readonly<Record<string, string>> {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: Record<string, string> };
    return scripts ?? {};
  } catch {
    // No package.json, or one that npm cannot read either.
    return {};
  }
}

const ESLINT = [
  'eslint.config.js',
  'eslint.config.mjs',
  'eslint.config.cjs',
  'eslint.config.ts',
  '.eslintrc.json',
  '.eslintrc.js',
  '.eslintrc.cjs',
  '.eslintrc.yml',
];

function node({ has }: Look): Detected {
  const biome = has('biome.json') || has('biome.jsonc');
  const eslint = ESLINT.some(has);
  return compact({
    compile: has('tsconfig.json') ? 'npx tsc --noEmit' : undefined,
    lint: biome ? 'npx biome lint' : eslint ? 'npx eslint .' : undefined,
  });
}

function python({ has, text }: Look): Detected {
  const project = text('pyproject.toml');
  const prefix = has('uv.lock') ? 'uv run ' : has('poetry.lock') ? 'poetry run ' : '';
  const pytest =
    has('pytest.ini') ||
    has('conftest.py') ||
    has('tests/conftest.py') ||
    /^\[tool\.pytest\b|["']pytest\b/m.test(project);
  const ruff = has('ruff.toml') || has('.ruff.toml') || /^\[tool\.ruff\b|["']ruff\b/m.test(project);
  const mypy = has('mypy.ini') || /^\[tool\.mypy\b/m.test(project);
  return compact({
    compile: mypy ? `${prefix}mypy .` : undefined,
    test: pytest ? `${prefix}pytest` : undefined,
    lint: ruff ? `${prefix}ruff check .` : undefined,
  });
}

function cargo({ has }: Look): Detected {
  if (!has('Cargo.toml')) return {};
  return {
    compile: 'cargo check --all-targets',
    test: 'cargo test',
    lint: 'cargo clippy --all-targets -- -D warnings',
  };
}

function go({ has }: Look): Detected {
  return has('go.mod') ? { compile: 'go build ./...', test: 'go test ./...', lint: 'go vet ./...' } : {};
}

function compact(
  checks: Readonly<Record<DetectedName, string | undefined>> | Partial<Record<DetectedName, string | undefined>>,
): Detected {
  return Object.fromEntries(Object.entries(checks).filter(([, value]) => value !== undefined));
}
