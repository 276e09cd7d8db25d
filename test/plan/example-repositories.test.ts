import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRepositoryPlan } from '../../src/plan/repository-plan.ts';
import { readExample } from './loaded.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'example-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['daw', 'small'])('a copy of the example %s', (name) => {
  const checks = checksOf(name);

  beforeEach(() => {
    cpSync(join(root, 'examples', name), folder, { recursive: true });
  });

  it('passes all of its own checks before any task is done', () => {
    expect(checks.map(([check, command]) => [check, run(command)])).toEqual(checks.map(([check]) => [check, 0]));
  });

  it.each([
    ['compile', 'src/broken.ts', "export const broken: number = 'text';\n"],
    [
      'test',
      'test/broken.test.ts',
      "import { test } from 'node:test';\ntest('fails', () => { throw new Error(); });\n",
    ],
    ['lint', 'src/broken.ts', 'export const broken: any = 1;\n'],
    ['integration', 'src/broken.ts', "throw new Error('does not load');\n"],
  ])('fails its %s check when %s is broken', (wanted, file, text) => {
    mkdirSync(join(folder, 'test'), { recursive: true });
    writeFileSync(join(folder, file), text);

    const command = checks.find(([check]) => check === wanted)?.[1] ?? '';

    expect(run(command)).toBe(1);
  });
});

function checksOf(name: string): readonly (readonly [string, string])[] {
  const loaded = loadRepositoryPlan({
    plan: readExample(name, 'docs/planning/tasks.json'),
    config: readExample(name, '.github/agent-waves.yml'),
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { compile, test, lint, integration } = loaded.config.checks;
  return Object.entries({ compile, test, lint, integration: integration.api }).map(([check, commands]) => {
    const command = commands?.[0]?.run;
    if (command === undefined) throw new Error(`${name} has no command for ${check}`);
    return [check, command];
  });
}

/** Exit code in an environment that holds the tools and nothing else. */
function run(command: string): number | null {
  const path = [join(root, 'node_modules', '.bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  return spawnSync('sh', ['-c', command], { cwd: folder, env: { PATH: path, HOME: folder } }).status;
}
