import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentWaves } from '../e2e/support/command.ts';

/** Each command has so much memory, in MB: one that read what it refuses would not end well. */
const MEMORY = '512';
const LIMITED = { NODE_OPTIONS: `--max-old-space-size=${MEMORY}` };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-hostile-input-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

/** As large as asked for, and nothing in it: made without writing it. */
async function largeFile(name: string, bytes: number): Promise<string> {
  const handle = await open(join(folder, name), 'w');
  await handle.truncate(bytes);
  await handle.close();
  return join(folder, name);
}

function manyTasks(count: number): string {
  const tasks = Array.from({ length: count }, (_, n) => `{"id":"T-${n}","title":"Task","dependencies":["T-${n + 1}"]}`);
  return `{"name":"Many","tasks":[${tasks.join(',')}]}`;
}

describe.each(['check', 'import', 'simulate', 'graph'])('agent-waves %s', (command) => {
  const extra = { import: ['--dry-run'], simulate: ['--agents', '8'], graph: ['--format', 'dot'] };
  const run = (path: string) => agentWaves([command, path, ...(extra[command as keyof typeof extra] ?? [])], LIMITED);

  it('refuses a file of 50 MB without reading it', async () => {
    const { code, stdout, stderr } = await run(await largeFile('large.json', 50 * 1024 * 1024));

    expect(code).toBe(2);
    expect(stdout + stderr).toContain('has 52428800 bytes; at most 20000000 are read');
  });

  it.each([
    ['100,000 tasks', () => manyTasks(100_000), /100000 tasks; at most 20000 are read/],
    ['lists without end', () => '['.repeat(5_000_000), /nested more than 64 levels deep/],
    ['objects without end', () => '{"a":'.repeat(2_000_000), /nested more than 64 levels deep/],
    ['an id that is a prototype', () => '{"name":"P","tasks":[{"id":"__proto__","title":"T"}]}', /__proto__/],
    ['an id with path separators', () => '{"name":"P","tasks":[{"id":"../../x","title":"T"}]}', /is not a task id/],
    ['control characters', () => '{"name":"P","tasks":[{"id":"A\\u0000","title":"T"}]}', /is not a task id/],
    ['signs that turn text round', () => '{"name":"P","tasks":[{"id":"A","title":"a\\u202eb"}]}', /contains U\+202E/],
  ])('refuses %s with a clear message', async (name, text, message) => {
    const { code, stdout, stderr } = await run(await file(`${name.replace(/\W/g, '-')}.json`, text()));

    expect(code).toBeGreaterThan(0);
    // An import may not take such a file for a plan at all.
    if (command !== 'import') expect(stdout + stderr).toMatch(message);
    expect(stdout + stderr).not.toMatch(/at (?:async )?\w+ \(|RangeError|heap|\u202e/);
  });
});

describe('agent-waves import', () => {
  it.each([
    ['quotes without end', () => `# Plan\n\n${'>'.repeat(200_000)} x\n`],
    ['brackets without end', () => `# Plan\n\n${'['.repeat(200_000)}\n`],
    [
      'lists without end',
      () => `# Plan\n\n${Array.from({ length: 3_000 }, (_, n) => `${'  '.repeat(n)}- x`).join('\n')}\n`,
    ],
    ['a table of 200,000 rows', () => `| Task | Duration |\n| --- | --- |\n${'| A-1 | 1h |\n'.repeat(200_000)}`],
    ['emphasis without end', () => `# Plan\n\n${'*a_'.repeat(100_000)}\n`],
    ['YAML that refers to itself', () => 'a: &a [x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nstages: [*c,*c,*c]\n'],
  ])('ends on Markdown or YAML of %s, and says why', async (name, text) => {
    const path = await file(`${name.replace(/\W/g, '-')}.${name.startsWith('YAML') ? 'yaml' : 'md'}`, text());

    const { code, stdout, stderr } = await agentWaves(['import', path, '--dry-run'], LIMITED);

    expect(code).toBe(1);
    expect((stdout + stderr).length).toBeGreaterThan(20);
    expect(stdout + stderr).not.toMatch(/at (?:async )?\w+ \(|RangeError|heap/);
  });
});
