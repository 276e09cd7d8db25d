import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** @returns How many files of BullMQ and its client a process has loaded that imports this one. */
async function loadedWith(file: string): Promise<number> {
  const path = fileURLToPath(new URL(`../../../../src/hosts/server/${file}`, import.meta.url));
  const script = `await import(process.argv[1]);
    const { default: { _cache } } = await import('node:module');
    console.log(Object.keys(_cache).filter((name) => /node_modules.(bullmq|ioredis)/.test(name)).length);`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, path], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
  });
  return Number(stdout);
}

it('a server that is alone loads nothing of what replicas need', async () => {
  expect(await loadedWith('serve.ts')).toBe(0);
  expect(await loadedWith('replicas/open-replicas.ts')).toBeGreaterThan(10);
});
