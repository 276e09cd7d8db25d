import { chmod, cp, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { privateRepository } from '../../../src/task/git/private-repository.ts';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { removeUnreadable } from '../../../src/task/isolation/remove-path.ts';
import { homeFolder, indexFile, keptFolder } from '../../../src/task/protocol/job-files.ts';
import { findUntracked, untrackedPaths } from '../../../src/task/surroundings/untracked.ts';
import { ISOLATIONS, type Judged, type JudgedRun, prepareRun } from '../support/judged.ts';
import { startMachine } from '../support/machine.ts';
import { inputsFor, liveRecord } from '../support/site.ts';

let judged: Judged | undefined;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  if (judged) await endIsolation(judged.machine.job);
  await judged?.site.close();
});

async function prepare(run: JudgedRun): Promise<Judged> {
  judged = await prepareRun(run);
  return judged;
}

/** Installs a dependency as it is in the repository, and counts. */
const INSTALL = {
  files: { 'dependency.txt': 'sound\n', 'package-lock.json': '{}', 'scripts/setup.sh': '' },
  install: 'npm ci',
  // What a package manager does: no code of the repository.
  programs: {
    npm: 'echo once >> ../../notes/installs; cat ~/.npmrc >> ../../notes/npmrc 2>/dev/null; mkdir -p node_modules/x && echo sound > node_modules/x/dependency.txt',
  },
  check: 'id -u >> ../../notes/checkers; grep -q sound node_modules/x/dependency.txt',
};
const POISON =
  'id -u >> ../../notes/agents; echo script-shell=true > ~/.npmrc; echo rotten > node_modules/x/dependency.txt';

