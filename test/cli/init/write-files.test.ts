import { lstatSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SetupFile } from '../../../src/cli/init/setup-target.ts';
import { readOwnFile, writeFiles } from '../../../src/cli/init/write-files.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'agent-waves-write-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const file = (path: string, text: string, before?: string): SetupFile => ({
  path,
  text,
  before,
  state: before === undefined ? 'new' : 'edited',
});

const everything = () => readdir(root, { recursive: true }).then((names) => names.sort());

describe('writing the files of a setup', () => {
  it('makes the folders above them, and leaves nothing else', async () => {
    await writeFiles(root, [file('.github/workflows/a.yml', 'a'), file('docs/b.json', 'b')]);

    expect(await everything()).toEqual([
      '.github',
      '.github/workflows',
      '.github/workflows/a.yml',
      'docs',
      'docs/b.json',
    ]);
    expect(await readFile(join(root, 'docs/b.json'), 'utf8')).toBe('b');
  });

  it('writes none where one cannot be written, and takes back folders and files', async () => {
    await mkdir(join(root, 'kept'));
    await writeFile(join(root, 'kept/mine.txt'), 'mine');
    await mkdir(join(root, 'new/b.json/within'), { recursive: true });
    const before = await everything();

    const files = [file('kept/mine.txt', 'theirs', 'mine'), file('.github/a.yml', 'a'), file('new/b.json', 'b')];
    await expect(writeFiles(root, files)).rejects.toThrow(/nothing was written: new\/b.json is a folder/);

    expect(await everything()).toEqual(before);
    expect(await readFile(join(root, 'kept/mine.txt'), 'utf8')).toBe('mine');
  });

  it('writes none where one is not any more as it was shown', async () => {
    await writeFile(join(root, 'a.txt'), 'somebody was quicker');

    await expect(writeFiles(root, [file('b.txt', 'b'), file('a.txt', 'a')])).rejects.toThrow(
      /a.txt was changed meanwhile/,
    );
    await expect(writeFiles(root, [file('a.txt', 'a', 'shown')])).rejects.toThrow(/a.txt was changed meanwhile/);

    expect(await everything()).toEqual(['a.txt']);
  });

  it('keeps the mode of a file that it writes over', async () => {
    await writeFile(join(root, 'a.sh'), 'old');
    await chmod(join(root, 'a.sh'), 0o755);

    await writeFiles(root, [file('a.sh', 'new', 'old')]);

    expect(lstatSync(join(root, 'a.sh')).mode & 0o777).toBe(0o755);
  });
});

describe('a link of the checkout', () => {
  let outside: string;
  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), 'agent-waves-outside-'));
    await writeFile(join(outside, 'agent-waves.yml'), 'secret');
  });
  afterEach(() => rm(outside, { recursive: true, force: true }));

  it.each(['.github', '.github/workflows'])('is not written through, where %s is one', async (folder) => {
    await mkdir(join(root, '.github'), { recursive: true });
    await rm(join(root, folder), { recursive: true, force: true });
    await symlink(outside, join(root, folder));

    const files = [file('docs/plan.json', '{}'), file('.github/workflows/new.yml', 'x')];
    await expect(writeFiles(root, files)).rejects.toThrow(/is a link; nothing is read or written through it/);

    expect(await readdir(outside)).toEqual(['agent-waves.yml']);
    expect(await everything()).not.toContain('docs');
  });

  it('is not read through', async () => {
    await symlink(outside, join(root, '.github'));
    await symlink(join(outside, 'agent-waves.yml'), join(root, 'plan.json'));

    await expect(readOwnFile(root, '.github/agent-waves.yml')).rejects.toThrow(/\.github is a link/);
    await expect(readOwnFile(root, 'plan.json')).rejects.toThrow(/plan.json is a link; put a file in its place/);
  });
});
