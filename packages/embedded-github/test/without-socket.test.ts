import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedGitHub, startGitHub } from '../src/index.ts';
import { heldRunner } from './support/town.ts';

let github: EmbeddedGitHub | undefined;
let folder = '';
afterEach(async () => {
  await github?.close();
  await rm(folder, { recursive: true, force: true });
});

async function started() {
  folder = await mkdtemp(join(tmpdir(), 'without-socket-'));
  const made = await startGitHub({ folder, runner: heldRunner().runner, url: 'http://github.invalid' });
  github = made;
  const { token } = made.createUser({ login: 'lead' });
  await made.createRepository({ owner: 'acme', name: 'daw' });
  made.addCollaborator({ repository: 'acme/daw', login: 'lead', permission: 'admin' });
  const files = { 'README.md': '# Daw\n' };
  const head = await made.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'Begin', files });
  const refOf = async (name: string) => {
    const url = `${made.apiUrl}/repos/acme/daw/git/ref/${name}`;
    const answer = await made.fetch(url, { headers: { authorization: `token ${token}` } });
    return ((await answer.json()) as { readonly object?: { readonly sha: string } }).object?.sha;
  };
  return { made, head, refOf };
}

describe('a GitHub with an address and no socket', () => {
  it('answers fetch under that address', async () => {
    const { made, head, refOf } = await started();

    expect(made.apiUrl).toBe('http://github.invalid/api/v3');
    expect(await refOf('heads/main')).toBe(head);
  });

  it('moves refs together, or none where one stands elsewhere', async () => {
    const { made, head, refOf } = await started();
    const second = await made.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'More', files: { a: 'a\n' } });
    const move = (from: string) =>
      made.moveRefs({
        repository: 'acme/daw',
        by: 'lead',
        moves: [
          { ref: 'refs/heads/main', from, to: head },
          { ref: 'refs/notes/claim', from: null, to: head },
        ],
      });

    expect(await move(head)).toBe(false);
    expect([await refOf('heads/main'), await refOf('notes/claim')]).toEqual([second, undefined]);
    expect(await move(second)).toBe(true);
    expect([await refOf('heads/main'), await refOf('notes/claim')]).toEqual([head, head]);
  });
});
