import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changedFiles } from '../../src/git/changed-files.ts';
import { gitText } from '../../src/git/command.ts';
import { writeCommit } from '../../src/git/commits.ts';
import { forget, keepInMemory } from '../../src/git/in-memory.ts';
import { mergeTrees } from '../../src/git/merge.ts';
import { Objects } from '../../src/git/objects.ts';
import { changeRefs, createBareRepository, listRefs, readRef, ZERO_OID } from '../../src/git/refs.ts';
import { writeTree } from '../../src/git/trees.ts';
import type { RepositoryRecord } from '../../src/model/records.ts';

/** What a repository in memory answers is what the same one in files does. */

let folder: string;
let inFiles: RepositoryRecord;
let inMemory: RepositoryRecord;

beforeEach(begin);
afterEach(end);

async function begin(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'kept-'));
  inFiles = recordOf('files.git');
  inMemory = recordOf('memory.git');
  createBareRepository(inFiles.gitDir, 'main');
  keepInMemory(inMemory.gitDir, 'main');
}

async function end(): Promise<void> {
  forget(inMemory.gitDir);
  await Promise.all([inFiles, inMemory].map(({ objects }) => objects.close()));
  await rm(folder, { recursive: true, force: true });
}

function recordOf(name: string): RepositoryRecord {
  const gitDir = join(folder, name);
  return { gitDir, objects: new Objects(gitDir), defaultBranch: 'main' } as unknown as RepositoryRecord;
}

/** @returns The id of a commit of one file. */
async function commit(repository: RepositoryRecord, { path, text, parent }: Step): Promise<string> {
  const changes = { additions: [{ path, content: Buffer.from(text) }], deletions: [] };
  const tree = await writeTree(repository, { from: parent ?? null, changes });
  const author = { name: 'Lead', email: 'lead@example.com', date: Date.parse('2026-03-01T08:00:00Z') };
  return writeCommit(repository, { tree, parents: parent ? [parent] : [], message: text, author });
}

interface Step {
  readonly path: string;
  readonly text: string;
  readonly parent: string | undefined;
}

const NAMES = [
  'refs/heads/main',
  'refs/heads/a',
  'refs/heads/a/b',
  'refs/heads/a/b/c',
  'refs/tags/a',
  'refs/x/..',
  'HEAD',
];
const moves = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES),
    from: fc.constantFrom('as it is', 'nowhere', 'another'),
    to: fc.constantFrom('new', 'away', 'no object'),
  }),
  { minLength: 1, maxLength: 3 },
);

test('the same writes and moves lead to the same ids, refs and refusals', async () => {
  // Every course of pushes has repositories of its own.
  await end();

  await fc.assert(
    fc
      .asyncProperty(fc.array(moves, { maxLength: 12 }), async (pushes) => {
        let last: string | undefined;
        for (const [place, push] of pushes.entries()) {
          const step = { path: `f/${place % 3}.md`, text: `${place}\n`, parent: last };
          const made = await Promise.all([inFiles, inMemory].map((each) => commit(each, step)));
          expect(made[1]).toBe(made[0]);
          const [oid = ''] = made;
          const changesIn = async (each: RepositoryRecord) =>
            Promise.all(
              push.map(async ({ name, from, to }) => {
                const stands = (await readRef(each, name))?.oid ?? ZERO_OID;
                const before = { 'as it is': stands, nowhere: ZERO_OID, another: last ?? oid }[from];
                return { name, before, after: { new: oid, away: ZERO_OID, 'no object': '1'.repeat(40) }[to] };
              }),
            );
          const moved = [];
          for (const each of [inFiles, inMemory]) moved.push(await changeRefs(each, await changesIn(each)));
          expect(moved[1]).toBe(moved[0]);
          const listed = await Promise.all([inFiles, inMemory].map((each) => listRefs(each, 'refs/')));
          const plain = listed.map((refs) => refs.map(({ name, oid, type }) => ({ name, oid, type })));
          expect(plain[1]).toEqual(plain[0]);
          for (const expression of [
            'HEAD',
            'refs/heads/main:f/0.md',
            'main:f/0.md',
            'none:f/0.md',
            `${oid}^{tree}`,
            `${oid}:f`,
            `${oid}:none`,
            'f'.repeat(40),
          ]) {
            const [there, here] = await Promise.all([inFiles, inMemory].map((each) => each.objects.read(expression)));
            expect(here).toEqual(there);
          }
          last = oid;
        }
      })
      .beforeEach(begin)
      .afterEach(end),
    { numRuns: 60 },
  );
  await begin();
});

