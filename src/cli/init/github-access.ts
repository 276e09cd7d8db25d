import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createClient } from '../../github/octokit.ts';
import type { GitRemote } from './git-remote.ts';
import type { GitHubAccess } from './github-facts.ts';

export interface AccessInput {
  readonly remote: GitRemote | undefined;
  /** `owner/name`, in place of what the remote says. */
  readonly repo: string | undefined;
  /** True where the person said that gh's token may be used. */
  readonly gh: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A repository on GitHub under a token, or what is missing for that: a sentence. */
export type FoundAccess =
  | { readonly ok: true; readonly access: GitHubAccess }
  | { readonly ok: false; readonly why: string };

const GITHUB = 'github.com';

/** The token goes to GitHub, or to where GITHUB_API_URL says, never to a host because a remote names it. */
export async function findAccess({ remote, repo, gh, environment }: AccessInput): Promise<FoundAccess> {
  const host = remote?.host ?? GITHUB;
  const baseUrl = environment.GITHUB_API_URL ?? (host === GITHUB ? 'https://api.github.com' : undefined);
  const [owner, name] = repo?.split('/') ?? [remote?.owner, remote?.repo];
  if (owner === undefined || name === undefined)
    return missing('the checkout has no remote on GitHub; name it with --repo owner/name');
  if (baseUrl === undefined)
    return missing(`${host} is not github.com; name its API as GITHUB_API_URL, https://${host}/api/v3`);
  const token = gh ? await ghToken(host) : environment.GITHUB_TOKEN;
  if (gh && !token) return missing('gh gives no token; run `gh auth login`');
  if (!token) return missing('not asked: GITHUB_TOKEN is not set; --gh takes the token of gh');
  return {
    ok: true,
    access: { client: createClient({ token, baseUrl, isQuiet: true }), locator: { owner, repo: name } },
  };
}

function missing(why: string): FoundAccess {
  return { ok: false, why };
}

async function ghToken(host: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('gh', ['auth', 'token', '--hostname', host]);
    return stdout.trim() || undefined;
  } catch {
    // It is not there, or nobody is logged in.
    return undefined;
  }
}
