import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differencesFrom } from '../../../src/task/git/base.ts';
import { gitText, type Repository } from '../../../src/task/git/git.ts';
import { writeBareRepository } from '../../../src/task/git/private-repository.ts';

const PROJECTED = { plan: 'docs/plän.json', progress: 'PROGRESS.md' };

let folder: string;
let repository: Repository;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-differences-'));
  repository = { gitDir: join(folder, 'git'), remote: '', token: '' };
  await writeBareRepository(repository.gitDir);
});
afterEach(() => rm(folder, { recursive: true }));

type Files = { readonly [name: string]: string | Files };

/** A tree by its files; a name in quotes is as git quotes it, and `!` before a content makes the file executable. */
async function treeOf(files: Files): Promise<string> {
  const lines: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    if (typeof content !== 'string') lines.push(`040000 tree ${await treeOf(content)}\t${name}`);
    else {
      const blob = await gitText(repository, ['hash-object', '-w', '--stdin'], { input: content.replace('!', '') });
      lines.push(`${content.startsWith('!') ? '100755' : '100644'} blob ${blob}\t${name}`);
    }
  }
  return gitText(repository, ['mktree'], { input: lines.map((line) => `${line}\n`).join('') });
}

const CODE: Files = { 'a.txt': 'a\n', docs: { 'guide.md': 'guide\n' } };
const PROJECTION: Files = { 'plän.json': '{}' };

async function areSame(one: Files, other: Files): Promise<boolean> {
  const from = await treeOf(CODE);
  const to = [await treeOf(one), await treeOf(other)];
  const differences = await differencesFrom(repository, { from, to, projected: PROJECTED });
  return differences.get(to[0] ?? '') === differences.get(to[1] ?? '');
}

describe('two trees are the same', () => {
  it.each<[string, Files, Files]>([
    ['where they are one', CODE, CODE],
    [
      'where plan and progress differ, or are missing in one',
      { ...CODE, 'PROGRESS.md': 'half\n', docs: { 'guide.md': 'guide\n', ...PROJECTION } },
      { ...CODE, 'PROGRESS.md': 'all\n' },
    ],
    [
      'where pictures of the plan differ',
      { ...CODE, 'PROGRESS-pictures': { 'plan-light.svg': '<svg/>\n', 'plan-dark.svg': '<svg/>\n' } },
      { ...CODE, 'PROGRESS-pictures': { 'plan-light.svg': '<svg />\n', 'timeline-dark.svg': '<svg/>\n' } },
    ],
  ])('%s', async (_, one, other) => {
    expect(await areSame(one, other)).toBe(true);
  });
});

describe('two trees are not the same', () => {
  it.each<[string, Files, Files]>([
    ['where a file differs', { 'a.txt': 'b\n' }, { 'a.txt': 'c\n' }],
    [
      'where a file differs that only lies beside the pictures',
      { ...CODE, 'PROGRESS-pictures': { 'run.sh': 'rm\n' } },
      CODE,
    ],
    ['where one has a file more', CODE, { ...CODE, 'b.txt': 'b\n' }],
    ['where only the mode differs', { 'a.txt': 'a\n' }, { 'a.txt': '!a\n' }],
    ['where a file lies below what is a file of the app', CODE, { ...CODE, 'PROGRESS.md': { 'run.sh': 'rm\n' } }],
    ['where a file has the name of the plan in another folder', CODE, { ...CODE, 'plän.json': '{}' }],
    ['where a name differs in bytes that are no text', { '"a\\376"': 'a\n' }, { '"a\\377"': 'a\n' }],
    ['where a name holds a line break', { '"a\\nb"': 'a\n' }, { a: 'a\n', b: 'a\n' }],
  ])('%s', async (_, one, other) => {
    expect(await areSame(one, other)).toBe(false);
  });
});

it('says so where a tree is not there', async () => {
  const [from, missing] = [await treeOf(CODE), '0123456789abcdef0123456789abcdef01234567'];

  await expect(differencesFrom(repository, { from, to: [from, missing], projected: PROJECTED })).rejects.toThrow(
    'trees cannot be compared',
  );
});
