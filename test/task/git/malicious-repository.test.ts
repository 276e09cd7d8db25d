import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { captureWorkspace } from '../../../src/task/checkpoint/capture-workspace.ts';
import { privateRepository } from '../../../src/task/git/private-repository.ts';
import { treeFiles, writeTree } from '../../../src/task/git/workspace.ts';
import { openGit } from '../support/git.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

let site: Site;
let machine: Machine;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite();
});
afterEach(() => site.close());

async function claim(): Promise<void> {
  const issue = await site.createIssue(liveRecord());
  machine = await startMachine(site, { inputs: inputsFor(issue) });
  await machine.step('claim');
}

/** A repository inside of the checkout whose configuration names a program. */
async function plant(path: string): Promise<string> {
  const sign = join(site.folder, 'ran');
  const program = join(site.folder, 'program');
  await writeFile(program, `#!/bin/sh\ntouch ${sign}\ncat\n`);
  await chmod(program, 0o755);
  const folder = join(machine.job.workspace, path);
  await mkdir(folder, { recursive: true });
  const inner = openGit(folder);
  await inner.run('init', '--quiet');
  await inner.write({ file: 'x\n' });
  await inner.run('add', '--all');
  await inner.run('commit', '--quiet', '-m', 'inner');
  await inner.run('config', 'core.fsmonitor', program);
  await inner.run('config', 'filter.evil.clean', program);
  await inner.write({ '.git/info/attributes': '* filter=evil\n' });
  await inner.write({ file: 'y\n' });
  return sign;
}

test('a repository inside of the checkout starts no program of its configuration, however often its files are taken', async () => {
  await claim();
  const sign = await plant('src/inner');
  const repository = privateRepository(machine.job);

  for (let time = 0; time < 3; time++) {
    await captureWorkspace(repository, machine.job);
    await writeTree(repository, machine.job);
  }

  expect(existsSync(sign)).toBe(false);
});

test('nor does one that was put where the base has a submodule', async () => {
  await site.push('A submodule', { 'lib/.keep': '' });
  const clone = openGit(join(site.folder, 'clone'));
  await openGit(site.folder).run('clone', '--quiet', site.cloneUrl, 'clone');
  const commit = await clone.run('rev-parse', 'HEAD');
  await clone.run('rm', '-r', '--quiet', 'lib');
  await clone.run('update-index', '--add', '--cacheinfo', `160000,${commit},lib`);
  await clone.run('commit', '--quiet', '-m', 'A link');
  await clone.run('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  await claim();
  const repository = privateRepository(machine.job);
  const before = await writeTree(repository, machine.job);
  const sign = await plant('lib');

  const [after] = [await writeTree(repository, machine.job), await captureWorkspace(repository, machine.job)];

  expect(existsSync(sign)).toBe(false);
  expect((await treeFiles(repository, before)).find(({ path }) => path === 'lib')?.object).toBe(commit);
  expect((await treeFiles(repository, after)).find(({ path }) => path === 'lib')?.object).not.toBe(commit);
});

test('one that is gone again is forgotten', async () => {
  await claim();
  await plant('src/inner');
  const repository = privateRepository(machine.job);
  await writeTree(repository, machine.job);
  await rm(join(machine.job.workspace, 'src/inner'), { recursive: true });

  const tree = await writeTree(repository, machine.job);

  expect((await treeFiles(repository, tree)).map(({ path }) => path)).not.toContain('src/inner');
});
