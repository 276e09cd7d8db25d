import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runProgram } from '../../../src/task/process/run-program.ts';

const run = promisify(execFile);

let folder: string;
let disk: string;
let mounted = false;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-disk-'));
  disk = join(folder, 'disk');
  await mkdir(disk);
  mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', disk]).then(
    () => true,
    () => false,
  );
  if (!mounted) console.warn('nothing can be mounted here: the tests of a disk that fills are SKIPPED');
});

afterEach(async () => {
  if (mounted) await run('umount', ['--lazy', disk]);
  await rm(folder, { recursive: true, force: true });
});

function fill(script: string) {
  return runProgram({
    argv: ['bash', '-c', script],
    cwd: disk,
    environment: { PATH: process.env.PATH },
    log: join(folder, 'log'),
    limitMs: 60_000,
    signal: new AbortController().signal,
  });
}

it('a program that fills the disk is ended before it is full, and says so last', async (context) => {
  if (!mounted) return context.skip();

  const end = await fill('head -c 65000000 /dev/zero > filled; echo filled; exec sleep 50');

  expect(end).toMatchObject({ why: 'full', tail: expect.stringMatching(/The disk is nearly full.*\n$/) });
});

it('one that begins on a disk that is nearly full may do its work', async (context) => {
  if (!mounted) return context.skip();
  await writeFile(join(disk, 'filled'), Buffer.alloc(65_000_000));

  const end = await fill('echo work > work; sleep 2.5');

  expect(end).toMatchObject({ code: 0, why: 'exit' });
});
