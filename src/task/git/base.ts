import { projectedPaths } from '../../plan/projected-paths.ts';
import { fetchRefs, resolveFetched } from './fetch.ts';
import { git, gitText, type Repository } from './git.ts';

const LOCAL = 'refs/agent-waves/base';

/**
 * Fetches the branch that work lands on, with its history and the tags on it. A run may stand on an older commit: GitHub
 * starts it on what it was sent.
 * @param branch Short name; `HEAD` is the default branch.
 * @returns The commit at its tip.
 */
export async function fetchBase(repository: Repository, branch: string): Promise<string> {
  const source = branch === 'HEAD' ? 'HEAD' : `refs/heads/${branch}`;
  const answer = await fetchRefs(repository, { refspecs: [`+${source}:${LOCAL}`], tags: true });
  if (!answer.ok)
    throw new Error(`branch ${branch} cannot be fetched from ${repository.remote}: ${answer.stderr.trim()}`);
  return resolveFetched(repository, LOCAL);
}

/** Two commits or trees. */
interface Ends {
  readonly from: string;
  readonly to: string;
}

/** The files that the app writes, and no task. */
interface Projected {
  readonly plan: string;
  readonly progress: string;
}

/** @returns Paths in which they differ. */
export async function changedPaths(repository: Repository, { from, to }: Ends): Promise<readonly string[]> {
  const listed = await gitText(repository, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to]);
  return listed.split('\0').filter(Boolean);
}

/** @returns The same but for what the app projects: with these alone, trees are the same. */
export async function changedBesides(
  repository: Repository,
  { projected, ...ends }: Ends & { readonly projected: Projected },
): Promise<readonly string[]> {
  const exempt = new Set(projectedPaths(projected));
  return (await changedPaths(repository, ends)).filter((path) => !exempt.has(path));
}

/**
 * What trees have that another one has not, and the other way round, but for what the app projects: trees of which the
 * same is said are the same without that. One process, however many they are.
 * @param of.to Trees, as `of.from`. @returns For each what is said of it.
 */
export async function differencesFrom(
  repository: Repository,
  { from, to, projected }: { readonly from: string; readonly to: readonly string[]; readonly projected: Projected },
): Promise<ReadonlyMap<string, string>> {
  const flags = ['--stdin', '-r', '-z', '--no-renames', '--no-abbrev'];
  const input = to.map((tree) => `${from} ${tree}\n`).join('');
  const answer = await git(repository, ['diff-tree', ...flags], { input, bytes: true });
  const exempt = new Set(projectedPaths(projected).map((path) => Buffer.from(path).toString('latin1')));
  const differences = new Map<string, string>();
  let at = 0;
  for (const tree of to) {
    const head = `${from} ${tree}\n`;
    if (!answer.ok || !answer.stdout.startsWith(head, at))
      throw new Error(`trees cannot be compared: ${answer.stderr.trim()}`);
    const { changes, end } = readChanges(answer.stdout, at + head.length);
    differences.set(tree, changes.flatMap(({ path, change }) => (exempt.has(path) ? [] : [change])).join(''));
    at = end;
  }
  return differences;
}

/** @returns The changes that begin at a place, each as it is there: modes, ids and kind, and then its path. */
function readChanges(text: string, start: number) {
  const changes: { readonly path: string; readonly change: string }[] = [];
  let at = start;
  while (text[at] === ':') {
    const path = text.indexOf('\0', at) + 1;
    const end = text.indexOf('\0', path) + 1;
    changes.push({ path: text.slice(path, end - 1), change: text.slice(at, end) });
    at = end;
  }
  return { changes, end: at };
}

export async function isAncestor(
  repository: Repository,
  { commit, head }: { readonly commit: string; readonly head: string },
): Promise<boolean> {
  return (await git(repository, ['merge-base', '--is-ancestor', commit, head])).ok;
}
