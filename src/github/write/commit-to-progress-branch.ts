import { createHash } from 'node:crypto';
import * as z from 'zod';
import { PROGRESS_BRANCH } from '../../state/names.ts';
import { toFailure } from '../errors.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import { type CommitFiles, type Committed, commitFiles } from './commit-files.ts';
import { WRITE } from './executor.ts';

/**
 * Commits to the progress branch what differs from it, and makes the branch where there is none.
 * @param input As for the base: `expectedHead` is the commit that a new branch starts from.
 */
export async function commitToProgressBranch(input: CommitFiles): Promise<Committed | { readonly kind: 'unchanged' }> {
  try {
    const branch = (await readBranch(input)) ?? (await createBranch(input));
    const files = new Map([...input.files].filter(([path, text]) => branch.blobs.get(path) !== blobId(text)));
    if (files.size === 0) return { kind: 'unchanged' };
    return await commitFiles({ ...input, branch: PROGRESS_BRANCH, expectedHead: branch.head, files });
  } catch (error) {
    return { kind: 'failed', why: toFailure(error).message };
  }
}

interface Branch {
  readonly head: string;
  /** Path to object id. */
  readonly blobs: ReadonlyMap<string, string | undefined>;
}

const blob = z.object({ oid: z.string().optional() }).nullish();
const branchAnswer = z.object({
  /** The files stand beside it, as `f0` and so on. */
  repository: z.looseObject({ ref: z.object({ target: z.object({ oid: z.string() }) }).nullable() }),
});

async function readBranch({ client, locator, files }: CommitFiles): Promise<Branch | undefined> {
  const paths = [...files.keys()];
  const declared = paths.map((_, index) => `, $f${index}: String!`).join('');
  const objects = paths
    .map((_, index) => `f${index}: object(expression: $f${index}) { ... on Blob { oid } }`)
    .join('\n');
  const query = `query ObserveAside($owner: String!, $repo: String!, $ref: String!${declared}) {
    repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { oid } } ${objects} }
  }`;
  const expressions = Object.fromEntries(paths.map((path, index) => [`f${index}`, `${PROGRESS_BRANCH}:${path}`]));
  const variables = { ...locator, ref: `refs/heads/${PROGRESS_BRANCH}`, ...expressions };
  const { data } = await graphql(client, { query, variables });
  const { repository } = parseAnswer(branchAnswer, data);
  if (!repository.ref) return undefined;
  const blobs = paths.map((path, index) => [path, parseAnswer(blob, repository[`f${index}`])?.oid] as const);
  return { head: repository.ref.target.oid, blobs: new Map(blobs) };
}

async function createBranch({ client, locator, expectedHead }: CommitFiles): Promise<Branch> {
  await client.request('POST /repos/{owner}/{repo}/git/refs', {
    ...locator,
    ref: `refs/heads/${PROGRESS_BRANCH}`,
    sha: expectedHead,
    ...WRITE,
  });
  return { head: expectedHead, blobs: new Map() };
}

/** The id of a text as a git object: whether a file says it is known without reading the file, however large that is. */
function blobId(text: string): string {
  const content = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
