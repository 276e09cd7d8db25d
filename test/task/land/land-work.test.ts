import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkpointRef, claimRef } from '../../../src/state/names.ts';
import type { Conclusion } from '../../../src/task/protocol/assignment.ts';
import { homeFolder } from '../../../src/task/protocol/job-files.ts';
import { openGit } from '../support/git.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, PLAN, type Site, startSite, TOOLS } from '../support/site.ts';

let site: Site;
let issue: number;
let machine: Machine;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  await begin();
});
afterEach(() => site.close());

/** A repository, and a run that may start on it. */
async function begin(files: Readonly<Record<string, string>> = {}): Promise<void> {
  await site?.close();
  site = await startSite({ files });
  issue = await site.createIssue(liveRecord());
  machine = await startMachine(site, { inputs: inputsFor(issue), run: 70 });
}

const WORK = { 'src/a.txt': 'walls\n' };

/** What main holds beside the files that the test is not about. */
async function landed(path: string): Promise<string | undefined> {
  return site.remote.run('show', `main:${path}`).catch(() => undefined);
}

function conclusion(of: Machine = machine): Conclusion | undefined {
  return of.output('land.conclusion') ?? of.output('verify.conclusion');
}

/** How often the tests of the repository ran: its test appends to a file outside. */
const COUNTING = { 'test.sh': 'echo run >> "$TMPDIR/../../tests"\n' };

async function testRuns(): Promise<number> {
  return (await readFile(join(machine.job.folder, '../tests'), 'utf8')).split('\n').length - 1;
}

