import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checklist, explainChecklist } from '../../../src/task/checks/checklist.ts';
import type { Assignment } from '../../../src/task/protocol/assignment.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-projects-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const RULES = { checks: { integration: {} } } as unknown as Assignment['rules'];

/** The commands of one line of the checklist for a change. */
function commandsFor(changed: readonly string[] | undefined, name = 'test'): readonly string[] {
  const planned = checklist(folder, {
    assignment: { rules: RULES, task: {} },
    changed,
  });
  return planned.find((check) => check.name === name)?.commands.map(({ run }) => run) ?? [];
}

const scripts = (entries: Readonly<Record<string, string>>): string => JSON.stringify({ scripts: entries });

const WORKSPACE = {
  'package.json': JSON.stringify({ workspaces: ['packages/*'], scripts: { lint: 'x' } }),
  'package-lock.json': '',
  'packages/a/package.json': scripts({ test: 'x' }),
  'packages/a/src/a.ts': '',
  'packages/b/package.json': scripts({ test: 'x', lint: 'y' }),
  'packages/b/b.ts': '',
};

describe('in a repository of several projects', () => {
  beforeEach(() => write(WORKSPACE));

  it('a change in one is checked there', () => {
    expect(commandsFor(['packages/a/src/a.ts'])).toEqual(['cd packages/a && npm test']);
  });

  it('a check that the nearest has not is the next one’s above it', () => {
    expect(commandsFor(['packages/a/src/a.ts'], 'lint')).toEqual(['npm run lint']);
    expect(commandsFor(['packages/b/b.ts'], 'lint')).toEqual(['cd packages/b && npm run lint']);
  });

  it('a file that all of them share is checked everywhere, where the root has no such check', () => {
    expect(commandsFor(['tsconfig.base.json'])).toEqual(['cd packages/a && npm test', 'cd packages/b && npm test']);
  });

  it('a file that all of them share is checked by the root, where the root has such a check', () => {
    expect(commandsFor(['tsconfig.base.json'], 'lint')).toEqual(['npm run lint']);
  });

  it('prose beside code asks for nothing more', () => {
    expect(commandsFor(['packages/a/src/a.ts', 'README.md'])).toEqual(['cd packages/a && npm test']);
  });

  it('prose alone is a change like any other', () => {
    expect(commandsFor(['README.md'])).toHaveLength(2);
  });

  it('a project that the change removes leaves its check to what is above it', async () => {
    await rm(join(folder, 'packages/b'), { recursive: true });

    expect(commandsFor(['packages/b/b.ts'], 'lint')).toEqual(['npm run lint']);
  });

  it('a manifest among fixtures is no project', async () => {
    await write({ 'packages/a/test/fixtures/broken/package.json': scripts({ test: 'exit 1' }) });

    expect(commandsFor(['packages/a/test/fixtures/broken/index.js'])).toEqual(['cd packages/a && npm test']);
  });

  it('while nobody knows what changes, every project is named where the root has no such check', () => {
    expect(commandsFor(undefined)).toHaveLength(2);
    expect(commandsFor(undefined, 'lint')).toEqual(['npm run lint']);
  });
});

describe('a change in a library is checked in what uses it, too', () => {
  it('by the dependencies of package.json, through others, and not where nobody uses it', async () => {
    const named = (name: string, ...needs: readonly string[]) =>
      JSON.stringify({
        name,
        scripts: { test: 'x' },
        dependencies: Object.fromEntries(needs.map((need) => [need, '*'])),
      });
    await write({
      'package.json': JSON.stringify({ workspaces: ['packages/*'], scripts: { lint: 'x' } }),
      'packages/core/package.json': named('@daw/core'),
      'packages/api/package.json': named('@daw/api', '@daw/core', 'express'),
      'packages/web/package.json': named('@daw/web', '@daw/api'),
      'packages/alone/package.json': named('@daw/alone', 'express'),
    });

    expect(commandsFor(['packages/core/index.ts'])).toEqual([
      'cd packages/core && npm test',
      'cd packages/api && npm test',
      'cd packages/web && npm test',
    ]);
    expect(commandsFor(['packages/web/index.ts'])).toEqual(['cd packages/web && npm test']);
    expect(commandsFor(['packages/core/index.ts'], 'lint')).toEqual(['npm run lint']);
  });

  it('by path in Cargo.toml, and by module in go.mod, in a circle too', async () => {
    await write({
      'crates/a/Cargo.toml': '[package]\nname = "a"\n[dependencies]\nserde = "1"\nb = { path = "../b" }\n',
      'crates/b/Cargo.toml': '[package]\nversion = "1"\nname = "b"\n[dev-dependencies]\na.workspace = true\n',
      'go/x/go.mod': 'module example.com/x\n',
      'go/y/go.mod': 'module example.com/y\n\nrequire (\n\texample.com/x v0.0.0\n)\n',
    });

    expect(commandsFor(['crates/b/src/lib.rs'])).toEqual(['cd crates/b && cargo test', 'cd crates/a && cargo test']);
    expect(commandsFor(['go/x/x.go'])).toEqual(['cd go/x && go test ./...', 'cd go/y && go test ./...']);
  });
});

