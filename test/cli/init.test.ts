import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withoutNextJob } from '../../src/cli/init/next-job.ts';
import { agentWaves, newFolder, removeFolder } from '../e2e/support/command.ts';
import { runInit } from './support/run-init.ts';

const CONFIG = '.github/agent-waves.yml';
const WORKFLOW = '.github/workflows/agent-task.yml';
const PLAN = 'docs/planning/tasks.json';

const NODE = { 'package.json': '{ "name": "shop", "scripts": { "test": "node --test" } }\n' };

let folder: string;
beforeEach(async () => {
  folder = await newFolder();
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
});
afterEach(() => removeFolder(folder));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const init = (...flags: readonly string[]) => runInit([folder, ...flags]);
const read = (path: string) => readFile(join(folder, path), 'utf8');
const names = async () =>
  (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith('.git/') && name !== '.git').sort();

/** Every file but git's, with its text. */
async function contents(): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const own = files.filter((file) => !file.startsWith(join(folder, '.git/')));
  return Object.fromEntries(await Promise.all(own.sort().map(async (file) => [file, await readFile(file, 'utf8')])));
}

describe('init --yes in a repository with one test', () => {
  it('writes configuration, workflow and plan, and says what it found, what they come to and what is next', async () => {
    await put(NODE);

    const { code, stdout, stderr } = await agentWaves(['init', folder, '--yes']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await names()).toEqual(
      ['.github', '.github/workflows', CONFIG, WORKFLOW, 'docs', 'docs/planning', PLAN, 'package.json'].sort(),
    );
    await expect(stdout.replaceAll(folder, 'FOLDER').replaceAll(/agent-waves-cli-\w+/g, 'shop')).toMatchFileSnapshot(
      'golden/init/empty-repository.txt',
    );
    expect(await read(WORKFLOW)).toBe(withoutNextJob(await readFile('templates/agent-task.yml', 'utf8')));
    expect((await agentWaves(['check', join(folder, PLAN), '--strict'])).code).toBe(0);
  });

  it('changes no byte when it is run again, with whatever answers', async () => {
    await put(NODE);
    const answers = ['--landing', 'review', '--agent', 'copilot', '--workflow', 'hardened', '--max-parallel', '3'];
    await init('--yes', ...answers);
    const before = await contents();

    const again = await init('--yes');

    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toMatch(
      /unchanged +\.github\/agent-waves\.yml\n +unchanged +\.github\/workflows\/agent-task\.yml/,
    );
    expect(await contents()).toEqual(before);
  });

  it.each([
    [
      'pyproject.toml',
      '[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\n',
      'Python',
      /test +.*pytest/,
    ],
    ['go.mod', 'module shop\n\ngo 1.24\n', 'Go', /test +go test/],
    ['Cargo.toml', '[package]\nname = "shop"\nversion = "0.1.0"\n', 'Rust', /test +cargo test/],
    ['Makefile', 'test:\n\ttrue\n', 'none known', /test +make test/],
    [
      'package.json',
      '{ "scripts": { "test": "vitest" }, "packageManager": "pnpm@10.0.0" }',
      'JavaScript',
      /test +pnpm test/,
    ],
  ])('finds what %s says', async (file, text, language, check) => {
    await put({ [file]: text });

    const { stdout } = await init('--yes', '--dry-run');

    expect(stdout).toMatch(new RegExp(`languages +${language}`));
    expect(stdout).toMatch(check);
    expect(await names()).toEqual([file]);
  });

  it('names a step for what hosted runners lack, and a check where none was found', async () => {
    await put({ 'package.json': '{ "packageManager": "pnpm@10.0.0", "scripts": { "lint": "eslint ." } }' });
    const withPnpm = await init('--yes', '--dry-run');
    await put({ 'package.json': '{}' });
    const withNothing = await init('--yes', '--dry-run');

    expect(withPnpm.stdout).toContain('The runner has no `pnpm`: add `- run: npm install --global pnpm`');
    expect(withNothing.stdout).toContain('No check was found: name one under `checks`');
  });

  it('works at the root from a folder within', async () => {
    await put({ ...NODE, 'src/deep/a.js': '' });

    const { code, stdout } = await runInit([join(folder, 'src/deep'), '--yes']);

    expect(code).toBe(0);
    expect(stdout).toContain(`Found in ${folder}`);
    expect(await names()).toContain(CONFIG);
  });

  it('says that files count on the default branch where none is checked out', async () => {
    await put(NODE);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b.c', ...args], { cwd: folder });
    git('add', '.');
    git('commit', '--quiet', '-m', 'Begin');
    git('switch', '--quiet', '--detach');

    const { code, stdout } = await init('--yes');

    expect(code).toBe(0);
    expect(stdout).toContain('They count on main, and no branch is checked out here.');
  });

  it('prints the same as JSON', async () => {
    await put(NODE);

    const { stdout } = await init('--yes', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      root: folder,
      found: { 'default branch': 'main', test: 'npm test, from the `test` script of package.json' },
      plan: { from: 'example', tasks: 3 },
      files: [CONFIG, WORKFLOW, PLAN].map((path) => ({ path, state: 'new', written: true })),
      check: { tasks: 3, problems: [] },
      missing: expect.arrayContaining([expect.stringContaining('ANTHROPIC_API_KEY')]),
      pull_request: null,
    });
  });
});