describe.each(ISOLATIONS)('isolation %s', (isolation) => {
  test('what a workflow prepared before the agent began is there for its judge as it was, modes and links too', async () => {
    const { machine } = await prepare({
      isolation,
      prepared: { '.env': 'PORT=1\n', '.venv/bin/tool': 'echo tool\n', 'dist/deep/a.txt': 'built\n' },
      check:
        'test "$(cat .env)" = PORT=1 && test -x .venv/bin/tool && test "$(cat dist/link)" = built && test ! -e dist/more',
      agent: 'echo PORT=2 > .env; rm -r .venv dist; mkdir dist; touch dist/more',
    });
    await symlink('deep/a.txt', join(machine.workspace.folder, 'dist/link'));

    await machine.steps('claim', 'agent', 'verify');

    expect(machine.output('verify.conclusion')).toBeUndefined();
  });

  test('what a workflow prepared stays beside a file that the work puts into the same folder', async () => {
    const { machine } = await prepare({
      isolation,
      files: { '.gitignore': '/data/**/*.db\n' },
      prepared: { 'data/deep/more.db': 'more\n', 'data/test.db': 'rows\n' },
      check: 'test -e data/deep/schema.sql && test "$(cat data/test.db data/deep/more.db | tr -d "\\n")" = rowsmore',
      agent: 'echo table > data/deep/schema.sql; echo none > data/test.db; rm data/deep/more.db',
    });

    await machine.steps('claim', 'agent', 'verify');

    expect(machine.output('verify.conclusion')).toBeUndefined();
  });

  test('work with which the base can be installed no more has failed, whatever it built', async () => {
    const { machine, noted } = await prepare({
      isolation,
      files: { 'src/code.txt': 'sound\n' },
      install:
        'echo once >> ../../notes/installs; grep -q sound src/code.txt && mkdir -p dist && cp src/code.txt dist/',
      check: 'true',
      agent: 'echo broken > src/code.txt',
    });

    await machine.steps('claim', 'agent', 'verify');

    expect(machine.output('verify.conclusion')).toMatchObject({
      outcome: 'verification',
      failure: { what: expect.stringMatching(/^before the checks, .* failed$/) },
    });
    expect(await noted('installs')).toHaveLength(3);
    expect(await readFile(join(machine.workspace.folder, 'src/code.txt'), 'utf8')).toBe('broken\n');
  });

  test('an installation that fails on the base as well is not the fault of the work', async () => {
    const { machine } = await prepare({
      isolation,
      install: 'test ! -s ../../notes/installs && echo once >> ../../notes/installs && mkdir -p dist && touch dist/a',
      check: 'true',
      agent: 'true',
    });

    await machine.steps('claim', 'agent', 'verify');

    expect(machine.output('verify.conclusion')?.outcome).toBe('infrastructure');
  });

  test('a second verification costs no second installation, and finds what was installed before the agent began', async () => {
    const { machine, site, noted } = await prepare({ isolation, ...INSTALL, agent: POISON });

    await machine.steps('claim', 'agent', 'verify');
    await site.push('Another task', { 'src/b.txt': 'roof\n' });
    await machine.steps('land');

    expect(machine.output('land.conclusion')?.outcome).toBe('completed');
    expect(await noted('checkers')).toHaveLength(2);
    expect(await noted('installs')).toHaveLength(1);
  });

  test('after a changed lock file everything is installed once more, in a home that the agent has not seen', async () => {
    const agent = `${POISON}; echo '{ "changed": true }' > package-lock.json`;
    const { machine, site, noted } = await prepare({ isolation, ...INSTALL, agent });

    await machine.steps('claim', 'agent', 'verify');
    await site.push('Another task', { 'src/b.txt': 'roof\n' });
    await machine.steps('land');

    expect(machine.output('land.conclusion')?.outcome).toBe('completed');
    expect(await noted('checkers')).toHaveLength(2);
    expect(await noted('installs')).toHaveLength(2);
    expect(await noted('npmrc')).toEqual([]);
  });

  test('the agent finds its own home again when its work was judged', async () => {
    const { machine } = await prepare({ isolation, check: 'touch ~/judged', agent: 'echo mine > ~/session' });

    await machine.steps('claim', 'agent', 'verify');

    expect(await readFile(join(homeFolder(machine.job), 'session'), 'utf8')).toBe('mine\n');
    await expect(stat(join(homeFolder(machine.job), 'judged'))).rejects.toThrow('ENOENT');
  });

  test('what an earlier run of the agent had an installation do is not what its judge finds', async () => {
    const {
      machine: first,
      site,
      issue,
    } = await prepare({
      isolation,
      ...INSTALL,
      files: {
        ...INSTALL.files,
        'install.sh': 'bash scripts/setup.sh; mkdir -p node_modules/x && cp -n dependency.txt node_modules/x/; true\n',
      },
      install: 'bash install.sh',
      check: 'grep -q rotten node_modules/x/dependency.txt && exit 0; exit 1',
      agent:
        'if [ -s scripts/setup.sh ]; then : > scripts/setup.sh; else echo "mkdir -p node_modules/x; echo rotten > node_modules/x/dependency.txt" > scripts/setup.sh; exit 1; fi',
    });
    await first.steps('claim', 'agent', 'report');
    await endIsolation(first.job);
    const past = {
      ...{ dispatch: 1, attempt: 1, slice: 1, agent: 'A1', outcome: 'agent' as const },
      ...{ sent: '2026-11-23T10:00:00Z', ended: '2026-11-23T10:01:00Z' },
    };
    await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2, history: [past] }));
    const machine = await startMachine(site, { inputs: inputsFor(issue, { attempt: 2, dispatch: 2 }), run: 101 });

    await machine.steps('claim', 'agent', 'verify');
    await endIsolation(machine.job);

    expect(machine.output('claim.assignment')?.startTree).toBeDefined();
    expect(machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  });
});

test.skipIf(ISOLATIONS.length === 1)('no verification runs as a user that an agent or another one ran as', async () => {
  const { machine, site, noted } = await prepare({ isolation: 'user', ...INSTALL, agent: POISON });

  await machine.steps('claim', 'agent', 'verify');
  await site.push('Another task', { 'src/b.txt': 'roof\n' });
  await machine.steps('land');

  const users = [...(await noted('agents')), ...(await noted('checkers'))];
  expect(users).toHaveLength(3);
  expect(new Set(users).size).toBe(3);
});

