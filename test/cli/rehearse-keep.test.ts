import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newFolder, removeFolder } from '../e2e/support/command.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

let out: string;
beforeAll(async () => {
  out = await newFolder();
});
afterAll(() => removeFolder(out));

it('stays up after a rehearsal, with pages to look at, until it is interrupted', async () => {
  const args = [MAIN, 'rehearse', 'examples/small', '--out', out, '--keep'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: out, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  try {
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.includes('Ctrl-C')) break;
    }
    const address = /Open (http:\S+)/.exec(said)?.[1] ?? '';
    const signedIn = await fetch(address, { redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const open = async (path: string) => {
      const answer = await fetch(new URL(path, address), { headers: { cookie } });
      return answer.text();
    };

    const list = await open(signedIn.headers.get('location') ?? '');
    const issue = /href="(\/[^"]+\/issues\/\d+)">A-001/.exec(list)?.[1] ?? '';
    const run = /href="(\/[^"]+\/actions\/runs\/\d+)"/.exec(list)?.[1] ?? '';
    expect(await open(issue)).toContain('landed in');
    expect(await open(run)).toContain('<table>');
    expect(await open('/rehearsal/small/blob/main/PROGRESS.md')).toContain('4 of 4 tasks completed');
  } finally {
    child.stdout.resume();
    child.kill('SIGINT');
  }
  expect(await exit).toEqual([0, null]);
});
