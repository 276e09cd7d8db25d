import { type GitAnswer, type GitOptions, git, gitText, type Repository } from './git.ts';

type Files = NonNullable<GitOptions['files']>;

const NO_OBJECT = '0'.repeat(40);

/**
 * `git add`, which runs nothing of what it adds. To see whether a repository inside of the checkout has changed, git
 * would start git in there, and that obeys the inner repository's configuration (`filter.*.clean` is a program): but
 * only where the index knows it already. So the index forgets all of them first, and each that is there is new.
 * @param args What follows `add --all`.
 */
export async function addFiles(
  repository: Repository,
  { files, args = [] }: { readonly files: Files; readonly args?: readonly string[] },
): Promise<GitAnswer> {
  const inner = await innerRepositories(repository, files);
  await updateIndex(repository, { files, lines: inner.map(({ path }) => `0 ${NO_OBJECT}\t${path}`) });
  const answer = await git(repository, ['add', '--all', ...args], { files });
  const empty = await foldersNotAdded(repository, { files, paths: inner.map(({ path }) => path) });
  const untouched = inner.filter(({ path }) => empty.has(path));
  const lines = untouched.map(({ path, object }) => `160000 ${object} 0\t${path}`);
  await updateIndex(repository, { files, lines });
  return answer;
}

async function innerRepositories(
  repository: Repository,
  files: Files,
): Promise<readonly { readonly path: string; readonly object: string }[]> {
  const listed = await gitText(repository, ['ls-files', '--stage', '-z'], { files });
  return listed.split('\0').flatMap((line) => {
    const [, object, path] = /^160000 (\w+) \d\t([\s\S]+)$/.exec(line) ?? [];
    return object && path ? [{ path, object }] : [];
  });
}

async function updateIndex(
  repository: Repository,
  { files, lines }: { readonly files: Files; readonly lines: readonly string[] },
): Promise<void> {
  if (lines.length === 0) return;
  await gitText(repository, ['update-index', '-z', '--index-info'], {
    files,
    input: lines.map((line) => `${line}\0`).join(''),
  });
}

/** As a checkout leaves a submodule: a folder in which git finds nothing to add. Git looks, as whoever it runs as. */
async function foldersNotAdded(
  repository: Repository,
  { files, paths }: { readonly files: Files; readonly paths: readonly string[] },
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const only = paths.map((path) => `:(top,literal)${path}`);
  const listed = await gitText(repository, ['ls-files', '--others', '--directory', '-z', '--', ...only], { files });
  return new Set(listed.split('\0').map((path) => path.replace(/\/$/, '')));
}
