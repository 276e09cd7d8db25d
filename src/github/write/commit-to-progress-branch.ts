import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Pictures, picturesDue } from '../../progress/pictures-due.ts';
import { PROGRESS_BRANCH } from '../../state/names.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import { type CommitFiles, type Committed, commitFiles, notWritten } from './commit-files.ts';
import { WRITE } from './executor.ts';

/**
 * Commits to the progress branch what differs from it, and makes the branch where there is none.
 * @param input As for the base: `expectedHead` is the commit that a new branch starts from.
 */
export async function commitToProgressBranch(
  input: CommitToProgressBranch,
): Promise<Committed | { readonly kind: 'unchanged' }> {
  try {
    const branch = (await readBranch(input)) ?? (await createBranch(input));
    const differs = ([path, text]: readonly [string, string]) => branch.blobs.get(path) !== blobId(text);
    const changed = [...input.files].filter(differs);
    if (changed.length === 0) return { kind: 'unchanged' };
    const drawn = picturesDue(input.pictures, { page: branch.page, has: (path) => branch.blobs.has(path) });
    const files = new Map([...changed, ...[...drawn].filter(differs)]);
    return await commitFiles({ ...input, branch: PROGRESS_BRANCH, expectedHead: branch.head, files });
  } catch (error) {
    return notWritten(error);
  }
}

export interface CommitToProgressBranch extends CommitFiles {
  readonly pictures: Pictures;
}

interface Branch {
  readonly head: string;
  /** The page as it stands there; undefined: there is none, or so long a one that nobody knows what its pictures are of. */
  readonly page: string | undefined;
  /** Path to object id, of files that are there. */
  readonly blobs: ReadonlyMap<string, string>;
}

const blob = z.object({ oid: z.string().optional(), text: z.string().nullish() }).nullish();
const branchAnswer = z.object({
  /** The files stand beside it, as `f0` and so on. */
  repository: z.looseObject({ ref: z.object({ target: z.object({ oid: z.string() }) }).nullable() }),
});

async function readBranch({ client, locator, files, pictures }: CommitToProgressBranch): Promise<Branch | undefined> {
  const paths = [...new Set([...files.keys(), pictures.page, ...pictures.paths])];
  const declared = paths.map((_, index) => `, $f${index}: String!`).join('');
  const objects = paths
    .map((path, index) => {
      const fields = path === pictures.page ? 'oid text' : 'oid';
      return `f${index}: object(expression: $f${index}) { ... on Blob { ${fields} } }`;
    })
    .join('\n');
  const query = `query ObserveAside($owner: String!, $repo: String!, $ref: String!${declared}) {
    repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { oid } } ${objects} }
  }`;
  const expressions = Object.fromEntries(paths.map((path, index) => [`f${index}`, `${PROGRESS_BRANCH}:${path}`]));
  const variables = { ...locator, ref: `refs/heads/${PROGRESS_BRANCH}`, ...expressions };
  const { data } = await graphql(client, { query, variables });
  const { repository } = parseAnswer(branchAnswer, data);
  if (!repository.ref) return undefined;
  const found = paths.map((path, index) => ({ path, ...parseAnswer(blob, repository[`f${index}`]) }));
  const blobs = found.flatMap(({ path, oid }) => (oid === undefined ? [] : [[path, oid] as const]));
  const page = found.find(({ path }) => path === pictures.page)?.text ?? undefined;
  return { head: repository.ref.target.oid, page, blobs: new Map(blobs) };
}

async function createBranch({ client, locator, expectedHead }: CommitFiles): Promise<Branch> {
  await client.request('POST /repos/{owner}/{repo}/git/refs', {
    ...locator,
    ref: `refs/heads/${PROGRESS_BRANCH}`,
    sha: expectedHead,
    ...WRITE,
  });
  return { head: expectedHead, page: undefined, blobs: new Map() };
}

/** The id of a text as a git object: whether a file says it is known without reading the file, however large that is. */
function blobId(text: string): string {
  const content = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
