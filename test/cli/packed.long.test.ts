import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTown } from '../../packages/embedded-github/test/support/town.ts';
import { settingsOf } from '../hosts/server/support/server-process.ts';
import { HAS_REDIS, startRedis } from '../support/redis.ts';
import { eventually } from '../support/waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The package as npm installs it from its tarball; `.ci/run` packs and installs it. */
const PACKED = process.env.PACKED_PACKAGE ?? '';

/** The newest Node that is supported, and the oldest one, where `.ci/run` put it. */
const NODES = [process.execPath, process.env.OLDEST_NODE ?? ''].filter(Boolean);

if (PACKED === '') console.warn('PACKED_PACKAGE names no installed package: the tests of the tarball are SKIPPED');

/** What each command says in a repository with a plan. Every command is here. */
const SAYS: Readonly<Record<string, readonly [args: readonly string[], said: string | RegExp, code?: number]>> = {
  check: [[], 'The default routes count'],
  diff: [[], 'Nothing that the app goes by would change.'],
  simulate: [[], 'critical path (50 min)'],
  graph: [['--format', 'svg'], /^<svg /],
  serve: [['--no-setup'], 'APP_ID is missing', 1],
  rehearse: [
    [join(PACKED, 'node_modules/agent-waves/examples/small')],
    'tsc and biome, which is not installed here',
    2,
  ],
  import: [['plan.md', '--out', 'imported.json'], 'imported.json'],
  export: [[], '# Small'],
  doctor: [[], 'GitHub cannot be asked', 2],
  status: [[], 'GitHub cannot be asked', 2],
  report: [[], 'GitHub cannot be asked', 2],
  why: [['A'], 'GitHub cannot be asked', 2],
  sync: [[], 'GitHub cannot be asked', 2],
  init: [['--yes', '--dry-run'], 'would write .github/workflows/agent-task.yml'],
};

describe.skipIf(PACKED === '').each(NODES)('the packed command line on %s', (node) => {
  let [folder, empty] = ['', ''];
  beforeAll(async () => {
    [folder, empty] = [await newRepository(), await newRepository()];
    await cp(join(ROOT, 'examples/small'), folder, { recursive: true });
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder });
    git('add', '.');
    git('-c', 'user.name=Lea', '-c', 'user.email=lea@localhost', 'commit', '--quiet', '--message', 'Plan');
  });
  afterAll(() => Promise.all([folder, empty].map((each) => rm(each, { recursive: true }))));

  const agentWaves = (...args: readonly string[]) => agentWavesIn(folder, args);

  function agentWavesIn(
    cwd: string,
    args: readonly string[],
  ): Promise<{ readonly code: unknown; readonly said: string }> {
    const program = join(PACKED, 'node_modules/.bin/agent-waves');
    const env = { PATH: [dirname(node), '/usr/bin', '/bin'].join(delimiter), HOME: cwd };
    return new Promise((resolve) => {
      execFile(node, [program, ...args], { cwd, env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, said: stdout + stderr }),
      );
    });
  }

  it('has a version, and a test for every command', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const help = await agentWaves('--help');

    expect(await agentWaves('--version')).toEqual({ code: 0, said: `${version}\n` });
    const listed = [...help.said.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(listed.filter((name) => name !== 'help').sort()).toEqual(Object.keys(SAYS).sort());
  });

  it.each(Object.entries(SAYS))('runs %s', async (command, [args, words, expected = 0]) => {
    if (command === 'import') await writeFile(join(folder, 'plan.md'), (await agentWaves('export')).said);

    const { code, said } = await agentWaves(command, ...args);

    expect(said).toMatch(words);
    expect(code).toBe(expected);
  });

  it.each([
    ['alone', false],
    ['beside others', true],
  ])('serves by the command of the Dockerfile, %s, with figures, and stops when it is told', async (_, isShared) => {
    const redis = isShared && HAS_REDIS ? await startRedis() : undefined;
    const commands = DockerfileParser.parse(await readFile(join(ROOT, 'Dockerfile'), 'utf8')).getCMDs();
    const [program = '', ...args] =
      commands
        .at(-1)
        ?.getJSONStrings()
        .map((each) => each.getJSONValue()) ?? [];
    const town = await startTown({ files: {} });
    const settings = { ...settingsOf(town), METRICS_PORT: '0', METRICS_HOST: '127.0.0.1', REDIS_URL: redis?.url ?? '' };
    const cwd = join(PACKED, 'node_modules/agent-waves');
    const child = spawn(program, args, { cwd, env: { PATH: dirname(node), ...settings } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const ended = once(child, 'exit');
    const early = ended.then(() => Promise.reject(new Error(`it ended by itself: ${said}`)));
    early.catch(() => undefined);
    const saying = (words: RegExp) =>
      Promise.race([eventually(`it says ${words}`, () => words.exec(said)?.[1]), early]);

    const { origin } = new URL(await saying(/serves webhooks at (http[^\s"]+)/));
    const metrics = await saying(/Figures are at (http[^\s"]+)/);
    const health = await fetch(`${origin}/health`);
    const figures = await eventually('a pass is counted', async () => {
      const text = await (await fetch(metrics)).text();
      return text.includes('agent_waves_pass_duration_seconds_count') && text;
    });
    child.kill('SIGTERM');

    expect([health.status, figures.includes('outcome="no-plan"')]).toEqual([200, true]);
    expect(await ended).toEqual([0, null]);
    await town.close();
    await redis?.close();
  });

  it('lands work in an empty repository with one test after two commands', async () => {
    const manifest = { name: 'shop', type: 'module', scripts: { test: 'node --test' } };
    await writeFile(join(empty, 'package.json'), JSON.stringify(manifest));
    await mkdir(join(empty, 'test'));
    await writeFile(join(empty, 'test/one.test.js'), "import { test } from 'node:test';\ntest('one', () => {});\n");

    const begun = await agentWavesIn(empty, ['init', '--yes']);
    const rehearsed = await agentWavesIn(empty, ['rehearse', '.']);

    expect(begun).toMatchObject({ code: 0 });
    expect(rehearsed.said).toContain('3 of 3 tasks completed, 0 failed or blocked, 3 attempts');
  });
});

async function newRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-packed-'));
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  return folder;
}
