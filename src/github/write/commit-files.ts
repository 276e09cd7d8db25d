import * as z from 'zod';
import { GraphqlRefusal, toFailure } from '../errors.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import { fullName, type Locator } from '../locator.ts';
import { type Client, ONCE } from '../octokit.ts';

export interface CommitFiles {
  readonly client: Client;
  readonly locator: Locator;
  readonly branch: string;
  /** The commit that the contents were made for: the branch must still stand there. */
  readonly expectedHead: string;
  readonly headline: string;
  /** Path to new content; only files that differ. */
  readonly files: ReadonlyMap<string, string>;
}

export type Committed =
  | { readonly kind: 'committed'; readonly oid: string }
  /** The branch stands elsewhere by now: read it again and render again. */
  | { readonly kind: 'moved' }
  /** A rule of the repository forbids it. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

const COMMIT = `
mutation CommitProgress($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

const commitPayload = z.object({
  createCommitOnBranch: z.object({ commit: z.object({ oid: z.string() }) }).nullable(),
});

/** Several files in one commit, atomic: on a branch that has moved nothing is written. */
export async function commitFiles(input: CommitFiles): Promise<Committed> {
  const additions = [...input.files].map(([path, text]) => ({
    path,
    contents: Buffer.from(text, 'utf8').toString('base64'),
  }));
  const variables = {
    input: {
      branch: { repositoryNameWithOwner: fullName(input.locator), branchName: input.branch },
      expectedHeadOid: input.expectedHead,
      message: { headline: input.headline },
      fileChanges: { additions },
    },
  };
  try {
    const { data, errors } = await graphql(input.client, { query: COMMIT, variables, request: ONCE });
    const { createCommitOnBranch: made } = parseAnswer(commitPayload, data);
    return made ? { kind: 'committed', oid: made.commit.oid } : whyNot(errors);
  } catch (error) {
    if (error instanceof GraphqlRefusal) return whyNot(error.errors);
    return notWritten(error);
  }
}

/** @param error What a request threw that was to write to a branch, or to make one. */
export function notWritten(error: unknown): Committed & { readonly kind: 'refused' | 'failed' } {
  const { kind, message: why } = toFailure(error);
  return { kind: kind === 'refused' && RULES.test(why) ? 'refused' : 'failed', why };
}

/** How GitHub says that a branch takes no commit from this app. */
const RULES = /protect|rule|forbidden|not accessible|through a pull request/i;

function whyNot(errors: GraphqlRefusal['errors']): Committed {
  if (errors.some(({ type }) => type === 'STALE_DATA')) return { kind: 'moved' };
  const why = errors.map(({ message }) => message).join('; ');
  const types = errors.map(({ type }) => type ?? '').join(' ');
  return { kind: RULES.test(`${types} ${why}`) ? 'refused' : 'failed', why };
}
