import { chmod, lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkpointRef, type DispatchInputs } from '../../../src/state/names.ts';
import { captureWorkspace } from '../../../src/task/checkpoint/capture-workspace.ts';
import { type Checkpoint, type CheckpointStore, commitCheckpoint } from '../../../src/task/checkpoint/checkpoint.ts';
import { gitStore } from '../../../src/task/checkpoint/git-store.ts';
import { redisStore } from '../../../src/task/checkpoint/redis-store.ts';
import { type Restored, restoreWork } from '../../../src/task/checkpoint/restore-work.ts';
import { captureSession, restoreSession } from '../../../src/task/checkpoint/session-files.ts';
import { gitText } from '../../../src/task/git/git.ts';
import { privateRepository } from '../../../src/task/git/private-repository.ts';
import type { Assignment } from '../../../src/task/protocol/assignment.ts';
import { homeFolder } from '../../../src/task/protocol/job-files.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../../support/redis.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

let site: Site;
let issue: number;
let redis: RedisServer | undefined;

beforeAll(async () => {
  if (HAS_REDIS) redis = await startRedis();
});
afterAll(() => redis?.close());
beforeEach(async () => {
  site = await startSite({ files: { '.gitignore': 'ignored/\n', 'run.sh': 'echo run\n', 'old.txt': 'old\n' } });
  issue = await site.createIssue(liveRecord());
});
afterEach(() => site.close());

/** A run of some dispatch that has claimed the task: from here on the workspace is the agent's. */
async function claimed(dispatch: number): Promise<Machine> {
  const record = liveRecord({ dispatch, live: { agent: 'A1', sent: '2026-11-23T10:00:00Z', sends: 1, run: dispatch } });
  await site.writeRecord(issue, record);
  const machine = await startMachine(site, { inputs: inputsFor(issue, { dispatch }), run: dispatch });
  await machine.step('claim');
  return machine;
}

async function open(kind: string, machine: Machine): Promise<CheckpointStore> {
  const repository = privateRepository(machine.job);
  if (kind === 'git') return gitStore(repository, issue);
  const { folder } = machine.job;
  return redisStore(repository, { url: redis?.url ?? '', repository: `host/${site.folder}`, issue, folder });
}

async function checkpointOf(machine: Machine): Promise<Checkpoint> {
  const repository = privateRepository(machine.job);
  const { base, dispatch } = assignment(machine);
  const note = { ...dispatch, run: machine.job.run, at: '2026-11-23T10:00:00Z', session: 'abc' };
  const { tree } = await captureWorkspace(repository, machine.job);
  const session = await captureSession(repository, machine.job);
  return {
    note,
    workspace: await commitCheckpoint(repository, { tree, parent: base.head, note }),
    ...(session ? { session: await commitCheckpoint(repository, { tree: session, note }) } : {}),
  };
}

function assignment(machine: Machine): Assignment & { readonly dispatch: DispatchInputs } {
  const found = machine.output('claim.assignment');
  if (!found) throw new Error('the run did not claim its task');
  return found;
}

function restore(machine: Machine, { workspace }: Checkpoint): Promise<Restored> {
  const { head } = assignment(machine).base;
  return restoreWork(privateRepository(machine.job), { job: machine.job, kind: 'checkpoint', work: workspace, head });
}