test('nothing of it is in the folder, and what only git can answer fails and says why', async () => {
  const oid = await commit(inMemory, { path: 'a.md', text: 'a\n', parent: undefined });

  await changeRefs(inMemory, [{ name: 'refs/heads/main', before: ZERO_OID, after: oid }]);

  expect(existsSync(inMemory.gitDir)).toBe(false);
  expect((await readRef(inMemory, 'refs/heads/main'))?.oid).toBe(oid);
  await expect(inMemory.objects.read(`${oid}~1`)).rejects.toThrow('in memory alone');
  await expect(gitText(inMemory.gitDir, ['log'])).rejects.toThrow('in memory alone');
});

const PATHS = fc.constantFrom('a', 'b', 'folder/c', 'folder/d', 'folder/below/e');
const LINES = fc.array(fc.constantFrom('one', 'two', 'three', 'four'), { maxLength: 4 });
const DRAWN_FILES = fc.dictionary(PATHS, LINES);
/** Null takes a file away. */
const DRAWN_EDITS = fc.dictionary(PATHS, fc.option(LINES), { maxKeys: 2 });

type Files = Readonly<Record<string, readonly string[] | null>>;

/** Lines say their path, so that git takes no file for another one under a new name. */
async function commitOf(repository: RepositoryRecord, files: Files, parent?: string): Promise<string> {
  const additions = Object.entries(files).flatMap(([path, lines]) =>
    lines === null ? [] : [{ path, content: Buffer.from(lines.map((line) => `${line} of ${path}\n`).join('')) }],
  );
  const tree = await writeTree(repository, { from: null, changes: { additions, deletions: [] } });
  const author = { name: 'Lead', email: 'lead@example.com', date: Date.parse('2026-03-01T08:00:00Z') };
  return writeCommit(repository, { tree, parents: parent ? [parent] : [], message: JSON.stringify(files), author });
}

test('merges what git merges by whole files, and never otherwise', async () => {
  let merged = 0;
  await fc.assert(
    fc.asyncProperty(DRAWN_FILES, DRAWN_EDITS, DRAWN_EDITS, async (base, own, other) => {
      const trees = [];
      for (const repository of [inFiles, inMemory]) {
        const root = await commitOf(repository, base);
        const ours = await commitOf(repository, { ...base, ...own }, root);
        const theirs = await commitOf(repository, { ...base, ...other }, root);
        trees.push(await mergeTrees(repository, { ours, theirs }));
      }
      const [byGit, byPaths] = trees;
      // Git may merge the lines of a file that both have changed, and follows files to other names.
      if (byPaths === null) return;
      merged += 1;
      expect(byPaths).toBe(byGit);
    }),
    { numRuns: 40 },
  );
  expect(merged).toBeGreaterThan(3);
});

test('counts the lines that git counts', async () => {
  const one = { a: ['one', 'two', 'three'], 'folder/c': ['one'], b: ['one', 'one'] };
  const other = { a: ['one', 'three', 'four', 'four'], 'folder/d': ['two'], b: ['one', 'two', 'one'] };
  const counted = [];
  for (const repository of [inFiles, inMemory]) {
    const from = await commitOf(repository, one);
    const to = await commitOf(repository, other, from);
    counted.push(await changedFiles(repository, { from, to }));
  }
  expect(counted[1]).toEqual(counted[0]);
  expect(counted[1]).toContainEqual({ path: 'a', status: 'modified', additions: 2, deletions: 1 });
});
