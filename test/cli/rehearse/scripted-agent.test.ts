import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../src/cli/rehearse/scripted-agent.ts', import.meta.url));
const MODULE = 'src/a/a-1.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-agent-'));
  const tasks = [{ id: 'A-1', title: 'One', estimate: '1h', outputs: [MODULE] }];
  await writeFile(join(folder, 'plan.json'), JSON.stringify({ tasks }));
  await writeFile(join(folder, 'brief.md'), 'Work on A-1.');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('leaves a module and its test, and of the draft nothing', async () => {
  const { code, said } = await ended(start({ milliseconds: 60 }));

  expect(code, said).toBe(0);
  expect(said).toContain('Working on A-1, attempt 1, for 60 ms.');
  expect(await module()).toMatch(/^\/\*\* A-1 and every task[\s\S]*\['A-1'\]/);
  expect(existsSync(join(folder, 'test/a/a-1.test.ts'))).toBe(true);
});

it('works only for the rest of the time where a killed run left a draft', async () => {
  const killed = start({ milliseconds: 2_000 });
  await drafted(0.3);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const { code, said } = await ended(start({ milliseconds: 2_000 }));

  expect(code, said).toBe(0);
  const [, total, before] = /for (\d+) ms, of which (\d+) ms lie here as a draft/.exec(said) ?? [];
  expect(total).toBe('2000');
  expect(Number(before)).toBeGreaterThanOrEqual(600);
  expect(await module()).toContain("['A-1']");
});

it('has nothing left to do where an earlier run was ended in the moment in which it was done', async () => {
  await ended(start({ milliseconds: 40 }));
  const { code, said } = await ended(start({ milliseconds: 60_000 }));

  expect(code, said).toBe(0);
  expect(said).toContain('for 60000 ms, of which 60000 ms lie here as a draft');
});

it('does not take the broken work of an earlier attempt for its own', async () => {
  await ended(start({ milliseconds: 40, fail: 'A-1:1' }));
  expect(await module()).not.toContain("['A-1']");
  const { said } = await ended(start({ milliseconds: 40, fail: 'A-1:1', attempt: 2 }));

  expect(said).toContain('Working on A-1, attempt 2, for 40 ms.');
  expect(await module()).toContain("['A-1']");
});

interface Start {
  readonly milliseconds: number;
  readonly fail?: string;
  readonly attempt?: number;
}

function start({ milliseconds, fail, attempt = 1 }: Start): ChildProcess {
  const speed = String(3_600_000 / milliseconds);
  const failing = fail === undefined ? [] : ['--fail', fail];
  return spawn(process.execPath, [PROGRAM, '--plan', 'plan.json', '--speed', speed, ...failing], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_NO_WARNINGS: '1',
      AGENT_WAVES_TASK: 'A-1',
      AGENT_WAVES_ATTEMPT: String(attempt),
      AGENT_WAVES_BRIEF: join(folder, 'brief.md'),
    },
  });
}

async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly said: string }> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

function module(): Promise<string> {
  return readFile(join(folder, MODULE), 'utf8').catch(() => '');
}

/** Settles once the draft says that at least this share is done. */
async function drafted(share: number): Promise<void> {
  while (!(Number(/(\d{7}) millionths/.exec(await module())?.[1] ?? 0) / 1e6 >= share)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