test.skipIf(ISOLATIONS.length === 1)(
  'what is kept for the judge can be neither read nor written by the agent',
  async () => {
    const { machine, noted } = await prepare({
      isolation: 'user',
      ...INSTALL,
      agent:
        'kept=$TMPDIR/../kept; for path in "$kept" "$kept/base/checkout/node_modules/x/dependency.txt"; do ls "$path" >> ../../notes/seen || true; done; echo rotten > "$kept/base/checkout/node_modules/x/dependency.txt" || true',
    });

    await machine.steps('claim', 'agent', 'verify');

    expect(await noted('seen')).toEqual([]);
    expect(await readFile(join(keptFolder(machine.job), 'base/checkout/node_modules/x/dependency.txt'), 'utf8')).toBe(
      'sound\n',
    );
  },
);

test('an installation that builds something of the code is made for every tree', async () => {
  const { machine, site, noted } = await prepare({
    isolation: 'none',
    install: 'echo once >> ../../notes/installs; mkdir -p dist && cp src/ground.txt dist/',
    files: { 'package.json': '{}' },
    check: 'cmp src/ground.txt dist/ground.txt',
    agent: 'echo sand > src/ground.txt',
  });

  await machine.steps('claim', 'agent', 'verify');
  await site.push('Another task', { 'src/b.txt': 'roof\n' });
  await machine.steps('land');

  expect(machine.output('land.conclusion')?.outcome).toBe('completed');
  expect(await noted('installs')).toHaveLength(3);
});

test('around a tree lies whatever is not of it: in submodules, in repositories beside the code, under any mode', async () => {
  const { machine } = await prepare({ isolation: 'none', check: 'true', agent: 'true' });
  await machine.step('claim');
  const { folder, write, run } = machine.workspace;
  await write({ 'deep/er/x': '', 'src/.git/config': '', 'sub/module/file': '', '.env': '', 'src/more.txt': '' });
  await mkdir(join(folder, 'empty'));
  await symlink('src', join(folder, 'link'));
  await writeFile(join(folder, 'src/ground.txt'), 'changed\n');
  await chmod(join(folder, 'deep'), 0);
  await run('update-index', '--add', '--cacheinfo', `160000,${await run('rev-parse', 'HEAD')},sub/module`);
  await cp(join(folder, '.git/index'), indexFile(machine.job));

  const found = await untrackedPaths(privateRepository(machine.job), machine.job);
  await chmod(join(folder, 'deep'), 0o755);

  expect(found).toEqual(['.env', 'deep', 'empty', 'link', 'src/.git', 'src/more.txt', 'sub/module/file']);
});

test('around a tree lies what has another name than a file of it, though both are the same as text, in submodules too', async () => {
  const { machine } = await prepare({ isolation: 'none', check: 'true', agent: 'true' });
  await machine.step('claim');
  const { folder, write, run } = machine.workspace;
  const bytes = (path: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
  await write({ 'sub/module/file': '' });
  await run('update-index', '--add', '--cacheinfo', `160000,${await run('rev-parse', 'HEAD')},sub/module`);
  await mkdir(bytes('tr\xe9s'));
  await writeFile(bytes('tr\xe9s/a\xff'), 'of the tree');
  await run('add', '--all', '--', ':!sub');
  await cp(join(folder, '.git/index'), indexFile(machine.job));
  await writeFile(bytes('tr\xe9s/a\xfe'), 'of nobody');
  await mkdir(bytes('sub/module/\xff'));
  await writeFile(bytes('sub/module/\xff/b'), 'of nobody');
  await chmod(bytes('sub/module/\xff'), 0o500);

  const found = await findUntracked(privateRepository(machine.job), machine.job);
  for (const path of found.unreadable) await removeUnreadable(path, folder);

  expect(found.paths).toEqual(['sub/module/file']);
  expect(found.unreadable).toEqual([bytes('sub/module/\xff'), bytes('tr\xe9s/a\xfe')]);
  expect(await findUntracked(privateRepository(machine.job), machine.job)).toEqual({ ...found, unreadable: [] });
});
