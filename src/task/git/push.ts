import { git, type Repository } from './git.ts';

/** One ref, moved from what it must be now to what it shall be. Empty means: does not exist. */
export interface RefMove {
  readonly ref: string;
  readonly from: string;
  readonly to: string;
}

export type PushResult =
  /** All refs moved together. */
  | { readonly kind: 'moved' }
  /** These refs were not what they had to be; nothing moved. */
  | { readonly kind: 'stale'; readonly refs: ReadonlySet<string> }
  /** A rule of the repository says no, in the remote's own words; nothing moved. */
  | { readonly kind: 'refused'; readonly text: string }
  /** Anything else, a lost answer among it: the refs may have moved or not. */
  | { readonly kind: 'unclear'; readonly text: string };

/** Moves refs by compare-and-swap, all or none. Two pushes of the same object both succeed: push unique ones. */
export async function pushRefs(repository: Repository, moves: readonly RefMove[]): Promise<PushResult> {
  const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from}`);
  const refspecs = moves.map(({ ref, to }) => `${to}:${ref}`);
  const args = ['push', '--porcelain', '--atomic', '--no-verify', ...leases, repository.remote, ...refspecs];
  const answer = await git(repository, args, { network: true });
  if (answer.ok) return { kind: 'moved' };
  const text = `${answer.stdout}\n${answer.stderr}`;
  if (RULES.test(text)) return { kind: 'refused', text: remoteWords(answer.stderr) };
  const stale = new Set(moves.map(({ ref }) => ref).filter((ref) => wasStale(text, ref)));
  return stale.size > 0 ? { kind: 'stale', refs: stale } : { kind: 'unclear', text: text.trim().slice(-1_000) };
}

/** Branch protection is GH006, a ruleset is GH013, a file over the limit GH001; the rest is what other servers say. */
const RULES = /\bGH0(?:01|06|13)\b|protected branch|repository rule|hook declined|refusing to allow/i;

/** What a ref that somebody else moved looks like, before the push and inside of it. */
const STALE =
  /stale info|fetch first|non-fast-forward|cannot lock ref|failed to update ref|incorrect old value|already exists|reference missing/;

function wasStale(text: string, ref: string): boolean {
  const line = text.split('\n').find((candidate) => candidate.startsWith('!') && candidate.includes(`:${ref}\t`));
  if (line && STALE.test(line)) return true;
  return text.includes(`unable to delete '${ref}': remote ref does not exist`);
}

function remoteWords(stderr: string): string {
  const words = stderr
    .split('\n')
    .flatMap((line) => (line.startsWith('remote:') ? [line.slice('remote:'.length).trim()] : []));
  return (words.some(Boolean) ? words.filter(Boolean).join('\n') : stderr.trim()).slice(0, 2_000);
}
