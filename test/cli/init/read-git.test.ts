import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readGit } from '../../../src/cli/init/read-git.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'agent-waves-git-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function git(...args: readonly string[]): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  execFileSync('git', [...identity, ...args], { cwd: folder, env, stdio: 'pipe' });
}

async function commit(): Promise<void> {
  await writeFile(join(folder, 'README.md'), 'Shop\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'Begin');
}

describe('what git says of a folder', () => {
  it('is its branch where there is no commit and no remote yet', async () => {
    git('init', '--quiet', '--initial-branch=trunk');

    expect(await readGit(folder)).toEqual({
      root: folder,
      branch: 'trunk',
      hasCommits: false,
      defaultBranch: 'trunk',
      remote: undefined,
    });
  });

  it('is the root, from a folder within', async () => {
    git('init', '--quiet');
    await mkdir(join(folder, 'src/deep'), { recursive: true });

    expect((await readGit(join(folder, 'src/deep'))).root).toBe(folder);
  });

  it('is the usual default branch while another is checked out, and no branch where HEAD is detached', async () => {
    git('init', '--quiet', '--initial-branch=master');
    await commit();
    git('switch', '--quiet', '--create', 'feature');
    const onFeature = await readGit(folder);
    git('switch', '--quiet', '--detach');
    const detached = await readGit(folder);

    expect(onFeature).toMatchObject({ branch: 'feature', defaultBranch: 'master', hasCommits: true });
    expect(detached).toMatchObject({ branch: undefined, defaultBranch: 'master' });
  });

  it('is the default branch of the remote where a clone knows it', async () => {
    git('init', '--quiet', '--initial-branch=main');
    await commit();
    git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    git('update-ref', 'refs/remotes/origin/develop', 'HEAD');
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/develop');

    const { defaultBranch, remote } = await readGit(folder);

    expect({ defaultBranch, remote }).toEqual({
      defaultBranch: 'develop',
      remote: { host: 'github.com', owner: 'acme', repo: 'shop' },
    });
  });

  it('is an error with what to do where there is no repository, only a bare one, or no folder', async () => {
    await expect(readGit(folder)).rejects.toThrow(/is in no git repository; run `git init` there/);
    await expect(readGit(join(folder, 'absent'))).rejects.toThrow(/there is no folder/);
    git('init', '--quiet', '--bare');
    await expect(readGit(folder)).rejects.toThrow(/is a bare repository.*name a clone of it/);
  });

  it('is an error that names the cause where git refuses a repository that is there', async () => {
    git('init', '--quiet');
    await writeFile(join(folder, '.git/config'), 'broken [');

    await expect(readGit(folder)).rejects.toThrow(/git does not read the repository at .*`git status`/);
  });
});
