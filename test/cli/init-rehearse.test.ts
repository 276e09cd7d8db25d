import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { newFolder, readJson, removeFolder } from '../e2e/support/command.ts';
import { landings } from '../e2e/support/world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The package as npm puts it on a machine: lib/ and dist/ built from these sources, the templates. */
let installed: string;
let folder: string;
beforeAll(async () => {
  [installed, folder] = [await newFolder(), await newFolder()];
  const build = (program: string, out: string) =>
    promisify(execFile)(process.execPath, [program, '--out', join(installed, out)], { cwd: ROOT });
  await Promise.all([build('build/cli.ts', 'lib'), build('build/bundle.ts', 'dist')]);
  for (const name of ['package.json', 'action.yml', 'app.yml']) await cp(join(ROOT, name), join(installed, name));
  for (const name of ['templates', 'agents', 'node_modules']) await symlink(join(ROOT, name), join(installed, name));
});
afterAll(() => Promise.all([installed, folder].map(removeFolder)));

/** Runs the installed command in the repository, with nothing of our environment but PATH. @returns What it printed. */
async function agentWaves(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', NODE_COMPILE_CACHE: inject('compileCache') };
  const command = [join(installed, 'lib/cli/main.js'), ...args];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { cwd: folder, env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else resolve(stdout);
    });
  });
}

it('lands work in an empty repository with one test after two commands', async () => {
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  await writeFile(
    join(folder, 'package.json'),
    '{ "name": "shop", "type": "module", "scripts": { "test": "node --test" } }\n',
  );
  await mkdir(join(folder, 'test'));
  await writeFile(join(folder, 'test/one.test.js'), "import { test } from 'node:test';\ntest('one', () => {});\n");

  await agentWaves('init', '--yes');
  const said = await agentWaves('rehearse', '.');

  expect(said).toContain('3 of 3 tasks completed, 0 failed or blocked, 3 attempts');
  const out = join(folder, 'out/rehearsal');
  const landed = await landings(join(out, 'remote.git'));
  expect(landed.map(({ task }) => task).sort()).toEqual(['DOC-001', 'DOC-002', 'TEST-001']);
  expect(landed.at(-1)?.task).toBe('TEST-001');
  const issues = await readJson<readonly { readonly state: string }[]>(out, 'issues.json');
  expect(issues.filter(({ state }) => state !== 'closed')).toEqual([]);
  expect(await readFile(join(folder, 'docs/planning/tasks.json'), 'utf8')).not.toContain('completed');
});
