import type { Octokit } from '@octokit/rest';

const COMMIT = `mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

interface BranchCommit {
  readonly branch: string;
  readonly message: string;
  readonly files: Readonly<Record<string, string | undefined>>;
}

/** The app may commit progress between two requests. */
const ATTEMPTS = 5;

/** Commits to a branch of `acme/daw` under the client's identity. A file without content is taken out. @returns The commit. */
export async function commitOnBranch(client: Octokit, commit: BranchCommit): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await commitOnce(client, commit);
    } catch (error) {
      if (attempt === ATTEMPTS || !String(error).includes('to point to')) throw error;
    }
  }
}

async function commitOnce(client: Octokit, { branch, message, files }: BranchCommit): Promise<string> {
  const { data: tip } = await client.rest.git.getRef({ owner: 'acme', repo: 'daw', ref: `heads/${branch}` });
  const [headline = '', ...body] = message.split('\n');
  const additions = Object.entries(files).flatMap(([path, content]) =>
    content === undefined ? [] : [{ path, contents: Buffer.from(content).toString('base64') }],
  );
  const deletions = Object.entries(files).flatMap(([path, content]) => (content === undefined ? [{ path }] : []));
  const { createCommitOnBranch: made } = await client.graphql<{
    readonly createCommitOnBranch: { readonly commit: { readonly oid: string } };
  }>(COMMIT, {
    input: {
      branch: { repositoryNameWithOwner: 'acme/daw', branchName: branch },
      expectedHeadOid: tip.object.sha,
      message: { headline, body: body.join('\n').trim() },
      fileChanges: { additions, deletions },
    },
  });
  return made.commit.oid;
}