describe.each(HAS_REDIS ? ['git', 'redis'] : ['git'])('a checkpoint kept by %s', (kind) => {
  it('brings the work to another machine as it was: modes, links, deletions, large and binary files', async () => {
    const first = await claimed(1);
    const { workspace } = first.job;
    const binary = Buffer.from(Array.from({ length: 4 * 1024 * 1024 }, (_, n) => (n * 7919) % 256));
    await first.workspace.write({ 'src/new.txt': 'new\n', 'old.txt': null, 'src/crlf.txt': 'a\r\nb' });
    await writeFile(join(workspace, 'binary'), binary);
    await chmod(join(workspace, 'run.sh'), 0o755);
    await symlink('src/new.txt', join(workspace, 'link'));
    const store = await open(kind, first);

    expect(await store.save(await checkpointOf(first))).toBe(true);
    await store.close();

    const second = await claimed(2);
    const other = await open(kind, second);
    const found = await other.load();
    expect(found?.note).toMatchObject({ dispatch: 1, run: 1, session: 'abc' });
    if (found) await restore(second, found);
    await other.close();
    const at = (path: string) => join(second.job.workspace, path);
    expect(await readFile(at('src/new.txt'), 'utf8')).toBe('new\n');
    expect(await readFile(at('src/crlf.txt'), 'utf8')).toBe('a\r\nb');
    expect((await readFile(at('binary'))).equals(binary)).toBe(true);
    expect((await lstat(at('run.sh'))).mode & 0o111).not.toBe(0);
    expect(await readlink(at('link'))).toBe('src/new.txt');
    await expect(lstat(at('old.txt'))).rejects.toThrow('ENOENT');
    expect(await second.workspace.run('status', '--porcelain', '--', 'old.txt')).toContain('D old.txt');
  });

  it('leaves ignored files and what holds secrets by its name out', async () => {
    const first = await claimed(1);
    await first.workspace.write({
      'ignored/cache': 'x',
      '.env': 'KEY=canary',
      'deep/.env.local': 'KEY=canary',
      'deep/server.PEM': 'canary',
      'src/kept.txt': 'kept',
    });
    const store = await open(kind, first);

    await store.save(await checkpointOf(first));

    const repository = openRepository(first);
    const files = await repository('ls-tree', '-r', '--name-only', (await store.load())?.workspace ?? '');
    await store.close();
    expect(files).toContain('src/kept.txt');
    expect(files).not.toMatch(/canary|\.env|PEM|ignored/);
  });

  it("touches neither the agent's index nor its history", async () => {
    const first = await claimed(1);
    await first.workspace.write({ 'src/staged.txt': 'staged\n', 'src/loose.txt': 'loose\n' });
    await first.workspace.run('add', 'src/staged.txt');
    const before = await first.workspace.run('status', '--porcelain');
    const log = await first.workspace.run('log', '--oneline');

    await checkpointOf(first);

    expect(await first.workspace.run('status', '--porcelain')).toBe(before);
    expect(await first.workspace.run('log', '--oneline')).toBe(log);
  });

  it('goes on from the newest base where others changed other files, and with both sides in the file where they changed the same', async () => {
    const first = await claimed(1);
    await first.workspace.write({ 'old.txt': 'ours\n' });
    const store = await open(kind, first);
    await store.save(await checkpointOf(first));
    await store.close();

    await site.push('elsewhere', { 'src/other.txt': 'theirs\n' });
    const second = await claimed(2);
    const found = await (await open(kind, second)).load();
    expect(found && (await restore(second, found))).toMatchObject({ changed: ['old.txt'], conflicts: [] });
    expect(await readFile(join(second.job.workspace, 'src/other.txt'), 'utf8')).toBe('theirs\n');
    expect(await readFile(join(second.job.workspace, 'old.txt'), 'utf8')).toBe('ours\n');

    await site.push('the same line', { 'old.txt': 'theirs\n' });
    const third = await claimed(3);
    const again = await (await open(kind, third)).load();
    expect(again && (await restore(third, again))).toMatchObject({ changed: ['old.txt'], conflicts: ['old.txt'] });
    const both = await readFile(join(third.job.workspace, 'old.txt'), 'utf8');
    expect(both.replace(/[0-9a-f]{40}/g, 'COMMIT')).toBe('<<<<<<< COMMIT\ntheirs\n=======\nours\n>>>>>>> COMMIT\n');
  });

  it('brings nothing back that somebody has taken from the base since', async () => {
    const begin = await site.ref('refs/heads/main');
    await site.push('to be dropped', { 'src/dropped.txt': 'theirs\n' });
    const first = await claimed(1);
    await first.workspace.write({ 'src/new.txt': 'ours\n' });
    const store = await open(kind, first);
    await store.save(await checkpointOf(first));
    await store.close();
    await site.moveRef('refs/heads/main', begin ?? null);
    await site.push('goes on', { 'src/other.txt': 'theirs\n' });

    const second = await claimed(2);
    const found = await (await open(kind, second)).load();

    // A bundle needs the commit that the work started from, which is gone.
    if (kind === 'redis') expect(found).toBeUndefined();
    else expect(found && (await restore(second, found))).toMatchObject({ changed: ['src/new.txt'], conflicts: [] });
  });

  it('of a run that was replaced does not take the place of the newer one', async () => {
    const first = await claimed(1);
    const slow = await open(kind, first);
    await slow.save(await checkpointOf(first));
    const second = await claimed(2);
    const fast = await open(kind, second);
    await second.workspace.write({ 'src/newer.txt': 'newer\n' });

    expect(await fast.save(await checkpointOf(second))).toBe(true);
    await first.workspace.write({ 'src/late.txt': 'late\n' });
    expect(await slow.save(await checkpointOf(first))).toBe(false);

    expect((await fast.load())?.note.dispatch).toBe(2);
    await Promise.all([slow.close(), fast.close()]);
  });

  it('is gone once it is removed, and was never there for another task', async () => {
    const first = await claimed(1);
    const store = await open(kind, first);
    expect(await store.load()).toBeUndefined();
    await store.save(await checkpointOf(first));

    await store.remove();

    expect(await store.load()).toBeUndefined();
    expect(await site.ref(checkpointRef(issue))).toBeUndefined();
    await store.remove();
    await store.close();
  });
});