test('verified work lands as one commit on the base, and the claim goes with the same push', async () => {
  await machine.workBy((workspace) => workspace.write(WORK));

  await machine.steps('verify', 'land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(await landed('src/a.txt')).toBe('walls');
  expect(await site.ref(claimRef(issue))).toBeUndefined();
  expect(await site.remote.run('log', '-1', '--format=%an <%ae>', 'main')).toBe(
    'agent-waves[bot] <agent-waves[bot]@users.noreply.github.com>',
  );
});

test('a step whose work has passed waits for nothing any more', async () => {
  await machine.workBy((workspace) => workspace.write(WORK));
  const stops: (AbortSignal | undefined)[] = [];
  const sleep = (_: number, stop?: AbortSignal) => {
    stops.push(stop);
    return new Promise<void>(() => undefined);
  };

  await machine.step('verify', { clock: { now: Date.now, elapsed: Date.now, sleep } });

  expect(machine.outputs.verify?.next).toBe('land');
  expect(stops.map((stop) => stop?.aborted)).toEqual(stops.map(() => true));
  expect(stops.length).toBeGreaterThan(0);
});

test('commits that the agent made itself land squashed, under our message', async () => {
  await machine.workBy(async (workspace) => {
    await workspace.write(WORK);
    await workspace.run('add', '--all');
    await workspace.run('commit', '--quiet', '-m', 'Fixes #1, @lead');
  });

  await machine.steps('verify', 'land');

  expect(await site.ref('refs/heads/main')).toBe(conclusion()?.commit);
  expect(await site.remote.run('log', '--format=%s', 'main')).toBe('A-001: Walls\nBegin');
  expect(await site.remote.run('log', '--format=%B', 'main')).not.toContain('Fixes');
});

test('a base that moved in plan and progress only takes the work without another verification', async () => {
  await begin(COUNTING);
  await machine.workBy((workspace) => workspace.write(WORK));
  await machine.step('verify');
  await site.commitProgress('G-001');

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(await testRuns()).toBe(1);
  expect(await landed('PROGRESS.md')).toContain('G-001 is done');
});

test('a base that moved elsewhere is merged and verified again before the work lands', async () => {
  await begin(COUNTING);
  await machine.workBy((workspace) => workspace.write(WORK));
  await machine.step('verify');
  await site.push('Another task', { 'src/b.txt': 'roof\n' });

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(await testRuns()).toBe(2);
  expect([await landed('src/a.txt'), await landed('src/b.txt')]).toEqual(['walls', 'roof']);
});

test('work that passes alone and fails on the newest base does not land', async () => {
  await begin({ 'test.sh': '! (test -f src/a.txt && test -f src/b.txt)\n' });
  await machine.workBy((workspace) => workspace.write(WORK));
  await machine.step('verify');
  await site.push('Another task', { 'src/b.txt': 'roof\n' });

  await machine.step('land');

  expect(conclusion()).toMatchObject({
    outcome: 'verification',
    failure: { what: 'on the newest base, test failed 3 times: `bash test.sh`' },
  });
  expect(await landed('src/a.txt')).toBeUndefined();
});

test('a conflict goes back to the agent with the names of the files, and nothing lands', async () => {
  await machine.workBy((workspace) => workspace.write({ ...WORK, 'src/floor.txt': 'wood\n' }));
  await machine.step('verify');
  const other = await site.push('Another task', { 'src/floor.txt': 'stone\n' });

  await machine.step('land');

  expect(conclusion()).toMatchObject({
    outcome: 'continued',
    failure: {
      what: 'conflict given back: others changed the same lines meanwhile: src/floor.txt',
      output: 'src/floor.txt',
    },
    cause: { kind: 'conflict-returned', paths: ['src/floor.txt'] },
  });
  expect(await site.ref('refs/heads/main')).toBe(other);
});

test('a conflict that the agent had once and that is there again ends the attempt', async () => {
  const record = liveRecord({
    history: [
      {
        ...{ dispatch: 0, attempt: 1, slice: 1, agent: 'A1', outcome: 'continued' as const },
        ...{ sent: '2026-11-23T09:00:00Z', ended: '2026-11-23T10:00:00Z' },
        cause: {
          kind: 'conflict-returned',
          reason: 'others changed the same lines meanwhile',
          paths: ['src/floor.txt'],
        },
      },
    ],
  });
  await site.writeRecord(issue, record);
  await machine.workBy((workspace) => workspace.write({ ...WORK, 'src/floor.txt': 'wood\n' }));
  await machine.step('verify');
  await site.push('Another task', { 'src/floor.txt': 'stone\n' });

  await machine.step('land');

  expect(conclusion()).toMatchObject({ outcome: 'conflict', failure: { output: 'src/floor.txt' } });
});

test('a run whose claim was taken away lands nothing', async () => {
  await machine.workBy((workspace) => workspace.write(WORK));
  await machine.step('verify');
  await site.moveRef(claimRef(issue), null);
  const before = await site.ref('refs/heads/main');

  await machine.steps('land', 'report');

  expect(conclusion()?.outcome).toBe('superseded');
  expect(await site.ref('refs/heads/main')).toBe(before);
  expect(site.issue(issue)).toMatchObject({ state: 'open', bodies: [] });
});

test('a run whose claim another dispatch has taken lands nothing, even when the base has moved too', async () => {
  await machine.workBy((workspace) => workspace.write(WORK));
  await machine.step('verify');
  await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2 }));
  const newer = await startMachine(site, { inputs: inputsFor(issue, { attempt: 2, dispatch: 2 }), run: 71 });
  await newer.step('claim');
  await site.commitProgress('G-001');

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('superseded');
  expect(await landed('src/a.txt')).toBeUndefined();
  expect(await site.ref(claimRef(issue))).toBeDefined();
});

test('eight runs that land at the same time all land, each on top of the others', async () => {
  const count = 8;
  const machines = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const number = await site.createIssue(liveRecord());
      const each = await startMachine(site, {
        inputs: inputsFor(number),
        run: 200 + index,
        clock: { now: Date.now, elapsed: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
      });
      await each.workBy((workspace) => workspace.write({ ...WORK, [`src/n${index}.txt`]: 'n\n' }));
      await each.step('verify');
      return each;
    }),
  );

  await Promise.all(machines.map((each) => each.step('land')));

  expect(machines.map((each) => conclusion(each)?.outcome)).toEqual(Array(count).fill('completed'));
  expect(await site.remote.run('rev-list', '--count', 'main')).toBe(String(count + 1));
  expect(await site.ref('refs/agent-waves/landing')).toBeUndefined();
});

