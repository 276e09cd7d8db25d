import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitsBetween, commonAncestor, isAncestor } from '../../src/git/ancestry.ts';
import { changedFiles, changedPaths } from '../../src/git/changed-files.ts';
import { gitLines, gitText, git as runGit } from '../../src/git/command.ts';
import { writeCommit } from '../../src/git/commits.ts';
import { Objects } from '../../src/git/objects.ts';
import { isRefName } from '../../src/git/ref-name.ts';
import { changeRefs, createBareRepository, listRefs, readRef, ZERO_OID } from '../../src/git/refs.ts';
import { writeTree } from '../../src/git/trees.ts';
import { capabilitiesIn, listedRefs, pushableRefs } from '../../src/http/git/ref-lists.ts';
import type { RepositoryRecord } from '../../src/model/records.ts';

/** What is read and written in the files of a repository is what git itself reads and writes. */

let repository: RepositoryRecord;
const git = (...args: readonly string[]) => gitText(repository.gitDir, args);

beforeEach(async () => {
  const gitDir = join(await mkdtemp(join(tmpdir(), 'bare-')), 'remote.git');
  createBareRepository(gitDir, 'main');
  repository = { gitDir, objects: new Objects(gitDir), defaultBranch: 'main' } as unknown as RepositoryRecord;
});
afterEach(async () => {
  await repository.objects.close();
  await rm(join(repository.gitDir, '..'), { recursive: true, force: true });
});

interface Step {
  /** How far back the parents are, of commits so far. */
  readonly parents: readonly number[];
  /** Seconds since the commit before; clocks differ, so that it may be less than nothing. */
  readonly later: number;
  readonly changes: readonly { readonly path: string; readonly text: string | null }[];
}

const changes = fc.record({
  path: fc.constantFrom('a', 'a.b', 'a/x', 'a/y/z', 'b', 'b/c', 'ü/ß', 'z-1', 'z/1'),
  text: fc.option(fc.constantFrom('one\n', 'two\n', 'one\ntwo\n', '')),
});
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    parents: fc.array(fc.nat(4), { maxLength: 2 }),
    later: fc.integer({ min: -3, max: 3 }),
    changes: fc.array(changes, { maxLength: 3 }),
  }),
  { minLength: 2, maxLength: 12 },
);

async function writeHistory(history: readonly Step[]): Promise<string[]> {
  const commits: string[] = [];
  let date = Date.parse('2026-03-01T08:00:00Z');
  for (const [place, { parents, later, changes }] of history.entries()) {
    date += later * 1000;
    const known = parents.flatMap((back) => commits.at(-1 - back) ?? []);
    const additions = changes.flatMap(({ path, text }) =>
      text === null ? [] : [{ path, content: Buffer.from(text) }],
    );
    const tree = await writeTree(repository, {
      from: known[0] === undefined ? null : `${known[0]}^{tree}`,
      changes: { additions, deletions: changes.flatMap(({ path, text }) => (text === null ? [path] : [])) },
    });
    const author = { name: 'Lead', email: 'lead@example.com', date };
    commits.push(writeCommit(repository, { tree, parents: [...new Set(known)], message: `Step ${place}`, author }));
  }
  return commits;
}

test('a history of any shape is one that git finds sound, and reads as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const commits = await writeHistory(history);

      const found = await git('fsck', '--strict', '--no-dangling', '--no-progress', ...commits);

      expect(found.replace(/^notice: .*$/gm, '').trim()).toBe('');
    }),
    { numRuns: 10 },
  );
});

test('what lies between two commits is what git says', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(11), fc.nat(11), async (history, one, other) => {
      const commits = await writeHistory(history);
      const [from = '', to = ''] = [commits[one % commits.length], commits[other % commits.length]];

      const between = await commitsBetween(repository, { from, to });
      const ancestor = await commonAncestor(repository, { base: from, head: to });
      const paths = await changedPaths(repository, { from, to });
      const files = await changedFiles(repository, { from, to });

      expect(between.map(({ oid }) => oid)).toEqual(gitLines(await git('rev-list', '--reverse', `${from}..${to}`)));
      expect(await isAncestor(repository, { older: from, newer: to })).toBe(
        await git('merge-base', '--is-ancestor', from, to).then(
          () => true,
          () => false,
        ),
      );
      expect(gitLines(await git('merge-base', '--all', from, to).catch(() => ''))).toEqual(
        ancestor === null ? [] : expect.arrayContaining([ancestor]),
      );
      const letters = { added: 'A', removed: 'D', modified: 'M' } as const;
      expect(paths.map(({ path, status }) => `${letters[status]}\t${path}`)).toEqual(
        gitLines(await git('-c', 'core.quotePath=false', 'diff-tree', '-r', '--no-renames', '--name-status', from, to)),
      );
      expect(files.map(({ path, additions, deletions }) => `${additions}\t${deletions}\t${path}`)).toEqual(
        gitLines(await git('-c', 'core.quotePath=false', 'diff-tree', '-r', '--no-renames', '--numstat', from, to)),
      );
    }),
    { numRuns: 20 },
  );
});