it('more projects than are checked are counted, and the reader is told what to do', async () => {
  const names = Array.from({ length: 23 }, (_, index) => `p${index}`);
  await write(Object.fromEntries(names.map((name) => [`${name}/go.mod`, ''])));

  const planned = checklist(folder, {
    assignment: { rules: RULES, task: {} },
    changed: ['shared.json'],
  });

  expect(planned.find(({ name }) => name === 'test')).toMatchObject({
    commands: { length: 20 },
    note: '20 projects checked, 3 more left out; set checks with paths in .github/agent-waves.yml',
  });
});

it('a folder whose name would run a command is only a name', async () => {
  await write({ "a $(touch x)'/Cargo.toml": '' });

  expect(commandsFor(["a $(touch x)'/src/lib.rs"])).toEqual(["cd -- 'a $(touch x)'\\''' && cargo test"]);
});

it('a manifest that is a link to somewhere else is not read', async () => {
  await write({ 'elsewhere/real.json': scripts({ test: 'x' }), 'a/index.js': '' });
  await symlink('../elsewhere/real.json', join(folder, 'a/package.json'));

  expect(commandsFor(['a/index.js'])).toEqual([]);
});

it('a manifest that is a pipe, or far too large, is not read', async () => {
  await write({ 'a/index.js': '', 'b/package.json': `${scripts({ test: 'x' })}${' '.repeat(1_000_000)}` });
  await promisify(execFile)('mkfifo', [join(folder, 'a/package.json')]);

  expect(commandsFor(['a/index.js', 'b/index.js'])).toEqual([]);
});

it('modules of Maven and Gradle are built from where the whole is', async () => {
  await write({
    'pom.xml': '<project><modules><module>core</module></modules></project>',
    'core/pom.xml': '<project/>',
    'mobile/settings.gradle.kts': '',
    'mobile/app/build.gradle.kts': '',
  });

  expect(commandsFor(['core/src/A.java', 'mobile/app/B.kt'])).toEqual([
    'mvn -B -ntp test',
    'cd mobile && gradle --console=plain test',
  ]);
});

it('members of a Go workspace are checked one by one, and a Cargo workspace as a whole for what is shared', async () => {
  await write({ 'go/go.work': 'use ./a', 'go/a/go.mod': '', 'Cargo.toml': '[workspace]\n', 'crates/x/Cargo.toml': '' });

  expect(commandsFor(['go/a/main.go'])).toEqual(['cd go/a && go test ./...']);
  expect(commandsFor(['crates/x/src/lib.rs'])).toEqual(['cd crates/x && cargo test']);
  expect(commandsFor(['rust-toolchain.toml'])).toEqual(['cargo test --workspace']);
});

it('the checklist is explained in words', async () => {
  await write(WORKSPACE);
  const rules = { checks: { compile: [{ run: 'make types', paths: ['src/**'] }], integration: {} } };
  const planned = checklist(folder, {
    assignment: { rules: rules as unknown as Assignment['rules'], task: {} },
    changed: ['packages/a/src/a.ts'],
  });

  expect(explainChecklist(planned)).toEqual([
    'compile: make types, from checks in .github/agent-waves.yml, where src/** changed',
    'test: cd packages/a && npm test, from the `test` script of package.json in packages/a',
    'lint: npm run lint, from the `lint` script of package.json',
  ]);
});
