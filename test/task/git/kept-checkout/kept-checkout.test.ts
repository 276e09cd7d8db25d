import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DispatchInputs } from '../../../../src/state/names.ts';
import { importHandoff } from '../../../../src/task/handoff/import-handoff.ts';
import type { JobContext } from '../../../../src/task/protocol/job.ts';
import { briefSourceFile, importFolder, outputsFile } from '../../../../src/task/protocol/job-files.ts';
import type { StepContext } from '../../../../src/task/protocol/step.ts';
import { type GitIn, openGit } from '../../support/git.ts';
import { type Machine, startMachine, virtualClock } from '../../support/machine.ts';
import { inputsFor, liveRecord, type Site, startSite } from '../../support/site.ts';
import { POISONS } from './poisons.ts';
import { setTrap, type Trap } from './trap.ts';

let site: Site;
let machine: Machine;
let inputs: DispatchInputs;
let trap: Trap;
let seen: { readonly files: readonly string[]; readonly status: string; readonly history: string };

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files: { '.gitignore': 'node_modules/\n' } });
  inputs = inputsFor(await site.createIssue(liveRecord()));
  machine = await startMachine(site, { inputs });
  trap = await setTrap(site, machine);
});
afterEach(async () => {
  await site.close();
  await trap.close();
});

/** Every file below a folder but those of `.git` there, by mode and content as git names them. */
function filesBelow(folder: string, path = ''): readonly string[] {
  return readdirSync(join(folder, path), { encoding: 'buffer' }).flatMap((bytes) => {
    const name = bytes.toString('latin1');
    if (path === '' && name === '.git') return [];
    const file = join(folder, path, name);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (!found) return [`? ${join(path, name)}`];
    if (found.isDirectory()) return filesBelow(folder, join(path, name));
    const content = found.isSymbolicLink() ? Buffer.from(readlinkSync(file)) : readFileSync(file);
    const object = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const mode = found.isSymbolicLink() ? '120000' : found.mode & 0o100 ? '100755' : '100644';
    return [`${mode} blob ${object}\t${join(path, name)}`];
  });
}

async function filesOfBase(): Promise<readonly string[]> {
  return (await site.remote.run('ls-tree', '-r', trap.base)).split('\n').sort();
}

test.each(Object.entries(POISONS))('of a checkout that was kept with %s, nothing counts', async (_, poison) => {
  await poison(trap);

  const problem = await machine.workBy(work).catch((error: unknown) => error);

  expect({ ran: await trap.ran(), heard: trap.heard, problem }).toEqual({ ran: [], heard: [], problem: undefined });
  expect(machine.outputs.claim?.next).toBe('agent');
  expect(seen.files).toEqual(await filesOfBase());
  expect(seen.status).toBe('');
  expect(seen.history).toBe(await site.remote.run('rev-list', trap.base));

  await machine.steps('verify', 'land');

  expect(machine.output('land.conclusion')?.outcome).toBe('completed');
  expect(await site.remote.run('diff', '--name-only', trap.base, 'main')).toBe('src/a.txt');
  expect({ ran: await trap.ran(), heard: trap.heard }).toEqual({ ran: [], heard: [] });
});

test.each([
  'core.sshCommand, by url.insteadOf',
  'http.proxy',
  'a replaced file',
  'a file that .git/info/exclude hides',
] as const)('nor of one that a later job of a task finds, kept with %s', async (name) => {
  await machine.step('claim', { environment: { INPUT_STAGE: 'claim' } });
  const later = await startMachine(site, { inputs });
  await trap.close();
  trap = await setTrap(site, later);
  await handOn(machine.job, later.job);
  await POISONS[name](trap);

  const problem = await importHandoff(laterContext(later)).catch((error: unknown) => error);

  expect({ ran: await trap.ran(), heard: trap.heard }).toEqual({ ran: [], heard: [] });
  expect(problem).toMatchObject({ outputs: { next: 'agent' } });
  expect([...filesBelow(later.job.workspace)].sort()).toEqual(await filesOfBase());
});

/** As an artifact and a job output do. */
async function handOn(from: JobContext, to: JobContext): Promise<void> {
  const folder = importFolder(to, 'claim');
  await mkdir(folder, { recursive: true });
  for (const file of [outputsFile(from, 'claim'), briefSourceFile(from)]) await cp(file, join(folder, basename(file)));
}

function laterContext({ job }: Machine): StepContext {
  const handed = { claim: { result: 'success', outputs: { handover: JSON.stringify(machine.outputs.claim) } } };
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)]);
  const environment = { ...Object.fromEntries(given), INPUT_STAGE: 'agent', INPUT_HANDED: JSON.stringify(handed) };
  return { job, environment, clock: virtualClock(), signal: site.closing };
}

