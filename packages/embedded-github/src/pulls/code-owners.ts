import { changedFiles } from '../git/commits.ts';
import type { PullRequest, RepositoryRecord } from '../model/records.ts';
import { mergeBase } from './open.ts';

const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

interface Ownership {
  readonly pattern: RegExp;
  /** Logins in lower case; none takes the files out again. */
  readonly owners: readonly string[];
}

/** For every owned file that the pull request changes, the people of whom one must approve; each group once. */
export async function requiredOwners(pull: PullRequest): Promise<readonly (readonly string[])[]> {
  const { repository } = pull;
  const { baseSha, headSha } = pull.pull;
  const ownerships = await readOwnerships(repository, baseSha);
  if (ownerships.length === 0) return [];
  const files = await changedFiles(repository, await mergeBase(repository, baseSha, headSha), headSha);
  const groups = new Map<string, readonly string[]>();
  for (const { path } of files) {
    const owners = ownerships.findLast(({ pattern }) => pattern.test(path))?.owners ?? [];
    if (owners.length > 0) groups.set(owners.join(' '), owners);
  }
  return [...groups.values()];
}

/** The file of the base: a pull request cannot name its own owners. */
async function readOwnerships(repository: RepositoryRecord, commit: string): Promise<readonly Ownership[]> {
  for (const path of PLACES) {
    const file = await repository.objects.read(`${commit}:${path}`);
    if (file?.type === 'blob') return parseCodeOwners(file.content.toString('utf8'));
  }
  return [];
}

/** People only: a team (`@acme/leads`) is an owner whose approval nobody here can give. */
export function parseCodeOwners(text: string): readonly Ownership[] {
  return text.split('\n').flatMap((line): Ownership[] => {
    const [pattern = '', ...owners] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (pattern === '') return [];
    const logins = owners.filter((owner) => owner.startsWith('@')).map((owner) => owner.slice(1).toLowerCase());
    return [{ pattern: toPattern(pattern), owners: logins }];
  });
}

/** As in a .gitignore, without negation: a slash at the front or within anchors, a folder owns all below it. */
function toPattern(text: string): RegExp {
  const anchored = text.replace(/\/$/, '').includes('/');
  const body = text
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${text.endsWith('*') && anchored ? '$' : '(?:/.*)?$'}`);
}
