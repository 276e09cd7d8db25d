import * as z from 'zod';
import type { FileView } from '../../state/snapshot.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

/** Files of a commit, of whatever size: GraphQL gives the first 512,000 bytes of one, REST all of it by its object id. */

/** So large a file is read and written, in bytes: one commit over GraphQL takes 40 MB in all. */
const MAX_FILE = 25_000_000;

const WITHOUT_TEXT = '... on Blob { oid byteSize isTruncated }';

/** What is asked of an object that may be a file. @param isLarge It was too large for GraphQL when it was last read. */
export function fileFields(isLarge = false): string {
  return isLarge ? WITHOUT_TEXT : '... on Blob { oid byteSize text isTruncated }';
}

/** An object that is no file, a folder for instance, has none of it. */
export const fileBlob = z
  .object({
    oid: z.string().optional(),
    byteSize: z.number().optional(),
    text: z.string().nullish(),
    isTruncated: z.boolean().nullish(),
  })
  .nullable();

/** Files that GraphQL does not give whole, as one process read them last, by path. */
export type LargeFiles = ReadonlyMap<string, { readonly oid: string; readonly text: string }>;

export const NO_LARGE_FILES: LargeFiles = new Map();

export interface AskedFile {
  readonly path: string;
  readonly blob: z.infer<typeof fileBlob> | undefined;
}

interface Source {
  readonly client: Client;
  readonly locator: Locator;
  readonly large: LargeFiles;
}

export interface FilesReading {
  /** In the order of what was asked; undefined where there is no such file. */
  readonly files: readonly (FileView | undefined)[];
  /** To be known at the next reading. */
  readonly large: LargeFiles;
}

/** The files of an answer. Each large one that is another than before costs a request. */
export async function filesIn(asked: readonly AskedFile[], source: Source): Promise<FilesReading> {
  const files: (FileView | undefined)[] = [];
  const large = new Map<string, { readonly oid: string; readonly text: string }>();
  for (const { path, blob } of asked) {
    const file = await fileIn({ path, blob }, source);
    files.push(file);
    if (file && !file.tooLarge && blob?.oid !== undefined && blob.isTruncated)
      large.set(path, { oid: blob.oid, text: file.text });
  }
  return { files, large };
}

async function fileIn({ path, blob }: AskedFile, { large, ...source }: Source): Promise<FileView | undefined> {
  if (!blob || blob.oid === undefined) return undefined;
  const known = large.get(path);
  if (known?.oid === blob.oid) return { path, text: known.text };
  if (blob.isTruncated && (blob.byteSize ?? 0) > MAX_FILE) return { path, text: '', tooLarge: true };
  // Its text was not asked for where it was large before.
  if (blob.isTruncated || blob.text === undefined) return { path, text: await readBlob(blob.oid, source) };
  return blob.text === null ? undefined : { path, text: blob.text };
}

/** By what it is and not where it lies: what comes is what the answer named, however far behind a replica is. */
async function readBlob(oid: string, { client, locator }: Omit<Source, 'large'>): Promise<string> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
    ...locator,
    file_sha: oid,
    headers: API_VERSION,
  });
  return Buffer.from(data.content, 'base64').toString('utf8');
}
