import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitText, IDENTITY, type Repository } from '../../../src/task/git/git.ts';
import { commitTree } from '../../../src/task/git/merge-trees.ts';
import { writeBareRepository } from '../../../src/task/git/private-repository.ts';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

let folder: string;
let repository: Repository;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-commit-'));
  repository = { gitDir: join(folder, 'git'), remote: '', token: '' };
  await writeBareRepository(repository.gitDir);
});
afterEach(() => rm(folder, { recursive: true }));

/** As git would have made it at the same moment. */
async function byGit(commit: string, { parents, message }: { parents: readonly string[]; message: string }) {
  const seconds = await gitText(repository, ['log', '-1', '--format=%ct', commit]);
  const lines = [`tree ${EMPTY_TREE}`, ...parents.map((parent) => `parent ${parent}`)];
  const by = `${IDENTITY.name} <${IDENTITY.email}> ${seconds} +0000`;
  return gitText(repository, ['hash-object', '-t', 'commit', '--stdin'], {
    input: `${[...lines, `author ${by}`, `committer ${by}`].join('\n')}\n\n${message}`,
  });
}

describe('a commit that is written without git', () => {
  it.each([
    ['of one line', 'T-1: waits to land'],
    ['of several', 'Walls\n\nWrote them.\n\nTask: A-001\nIssue: #7\n'],
    ['of other letters than English has', 'Wände für 東京 🧱\n'],
    ['that is empty', ''],
  ])('is the one that git would have made, with a message %s', async (_, message) => {
    const first = await commitTree(repository, { tree: EMPTY_TREE, parents: [], message: 'first' });
    const second = await commitTree(repository, { tree: EMPTY_TREE, parents: [first], message: 'second' });

    const merge = await commitTree(repository, { tree: EMPTY_TREE, parents: [first, second, first], message });

    expect(merge).toBe(await byGit(merge, { parents: [first, second], message }));
  });

  it('is a whole object to git', async () => {
    await gitText(repository, ['mktree'], { input: '' });
    const commit = await commitTree(repository, { tree: EMPTY_TREE, parents: [], message: 'whole' });

    expect(await gitText(repository, ['fsck', '--strict', '--no-dangling', commit])).toBe('');
    expect(await gitText(repository, ['log', '--format=%an|%ae|%cn|%ce|%s', commit])).toBe(
      `${IDENTITY.name}|${IDENTITY.email}|${IDENTITY.name}|${IDENTITY.email}|whole`,
    );
  });

  it('may be written twice', async () => {
    const write = () => commitTree(repository, { tree: EMPTY_TREE, parents: [], message: 'twice' });

    const [one, other] = await Promise.all([write(), write()]);

    for (const commit of [one, other]) expect(await gitText(repository, ['cat-file', '-t', commit])).toBe('commit');
  });

  it.each([
    ['a tree that is none', { tree: `${EMPTY_TREE}\nparent x`, parents: [], message: '' }, 'not the id of an object'],
    ['a parent that is a name', { tree: EMPTY_TREE, parents: ['HEAD'], message: '' }, 'not the id of an object'],
    ['a message that git refuses', { tree: EMPTY_TREE, parents: [], message: 'a\0b' }, 'holds a NUL'],
  ])('is refused with %s', async (_, commit, why) => {
    await expect(commitTree(repository, commit)).rejects.toThrow(why);
  });
});