describe('session files', () => {
  it('of every agent are taken along, and nothing that lies beside them', async () => {
    const { job } = await claimed(1);
    const sessions = [
      '.claude/projects/-work/abc.jsonl',
      '.codex/sessions/2026/rollout.jsonl',
      '.copilot/session-state/6a0f/events.jsonl',
      '.gemini/tmp/walls/chats/session.json',
    ];
    for (const file of [
      ...sessions,
      '.claude.json',
      '.codex/auth.json',
      '.copilot/config.json',
      '.gemini/settings.json',
    ]) {
      await mkdir(dirname(join(homeFolder(job), file)), { recursive: true });
      await writeFile(join(homeFolder(job), file), '{}\n');
    }

    const tree = await captureSession(privateRepository(job), job);

    const taken = await gitText(privateRepository(job), ['ls-tree', '-r', '--name-only', tree ?? '']);
    expect(taken.trim().split('\n')).toEqual(sessions);
  });

  it.skipIf(!HAS_REDIS)('travel by Redis into the home of the next run', async () => {
    const first = await claimed(1);
    const folder = join(homeFolder(first.job), '.claude/projects/-work');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'abc.jsonl'), '{"turn":1}\n');
    await writeFile(join(homeFolder(first.job), '.claude', '.credentials.json'), 'canary');
    const store = await open('redis', first);
    await store.save(await checkpointOf(first));
    await store.close();

    const second = await claimed(2);
    const other = await open('redis', second);
    const found = await other.load();
    await other.close();
    if (found?.session) await restoreSession(privateRepository(second.job), { job: second.job, commit: found.session });

    const home = homeFolder(second.job);
    expect(await readFile(join(home, '.claude/projects/-work/abc.jsonl'), 'utf8')).toBe('{"turn":1}\n');
    await expect(lstat(join(home, '.claude/.credentials.json'))).rejects.toThrow('ENOENT');
  });
});

describe('a Redis server that is not there', () => {
  it('is named without its address, which holds the password', async () => {
    const first = await claimed(1);
    const place = { url: 'redis://:canary@127.0.0.1:1', repository: 'h/o/r', issue, folder: first.job.folder };

    await expect(redisStore(privateRepository(first.job), place)).rejects.toThrow(
      /^the Redis server of `redis-url` cannot be reached; fix it, or set `checkpoint: git`$/,
    );
  });
});

function openRepository(machine: Machine): (...args: readonly string[]) => Promise<string> {
  return (...args) => machine.workspace.run('--git-dir', privateRepository(machine.job).gitDir, ...args);
}