test('a submodule stays as the checkout action laid it, and nothing of ours looks into it', async () => {
  const library = openGit(join(site.folder, 'library'));
  const checkout = trap.checkout;
  const submodule = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet'];
  await openGit(site.folder).run('init', '--quiet', 'library');
  await library.write({ 'code.txt': 'code\n' });
  await library.run('add', '--all');
  await library.run('commit', '--quiet', '-m', 'Code');
  await checkout.run(...submodule, 'add', library.folder, 'deep/library');
  await checkout.run('commit', '--quiet', '-m', 'A submodule');
  await checkout.run('push', '--quiet', site.cloneUrl, 'HEAD:refs/heads/main');
  trap = { ...trap, base: (await site.ref('refs/heads/main')) ?? '' };
  const inner = openGit(join(checkout.folder, 'deep/library'));
  await inner.run('config', 'core.fsmonitor', await trap.program('fsmonitor'));
  await inner.run('config', 'filter.evil.clean', await trap.program('clean'));
  await checkout.write({ '.git/modules/deep/library/info/attributes': '* filter=evil\n', 'deep/more.txt': 'evil\n' });
  await checkout.run('config', 'fetch.recurseSubmodules', 'true');
  await checkout.run('config', 'submodule.recurse', 'true');

  await machine.workBy(async (workspace) => {
    const ours = filesBelow(workspace.folder).filter((line) => !line.includes('\tdeep/library/'));
    expect([...ours].sort()).toEqual((await filesOfBase()).filter((line) => !line.startsWith('160000')));
    expect(await readFile(join(workspace.folder, 'deep/library/code.txt'), 'utf8')).toBe('code\n');
    await workspace.write({ 'src/a.txt': 'walls\n' });
  });
  await machine.steps('verify', 'land');

  expect(machine.output('land.conclusion')?.outcome).toBe('completed');
  expect(await site.remote.run('diff', '--name-only', trap.base, 'main')).toBe('src/a.txt');
  expect(await trap.ran()).toEqual([]);
  await inner.run('config', '--unset', 'core.fsmonitor');
  await inner.run('config', '--remove-section', 'filter.evil');
  expect(await checkout.run('submodule', 'status')).toMatch(/^ \w+ deep\/library/);
});

test('what steps before ours prepared is there, where git ignores it, and nothing else', async () => {
  await trap.checkout.write({ 'node_modules/left/index.js': 'prepared\n', 'left.txt': 'left\n' });
  await chmod(join(trap.checkout.folder, 'node_modules/left'), 0o500);

  await machine.step('claim');

  expect(await readFile(join(trap.checkout.folder, 'node_modules/left/index.js'), 'utf8')).toBe('prepared\n');
  expect(existsSync(join(trap.checkout.folder, 'left.txt'))).toBe(false);
});

test('an agent, and what runs after it, finds the history, the branch and its tags', async () => {
  const { checkout } = trap;
  await checkout.run('tag', 'v1', trap.base);
  await checkout.run('tag', '--annotate', '--message', 'Two', 'v2', trap.base);
  await checkout.run('push', '--quiet', site.cloneUrl, 'v1', 'v2');
  await checkout.run('tag', 'v3', trap.base);
  await site.push('More', { 'more.txt': 'more\n' });

  await machine.step('claim');

  expect(await checkout.run('describe', '--tags')).toMatch(/^v2-1-g/);
  expect(await checkout.run('tag')).toBe('v1\nv2');
  expect(await checkout.run('log', '--format=%s', 'origin/main')).toBe('More\nBegin');
  expect(await checkout.run('diff', '--name-only', 'main~1...HEAD')).toBe('more.txt');
  expect(await checkout.run('remote', 'get-url', 'origin')).toBe(trap.remote);
});

test('when a run has ended, git finds nothing that its agent left', async () => {
  await machine.workBy(async (workspace) => {
    await workspace.write({ 'src/a.txt': 'walls\n' });
    await workspace.run('config', 'core.fsmonitor', await trap.program('fsmonitor'));
  });
  await machine.steps('verify', 'land', 'report');

  await checkoutAction(trap.checkout);

  expect(await trap.ran()).toEqual([]);
  expect(existsSync(join(trap.checkout.folder, '.git'))).toBe(false);
});

/** What it does with a folder that it finds; where there is no repository in it, it removes what is there. */
async function checkoutAction(checkout: GitIn): Promise<void> {
  if (!existsSync(join(checkout.folder, '.git'))) return;
  for (const args of [['fetch'], ['clean', '-ffdx'], ['reset', '--hard', 'HEAD']]) await checkout.run(...args);
}

/** What there is for an agent, and for git as it runs it. */
async function work(checkout: GitIn): Promise<void> {
  seen = { files: [...filesBelow(checkout.folder)].sort(), status: '', history: '' };
  if ((await trap.ran()).length > 0) return;
  const status = await checkout.run('status', '--porcelain', '--ignored');
  seen = { ...seen, status, history: await checkout.run('rev-list', 'HEAD') };
  await checkout.run('fsck', '--strict');
  await checkout.write({ 'src/a.txt': 'walls\n' });
}
