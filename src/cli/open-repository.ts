import { Option } from 'commander';
import { toFailure } from '../github/errors.ts';
import { findAccess } from './init/github-access.ts';
import type { GitHubAccess } from './init/github-facts.ts';
import { readGit } from './init/read-git.ts';
import { UsageError } from './usage-error.ts';

/** How a person names a repository on GitHub, and the token to ask it with. */
export interface RepositoryFlags {
  /** `owner/name`; without it, the one that the remote of the folder names. */
  readonly repo?: string;
  /** Use the token of gh. */
  readonly gh?: boolean;
}

export function repoOption(): Option {
  const meaning = 'the repository on GitHub, instead of the one that the remote of this folder names';
  return new Option('--repo <owner/name>', meaning);
}

export function ghOption(): Option {
  return new Option('--gh', 'use the token of gh');
}

/** @throws UsageError where there is no repository or no token, with what is missing. */
export async function openRepository({ repo, gh = false }: RepositoryFlags): Promise<GitHubAccess> {
  const remote = repo === undefined ? (await readGit(process.cwd())).remote : undefined;
  const found = await findAccess({ remote, repo, gh, environment: process.env });
  if (!found.ok) throw new UsageError(`GitHub cannot be asked: ${found.why}`);
  return found.access;
}

/** @throws UsageError where GitHub does not answer, or shows this token no such repository. */
export async function askGitHub<T>(asked: () => Promise<T>): Promise<T> {
  try {
    return await asked();
  } catch (error) {
    throw new UsageError(`GitHub cannot be asked: ${toFailure(error).message}`);
  }
}

/** What a command says that has nothing to do without a plan. */
export function noPlan(): UsageError {
  return new UsageError('there is no plan on the default branch; `agent-waves init` makes one');
}