test('work under which somebody moves the base all the time is kept for the next run, and uses no attempt', async () => {
  const moves = `out=$TMPDIR/../..; n=$(cat "$out/n" 2>/dev/null || echo 0); echo $((n + 1)) > "$out/n"; origin=$(cat "$out/origin")
git clone -q "$origin" "$TMPDIR/other$n" && cd "$TMPDIR/other$n" && echo $n > "moved$n.txt" && git add --all
git -c user.name=o -c user.email=o@example.com commit -q -m "move $n" && git push -q origin HEAD:refs/heads/main\n`;
  await begin({ 'test.sh': moves });
  await machine.workBy((workspace) => workspace.write(WORK));
  await writeFile(join(machine.job.folder, '../origin'), site.cloneUrl);

  await machine.steps('verify', 'land', 'report');

  expect(conclusion()).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' } });
  expect(await readFile(join(machine.job.folder, '../n'), 'utf8')).toMatch(/^[3-8]\n$/);
  // A push that has lost before it is made asks nobody whether it is still wanted.
  expect(site.requests.filter(({ route }) => route.startsWith('graphql StillWanted'))).toHaveLength(0);
  const saved = await site.ref(checkpointRef(issue));
  expect(await site.remote.run('show', `${saved}:src/a.txt`)).toBe('walls');
  expect(await site.remote.run('diff', '--name-only', `${saved}^`, `${saved}`)).toBe('src/a.txt');
  expect(await landed('src/a.txt')).toBeUndefined();
});

test.each([
  ['.github/workflows/agent-task.yml', 'protected'],
  ['docs/planning/tasks.json', 'protected'],
  ['PROGRESS.md', 'protected'],
  ['Agents.md', 'protected: it steers later agents; '],
  ['packages/web/.Gemini/settings.json', 'protected: it steers later agents; '],
  ['packages/web/.npmrc', 'protected: it says what package managers run and where packages come from; '],
  ['infra/main.tf', 'protected'],
])('a change of %s is refused by name', async (path, why) => {
  await site.push('Protect', { '.github/agent-waves.yml': `${CONFIG}protected: ["infra/**"]\n` });
  await machine.workBy((workspace) => workspace.write({ ...WORK, [path]: 'mine\n' }));
  const before = await site.ref('refs/heads/main');

  await machine.steps('verify', 'land');

  expect(conclusion()).toMatchObject({
    outcome: 'verification',
    failure: {
      what: expect.stringMatching(
        new RegExp(`^changes that a task may not make: ${path} is ${why}${why.endsWith(' ') ? 'A task that' : '$'}`),
      ),
    },
  });
  expect(await site.ref('refs/heads/main')).toBe(before);
});