describe('init where nobody can be asked', () => {
  it('says which answers are missing, and writes nothing', async () => {
    await put(NODE);

    const { code, stderr } = await init('--landing', 'push');

    expect(code).toBe(2);
    expect(stderr).toContain('this is no terminal');
    expect(stderr).toContain('--agent claude|codex|gemini|copilot   --yes takes claude');
    expect(stderr).not.toContain('--landing');
    expect(await names()).toEqual(['package.json']);
  });

  it('needs no --yes where every answer is given', async () => {
    await put(NODE);

    const given = ['--landing', 'push', '--agent', 'codex', '--workflow', 'normal', '--host', 'server'];
    const { code, stderr } = await init(...given);

    expect(code, stderr).toBe(0);
    expect(await read(CONFIG)).toContain('general-purpose: { run: codex }');
  });

  it('ends with one sentence where there is no repository', async () => {
    await rm(join(folder, '.git'), { recursive: true });

    expect(await agentWaves(['init', folder, '--yes'])).toMatchObject({
      code: 2,
      stderr: `${folder} is in no git repository; run \`git init\` there, or name a folder that is in one\n`,
    });
  });
});

describe('init beside files of somebody', () => {
  const MINE = '# mine\nlanding: push\nplan: work/plan.json\n';

  it('keeps them, shows how they differ, and takes from them where the plan is', async () => {
    await put({ ...NODE, [CONFIG]: MINE });

    const { code, stdout } = await init('--yes');

    expect(code).toBe(0);
    expect(stdout).toMatch(/kept +\.github\/agent-waves\.yml, which is not as init would write it; --overwrite/);
    expect(stdout).toContain('-# mine');
    expect(await read(CONFIG)).toBe(MINE);
    expect(await names()).toEqual(expect.arrayContaining(['work/plan.json', WORKFLOW]));
    expect(await names()).not.toContain(PLAN);
  });

  it('writes over them when it is told to, and leaves the plan where it is', async () => {
    await put({ ...NODE, [CONFIG]: MINE });
    await init('--yes');
    const plan = await read('work/plan.json');

    const { stdout } = await init('--yes', '--overwrite');

    expect(stdout).toContain('overwritten .github/agent-waves.yml');
    expect(await read(CONFIG)).toContain('plan: "work/plan.json"');
    expect(await read(CONFIG)).toContain('landing: push');
    expect(await read('work/plan.json')).toBe(plan);
  });

  it('never writes over a plan, unless one is imported by name and it is told to', async () => {
    await put({ ...NODE, [PLAN]: '{ "name": "Mine", "tasks": [{ "id": "A-1", "title": "One" }] }' });
    await put({ 'specs/001-login/tasks.md': '## Phase 1: Setup\n\n- [ ] T001 Make src/a.js\n' });
    const mine = await read(PLAN);

    await init('--yes');
    const kept = await read(PLAN);
    const named = await init('--yes', '--import', join(folder, 'specs/001-login/tasks.md'));
    const keptAgain = await read(PLAN);
    await init('--yes', '--import', join(folder, 'specs/001-login'), '--overwrite');

    expect([kept, keptAgain]).toEqual([mine, mine]);
    expect(named.stdout).toContain('kept        docs/planning/tasks.json');
    expect(JSON.parse(await read(PLAN)).tasks).toMatchObject([{ id: 'T001' }]);
  });

  it('writes nothing beside a plan that is refused, and lists why', async () => {
    await put({ ...NODE, [PLAN]: '{ "name": "Mine", "tasks": [{ "id": "A-1", "title": "One", "needs": [] }] }' });

    const { code, stderr } = await init('--yes');

    expect(code).toBe(1);
    expect(stderr).toMatch(/docs\/planning\/tasks\.json:1:\d+: .*needs/);
    expect(await names()).not.toContain('.github');
  });

  it.each([
    ['two configurations', { [CONFIG]: '', '.github/agent-waves.yaml': '' }, /are both there; keep one/],
    ['a configuration that cannot be read', { [CONFIG]: 'landing: sideways\n' }, /cannot be read; `agent-waves check`/],
  ])('writes nothing beside %s', async (_, files, message) => {
    await put(files);
    const before = await contents();

    const { code, stderr } = await init('--yes', '--overwrite');

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(await contents()).toEqual(before);
  });

  it('follows no link out of the repository', async () => {
    const outside = await newFolder();
    await symlink(outside, join(folder, '.github'));

    const { code, stderr } = await init('--yes', '--overwrite');

    expect(code).toBe(2);
    expect(stderr).toContain('.github is a link; nothing is read or written through it');
    expect(await readdir(outside)).toEqual([]);
    expect(await names()).toEqual(['.github']);
    await removeFolder(outside);
  });
});

it('imports the plan that it finds, and says from where and what was left out', async () => {
  await put({
    ...NODE,
    'docs/planning/execution-plan.md': await readFile('test/planning/import/cases/markdown/execution-plan.md', 'utf8'),
  });

  const { code, stdout } = await init('--yes');

  expect(code).toBe(0);
  expect(stdout).toContain('Imported from docs/planning/execution-plan.md: 47 tasks (Markdown plan, recognised by');
  expect(stdout).toContain('to look at: docs/planning/execution-plan.md:75:1: the column `Agent ID` is not imported');
  expect(JSON.parse(await read(PLAN))).toMatchObject({ id: expect.any(String), tasks: expect.any(Array) });
});