test.each([
  'main',
  'a/b',
  'ü',
  '@',
  'a@b',
  'a.',
  '.a',
  'a/.b',
  'a.lock',
  'a.lock/b',
  'a..b',
  'a b',
  'a~',
  'a//b',
  'a/',
  'a@{1}',
  'a\\b',
  'a\x7f',
  'a\tb',
])('refs/heads/%s names a ref where git says so', async (name) => {
  const isGitsName = await git('check-ref-format', `refs/heads/${name}`).then(
    () => true,
    () => false,
  );

  expect(isRefName(`refs/heads/${name}`)).toBe(isGitsName);
});

test.each([
  ['in files of their own', async () => undefined],
  ['packed', () => git('pack-refs', '--all')],
])('refs %s move together from where they are expected, or not at all', async (_, pack) => {
  const [one = '', two = ''] = await writeHistory([
    { parents: [], later: 0, changes: [{ path: 'a', text: 'one\n' }] },
    { parents: [0], later: 1, changes: [{ path: 'a', text: 'two\n' }] },
  ]);
  const create = (name: string) => ({ name, before: ZERO_OID, after: one });
  expect(await changeRefs(repository, [create('refs/heads/main'), create('refs/keep/claims/1')])).toBe(true);
  await pack();
  const tree = (await repository.objects.read(`${one}^{tree}`))?.oid ?? '';

  const refused = [
    [create('refs/heads/new'), create('refs/heads/main')],
    [create('refs/heads/new'), { name: 'refs/heads/main', before: two, after: one }],
    [create('refs/heads/main/below')],
    [create('refs/keep/claims')],
    [{ name: 'refs/heads/new', before: ZERO_OID, after: tree }],
    [{ name: 'refs/heads/new', before: ZERO_OID, after: '1'.repeat(40) }],
    [create('refs/heads/new.lock')],
  ];
  for (const changes of refused) expect(await changeRefs(repository, changes)).toBe(false);
  expect(await git('for-each-ref', '--format=%(refname) %(objectname)')).toBe(
    `refs/heads/main ${one}\nrefs/keep/claims/1 ${one}`,
  );
  const [claim, main] = [
    { name: 'refs/keep/claims/1', before: one, after: ZERO_OID },
    { name: 'refs/heads/main', before: one, after: two },
  ];
  expect(await changeRefs(repository, [claim, main])).toBe(true);
  expect(await git('for-each-ref', '--format=%(refname) %(objectname)')).toBe(`refs/heads/main ${two}`);
  expect((await readRef(repository, 'refs/heads/main'))?.oid).toBe(two);
  expect(await readRef(repository, 'refs/keep/claims/1')).toBeNull();
  expect((await listRefs(repository, 'refs/')).map(({ name, oid }) => [name, oid])).toEqual([['refs/heads/main', two]]);
  expect(await changeRefs(repository, [create('refs/keep/claims')])).toBe(true);
});

test('a ref that git moves at this moment is waited for, and then judged', async () => {
  const [one = ''] = await writeHistory([{ parents: [], later: 0, changes: [{ path: 'a', text: 'one\n' }] }]);
  const lock = join(repository.gitDir, 'refs/heads/main.lock');
  await writeFile(lock, '');

  const moved = changeRefs(repository, [{ name: 'refs/heads/main', before: ZERO_OID, after: one }]);
  await rm(lock);

  expect(await moved).toBe(true);
});

const WISHES = ['peel', 'symrefs', 'unborn', 'ref-prefix refs/heads/', 'ref-prefix HEAD', 'ref-prefix refs/tags/'];

test.each([
  ['an empty repository', async () => undefined],
  [
    'branches, tags and pull requests',
    async () => {
      const [one = ''] = await writeHistory([{ parents: [], later: 0, changes: [{ path: 'a', text: 'one\n' }] }]);
      const names = ['refs/heads/main', 'refs/heads/a/b', 'refs/tags/light', 'refs/pull/1/head', 'refs/claims/1'];
      await changeRefs(
        repository,
        names.map((name) => ({ name, before: ZERO_OID, after: one })),
      );
      await git('-c', 'user.name=Lead', '-c', 'user.email=lead@example.com', 'tag', '-a', 'heavy', '-m', 'v1', one);
    },
  ],
])('%s are listed to fetches and pushes as git lists them', async (_, fill) => {
  await fill();
  const packets = (...lines: readonly string[]) =>
    lines.map((line) => `${(line.length + 5).toString(16).padStart(4, '0')}${line}\n`).join('');
  const { gitDir } = repository;

  for (const wishes of [[], WISHES.slice(0, 1), WISHES.slice(0, 3), WISHES.slice(3), WISHES.slice(3, 4), WISHES]) {
    const input = `${packets('command=ls-refs')}0001${packets(...wishes)}0000`;
    const answer = await runGit(gitDir, ['upload-pack', '--stateless-rpc', gitDir], {
      input,
      env: { GIT_PROTOCOL: 'version=2' },
    });
    expect(await listedRefs(repository, Buffer.from(input))).toEqual(answer);
  }
  const pushing = await runGit(gitDir, ['receive-pack', '--http-backend-info-refs', gitDir]);
  expect(await pushableRefs(repository, capabilitiesIn(pushing) ?? '')).toEqual(pushing);
  expect(await listedRefs(repository, Buffer.from(`${packets('command=fetch')}0000`))).toBeNull();
});
