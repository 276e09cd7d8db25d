import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLAN = 'docs/planning/tasks.json';

/** The oldest Node that is supported, where `.ci/run` put one; what npm finds for us is newer. */
const node = process.env.OLDEST_NODE ?? '';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-lib-'));
  await cp(join(ROOT, 'examples/small'), folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs what `npm ci` made of the command line as a user does: in a repository of theirs, with a Node of theirs. */
async function agentWaves(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('node', [join(ROOT, 'lib/cli/main.js'), ...args], {
    cwd: folder,
    env: { PATH: [dirname(node), '/usr/bin', '/bin'].join(delimiter), HOME: folder },
  });
  expect(stderr).toBe('');
  return stdout;
}

/** The same by the Node of this test, from source. */
async function fromSource(...args: readonly string[]): Promise<string> {
  const command = [join(ROOT, 'src/cli/main.ts'), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder });
  return stdout;
}

if (node === '') console.warn('SKIPPED: the command line on the oldest Node; set OLDEST_NODE to the path of one');

describe.skipIf(node === '')('lib/ on the oldest Node that is supported', () => {
  it('is run by that Node', async () => {
    const { stdout } = await promisify(execFile)(node, ['--version']);

    expect(stdout).toMatch(/^v22\./);
  });

  it.each([
    ['--help'],
    ['check', PLAN],
    ['check', '--json'],
    ['simulate'],
    ['simulate', '--runs', '20', '--json'],
    ['graph'],
    ['graph', '--format', 'svg'],
    ['graph', '--gantt', '--format', 'html'],
    ['export'],
  ])('prints with %s what the sources print', async (...args) => {
    const printed = await agentWaves(...args);

    expect(printed).not.toBe('');
    expect(printed).toBe(await fromSource(...args));
  });

  it('reads back with import what export printed', async () => {
    await writeFile(join(folder, 'plan.md'), await agentWaves('export'));

    await agentWaves('import', 'plan.md', '--out', 'imported.json');

    const ids = async (file: string) =>
      JSON.parse(await readFile(join(folder, file), 'utf8')).tasks.map(({ id }: { id: string }) => id);
    expect(await ids('imported.json')).toEqual(await ids(PLAN));
  });

  it('says without a stack what is wrong with a plan that is not there, and exits 2', async () => {
    await expect(agentWaves('check', 'absent.json')).rejects.toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('    at '),
    });
  });

  it('brings the rehearsal along', async () => {
    expect(await agentWaves('rehearse', '--help')).toContain('agent-waves rehearse');
  });
});