test('a task that is meant to change a file that steers tools lands it, where the configuration allows it', async () => {
  const tasks = PLAN.tasks.map((task) => (task.id === 'A-001' ? { ...task, outputs: ['src/a.txt', '.npmrc'] } : task));
  const config = `${CONFIG}protected_except: [.npmrc]\n`;
  await site.push('Allow it', {
    '.github/agent-waves.yml': config,
    'docs/planning/tasks.json': JSON.stringify({ ...PLAN, tasks }),
  });
  await machine.workBy((workspace) => workspace.write({ ...WORK, '.npmrc': 'save-exact=true\n' }));

  await machine.steps('verify', 'land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(await site.remote.run('show', 'main:.npmrc')).toBe('save-exact=true');
});

test('links out of the repository, and repositories inside of it, are refused', async () => {
  await machine.workBy(async (workspace) => {
    await workspace.write(WORK);
    await symlink('../../etc', join(workspace.folder, 'src/out'));
    await symlink('a.txt', join(workspace.folder, 'src/in'));
    await workspace.run('init', '--quiet', 'inner');
    await workspace.run('-C', 'inner', 'commit', '--quiet', '--allow-empty', '-m', 'inner');
  });

  await machine.steps('verify', 'land');

  expect(conclusion()?.failure?.output).toBe('inner is a repository of its own\nsrc/out links out of the repository');
});

test('links that leave the repository through other links are refused, and those that stay within it are not', async () => {
  await begin({ 'top/file': '', 'a/b/c/up/file': '', 'deep/file': '' });
  await machine.workBy(async ({ folder, write }) => {
    await write(WORK);
    await symlink('../../..', join(folder, 'a/b/c/root'));
    await symlink('a/b/c/root/top', join(folder, 'within'));
    await symlink('circle', join(folder, 'circle'));
    await symlink('../../../top', join(folder, 'a/b/c/wide'));
    await symlink('wide/../..', join(folder, 'a/b/c/out'));
    await symlink('wide/../.git/hooks', join(folder, 'a/b/c/hooks'));
  });

  await machine.steps('verify', 'land');

  expect(conclusion()?.failure?.output).toBe(
    'a/b/c/hooks links out of the repository\na/b/c/out links out of the repository',
  );
});

test('a link that leaves the repository since another one is on its way is refused', async () => {
  const { folder, run } = openGit(join(site.folder, 'clone'));
  await openGit(site.folder).run('clone', '--quiet', site.cloneUrl, 'clone');
  await mkdir(join(folder, 'a/b/c/up'), { recursive: true });
  await mkdir(join(folder, 'top'));
  await writeFile(join(folder, 'top/file'), '');
  await writeFile(join(folder, 'a/b/c/up/file'), '');
  await symlink('up/../..', join(folder, 'a/b/c/link'));
  await run('add', '--all');
  await run('commit', '--quiet', '-m', 'A link');
  await run('push', '--quiet', 'origin', 'HEAD:main');
  await machine.workBy(async (workspace) => {
    await workspace.write(WORK);
    await rm(join(workspace.folder, 'a/b/c/up'), { recursive: true });
    await symlink('../../../top', join(workspace.folder, 'a/b/c/up'));
  });

  await machine.steps('verify', 'land');

  expect(conclusion()?.failure?.output).toBe('a/b/c/link links out of the repository');
});

test('hooks, filters and settings that an agent plants do not run while its work lands', async () => {
  const canary = join(site.folder, 'canary');
  await machine.workBy(async (workspace) => {
    await workspace.write({
      ...WORK,
      '.git/info/attributes': '* filter=evil diff=evil merge=evil\n',
      ...Object.fromEntries(
        ['pre-commit', 'post-checkout', 'post-index-change', 'pre-push', 'reference-transaction'].map((name) => [
          `.git/hooks/${name}`,
          `#!/bin/sh\ntouch ${canary}\n`,
        ]),
      ),
    });
    for (const name of ['pre-commit', 'post-checkout', 'post-index-change', 'pre-push', 'reference-transaction']) {
      await chmod(join(workspace.folder, '.git/hooks', name), 0o755);
    }
    const settings = {
      'filter.evil.clean': `touch ${canary}; cat`,
      'filter.evil.smudge': `touch ${canary}; cat`,
      'merge.evil.driver': `touch ${canary}`,
      'core.fsmonitor': `touch ${canary}`,
    };
    for (const [key, value] of Object.entries(settings))
      await workspace.run('-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', 'config', key, value);
  });
  await site.push('Another task', { 'src/floor.txt': 'stone\n' });

  await machine.steps('verify', 'land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(existsSync(canary)).toBe(false);
});

test('an agent that removes .git altogether still lands its work', async () => {
  await machine.workBy(async (workspace) => {
    await workspace.write(WORK);
    await rm(join(workspace.folder, '.git'), { recursive: true });
  });

  await machine.steps('verify', 'land');

  expect(conclusion()?.outcome).toBe('completed');
});

test('files that git ignores and files that checks leave behind do not land', async () => {
  await begin({ '.gitignore': 'ignored\n', 'test.sh': 'echo report > report.txt\n' });
  await machine.workBy((workspace) => workspace.write({ ...WORK, ignored: 'x\n' }));

  await machine.steps('verify', 'land');

  const { tree } = machine.output('verify.verification') ?? { tree: '' };
  expect(await site.remote.run('rev-parse', 'main^{tree}')).toBe(tree);
  expect([await landed('ignored'), await landed('report.txt')]).toEqual([undefined, undefined]);
});

test('a push that landed though its answer was lost is recognised, and not taken for a lost claim', async () => {
  await machine.workBy((workspace) => workspace.write(WORK));
  await machine.step('verify');
  site.github.faults.push({
    on: 'request',
    route: 'git receive-pack',
    method: 'POST',
    answer: { status: 502 },
    moment: 'after',
  });

  await machine.step('land');

  expect(conclusion()).toMatchObject({ outcome: 'completed', commit: await site.ref('refs/heads/main') });
  expect(site.requests.filter(({ route, status }) => route === 'git receive-pack' && status === 502)).toHaveLength(1);
});

test('a conflict in a lock file alone is resolved by the package manager as we configure it, and verified', async () => {
  const manifest = (name: string, dependencies: object = {}) =>
    `${JSON.stringify({ name, version: '1.0.0', dependencies }, null, 2)}\n`;
  await begin({ 'package.json': manifest('site'), 'package-lock.json': '{}\n' });
  await machine.workBy(async (workspace) => {
    // The agent's own npm would write another format.
    await mkdir(homeFolder(machine.job), { recursive: true });
    await writeFile(join(homeFolder(machine.job), '.npmrc'), 'lockfile-version=1\n');
    await workspace.write({
      ...WORK,
      // It lies in the repository itself: npm resolves it without a network.
      'package.json': manifest('site', { wall: 'file:wall' }),
      'wall/package.json': manifest('wall'),
      'package-lock.json': '{ "written": "by the agent" }\n',
    });
  });
  await machine.step('verify');
  await site.push('Another task', { 'package-lock.json': '{ "written": "by another" }\n' });

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
  const lock = JSON.parse((await landed('package-lock.json')) ?? '{}');
  expect(lock.lockfileVersion).toBe(3);
  expect(lock.packages['']).toMatchObject({ name: 'site', dependencies: { wall: 'file:wall' } });
});

test('of what a package manager does for a lock file, which may run code of the work, the lock file alone lands', async () => {
  await begin({ Gemfile: '', 'Gemfile.lock': 'base\n', 'src/sound.txt': 'sound\n' });
  machine = await startMachine(site, {
    inputs: inputsFor(issue),
    run: 70,
    environment: () => ({ PATH: [join(site.folder, 'tools'), ...TOOLS].join(':') }),
  });
  await mkdir(join(site.folder, 'tools'));
  // As Bundler does, which takes the file for a program.
  await writeFile(join(site.folder, 'tools/bundle'), '#!/bin/sh\n. ./Gemfile\necho settled > Gemfile.lock\n', {
    mode: 0o755,
  });
  const code =
    'mkdir -p .github/workflows && echo x > .github/workflows/x.yml; echo rotten | tee src/b.txt src/sound.txt\n';
  await machine.workBy((workspace) => workspace.write({ ...WORK, Gemfile: code, 'Gemfile.lock': 'agent\n' }));
  await machine.step('verify');
  await site.push('Another task', { 'Gemfile.lock': 'another\n' });

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(await landed('Gemfile.lock')).toBe('settled');
  expect(await landed('src/sound.txt')).toBe('sound');
  expect(await landed('src/b.txt')).toBeUndefined();
  expect(await landed('.github/workflows/x.yml')).toBeUndefined();
});

test('a change that follows a file to a place where it may not be made does not land', async () => {
  const steps = 'on: push\njobs:\n  build:\n    steps:\n      - run: make\n';
  await begin({ 'drafts/build.yml': steps });
  await machine.workBy((workspace) =>
    workspace.write({ ...WORK, 'drafts/build.yml': steps.replace('make', 'curl x | sh') }),
  );
  await machine.step('verify');
  await site.push('Use the draft', { '.github/workflows/build.yml': steps, 'drafts/build.yml': null });

  await machine.step('land');

  expect(conclusion()?.failure?.what).toContain('.github/workflows/build.yml is protected');
  expect(await landed('.github/workflows/build.yml')).toBe(steps.trim());
});
