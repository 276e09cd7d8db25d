import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runProgram } from '../../../src/task/process/run-program.ts';

/** Longer than any of the loops below pauses. */
const WATCHED_MS = 300;
/** Loops end by themselves, however a test fails. */
const ROUNDS = 3_000;

let folder: string;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-orphans-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(script: string): Promise<void> {
  await writeFile(join(folder, 'script.sh'), script);
  const end = await runProgram({
    argv: ['bash', join(folder, 'script.sh')],
    cwd: folder,
    environment: { PATH: process.env.PATH },
    log: join(folder, 'log'),
    limitMs: 60_000,
    signal: new AbortController().signal,
  });
  expect(end).toMatchObject({ code: 0, why: 'exit' });
}

const signs = () => readFile(join(folder, 'signs'), 'utf8');

describe('what a program leaves behind', () => {
  it.each([
    ['in a session of its own', `setsid bash -c 'for i in {1..${ROUNDS}}; do echo >> signs; sleep 0.02; done' &`],
    [
      'that goes on in another process each time, six times over',
      `hop() { [ "$1" -lt ${ROUNDS} ] && echo >> signs && (setsid bash -c "$(declare -f hop); hop $(($1 + 1))" &); }; for i in {1..6}; do hop 0; done`,
    ],
    [
      'that starts programs without a pause',
      `setsid bash -c 'for i in {1..${ROUNDS}}; do echo >> signs; /bin/true; done' &`,
    ],
  ])('is ended: something %s', async (_, left) => {
    await run(`exec </dev/null >/dev/null 2>&1\n${left}\nwhile [ ! -s signs ]; do :; done\nexit 0\n`);
    const before = await signs();

    await delay(WATCHED_MS);

    expect(before).not.toBe('');
    expect(await signs()).toBe(before);
  });
});
