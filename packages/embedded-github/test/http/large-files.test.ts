import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
const raw = { mediaType: { format: 'raw' } };
let town: Town;
let lead: Octokit;

/** One letter for each byte, so that a cut shows where it is. */
const LETTERS = 'abcdefghij'.repeat(110_000);

beforeAll(async () => {
  const files = { 'whole.txt': LETTERS.slice(0, 512_000), 'cut.txt': LETTERS.slice(0, 512_001), 'large.txt': LETTERS };
  town = await startTown({ files });
  lead = octokitFor(town.github, town.lead.token);
});

afterAll(() => town.close());

describe('a large file', () => {
  test('is cut by GraphQL after 512,000 bytes, which says so', async () => {
    const query = `query ($whole: String!, $cut: String!) { repository(owner: "acme", name: "daw") {
      whole: object(expression: $whole) { ... on Blob { oid byteSize isTruncated text } }
      cut: object(expression: $cut) { ... on Blob { oid byteSize isTruncated text } }
    } }`;

    const { repository } = await lead.graphql<{
      repository: Record<'whole' | 'cut', { byteSize: number; isTruncated: boolean; text: string }>;
    }>(query, { whole: 'main:whole.txt', cut: 'main:cut.txt' });

    const { whole, cut } = repository;
    expect([whole.byteSize, whole.isTruncated, whole.text.length]).toEqual([512_000, false, 512_000]);
    expect([cut.byteSize, cut.isTruncated, cut.text.length]).toEqual([512_001, true, 512_000]);
  });

  test('is given without content above 1 MB, and whole where it is asked for raw or as a blob', async () => {
    const { data } = await lead.rest.repos.getContent({ ...at, path: 'large.txt' });
    const { sha, size, content, encoding } = data as Record<string, unknown>;
    const plain = await lead.rest.repos.getContent({ ...at, path: 'large.txt', ...raw });
    const blob = await lead.rest.git.getBlob({ ...at, file_sha: String(sha) });
    const rawBlob = await lead.rest.git.getBlob({ ...at, file_sha: String(sha), ...raw });

    expect([size, content, encoding]).toEqual([LETTERS.length, '', 'none']);
    expect(plain.data as unknown).toBe(LETTERS);
    expect(Buffer.from(blob.data.content, 'base64').toString()).toBe(LETTERS);
    expect(rawBlob.data as unknown).toBe(LETTERS);
  });

  test('is too much for one commit above 40 MB', async () => {
    const { data } = await lead.rest.git.getRef({ ...at, ref: 'heads/main' });
    const contents = Buffer.alloc(40_000_001, 'x').toString('base64');
    const mutation = `mutation ($input: CreateCommitOnBranchInput!) {
      createCommitOnBranch(input: $input) { commit { oid } } }`;
    const input = {
      branch: { repositoryNameWithOwner: 'acme/daw', branchName: 'main' },
      expectedHeadOid: data.object.sha,
      message: { headline: 'Too much' },
      fileChanges: { additions: [{ path: 'huge.txt', contents }] },
    };

    await expect(lead.graphql(mutation, { input })).rejects.toThrow('too large');
  });
});
