import { PROGRESS_BRANCH } from '../../state/names.ts';
import { graphql } from '../graphql.ts';
import { API_VERSION, ONCE } from '../octokit.ts';
import { type CommitFiles, type Committed, commitFiles } from './commit-files.ts';

/**
 * Commits to the progress branch what differs from it, and makes the branch where there is none.
 * @param input As for the base: `expectedHead` is the commit that a new branch starts from.
 */
export async function commitToProgressBranch(input: CommitFiles): Promise<Committed | { readonly kind: 'unchanged' }> {
  const there = await readBranch(input);
  const expectedHead = there?.head ?? (await createBranch(input));
  const files = new Map([...input.files].filter(([path, text]) => there?.texts.get(path) !== text));
  if (files.size === 0) return { kind: 'unchanged' };
  return commitFiles({ ...input, branch: PROGRESS_BRANCH, expectedHead, files });
}

interface Branch {
  readonly head: string;
  readonly texts: ReadonlyMap<string, string | undefined>;
}

async function readBranch({ client, locator, files }: CommitFiles): Promise<Branch | undefined> {
  const paths = [...files.keys()];
  const declared = paths.map((_, index) => `, $f${index}: String!`).join('');
  const objects = paths
    .map((_, index) => `f${index}: object(expression: $f${index}) { ... on Blob { text } }`)
    .join('\n');
  const query = `query ObserveAside($owner: String!, $repo: String!, $ref: String!${declared}) {
    repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { oid } } ${objects} }
  }`;
  const expressions = Object.fromEntries(paths.map((path, index) => [`f${index}`, `${PROGRESS_BRANCH}:${path}`]));
  const variables = { ...locator, ref: `refs/heads/${PROGRESS_BRANCH}`, ...expressions };
  const { data } = await graphql<{ repository: Record<string, unknown> }>(client, { query, variables });
  const ref = data.repository.ref as { readonly target: { readonly oid: string } } | null;
  if (!ref) return undefined;
  const texts = paths.map(
    (path, index) => [path, (data.repository[`f${index}`] as { text?: string } | null)?.text] as const,
  );
  return { head: ref.target.oid, texts: new Map(texts) };
}

async function createBranch({ client, locator, expectedHead }: CommitFiles): Promise<string> {
  await client.request('POST /repos/{owner}/{repo}/git/refs', {
    ...locator,
    ref: `refs/heads/${PROGRESS_BRANCH}`,
    sha: expectedHead,
    headers: API_VERSION,
    request: ONCE,
  });
  return expectedHead;
}
