import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The `.git` that a clone makes in a folder, without the dozen processes of one: everything but the index, which the
 * first `git add` or `git reset` makes. Nothing of it is shared: what is fetched later comes over the wire.
 */
export function cloneByHand(folder: string, { gitDir, url }: { readonly gitDir: string; readonly url: string }): void {
  const own = join(folder, '.git');
  copyFiles(join(gitDir, 'objects'), join(own, 'objects'));
  copyFileSync(join(gitDir, 'HEAD'), join(own, 'HEAD'));
  const branch = readFileSync(join(gitDir, 'HEAD'), 'utf8').trim().replace('ref: refs/heads/', '');
  copyFiles(join(gitDir, 'refs/heads'), join(own, 'refs/remotes/origin'));
  mkdirSync(join(own, 'refs/heads'), { recursive: true });
  copyFileSync(join(gitDir, 'refs/heads', branch), join(own, 'refs/heads', branch));
  writeFileSync(join(own, 'refs/remotes/origin/HEAD'), `ref: refs/remotes/origin/${branch}\n`);
  writeFileSync(
    join(own, 'config'),
    `[core]
	repositoryformatversion = 0
	filemode = true
	bare = false
	logallrefupdates = true
[remote "origin"]
	url = ${url}
	fetch = +refs/heads/*:refs/remotes/origin/*
[branch "${branch}"]
	remote = origin
	merge = refs/heads/${branch}
`,
  );
}

function copyFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFiles(source, target);
    else copyFileSync(source, target);
  }
}
