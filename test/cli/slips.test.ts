import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentWaves, newFolder, removeFolder } from '../e2e/support/command.ts';

/** What people name by mistake is said as what it is, in one sentence, with what to do next. */

let folder: string;
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(() => removeFolder(folder));

const SMALL = 'examples/small';

describe('an ordinary slip', () => {
  it.each([
    ['a folder without a plan', () => ['check', folder], /^there is no plan at .*tasks\.json; name a plan, or a repos/],
    ['no such folder', () => ['rehearse', join(folder, 'none')], /^there is no folder .*none; name a repository/],
    ['a folder to write into', () => ['graph', SMALL, '--out', folder], / is a folder; name another file\n$/],
    [
      'a file in no folder',
      () => ['graph', SMALL, '--out', join(folder, 'none', 'a.svg')],
      / is in a folder that does not exist; name another file\n$/,
    ],
  ])('%s', async (_, command, said) => {
    const { code, stdout, stderr } = await agentWaves(command());

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it.each([
    ['little', Buffer.from('\ufeff{"tasks": []}', 'utf16le')],
    ['big', Buffer.from('\ufeff{"tasks": []}', 'utf16le').swap16()],
  ])('a plan in UTF-16, %s end first', async (_, bytes) => {
    const path = join(folder, 'tasks.json');
    await writeFile(path, bytes);

    const { code, stderr } = await agentWaves(['check', path]);

    expect({ code, stderr }).toEqual({ code: 2, stderr: `${path} is in UTF-16; save it as UTF-8\n` });
  });
});

it('takes the folder of a repository for the plan in it', async () => {
  const { code, stdout } = await agentWaves(['check', SMALL]);

  expect(code).toBe(0);
  expect(stdout).toContain('4 tasks, 4 dependencies');
});
