import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  commandAs,
  endProcesses,
  type IsolatedUser,
  removeUser,
  signalUser,
} from '../../../src/task/isolation/isolated-user.ts';
import {
  createIsolatedUser,
  endIsolation,
  grantCheckout,
  reclaimCheckout,
} from '../../../src/task/isolation/isolation.ts';
import { leaveCheckout } from '../../../src/task/isolation/leave-checkout.ts';
import type { JobContext } from '../../../src/task/protocol/job.ts';
import { homeFolder } from '../../../src/task/protocol/job-files.ts';
import { eventually } from '../../support/waiting.ts';

/** Only root makes users. Elsewhere nothing of this can be shown. */
const IS_ROOT = process.getuid?.() === 0;
if (!IS_ROOT) console.warn('this process is not root: the tests of running as another user are SKIPPED');

const CANARY = 'canary-7f3a';
const LONG = 'd'.repeat(200);
/** Unlike that of any other test that runs beside this one. */
let run = process.pid * 100;

let job: JobContext;
let user: IsolatedUser;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-isolation-'));
  job = { run: ++run, workspace: join(folder, 'work'), folder: join(folder, 'temp', 'agent-waves') } as JobContext;
  await mkdir(join(job.workspace, '.git', 'objects', 'ab'), { recursive: true });
  await writeFile(join(job.workspace, '.git', 'objects', 'ab', 'cd'), 'object');
  await writeFile(join(job.workspace, 'file'), 'file');
  if (!IS_ROOT) return;
  user = await createIsolatedUser(job);
  await grantCheckout(user, job);
});

afterEach(async () => {
  if (IS_ROOT) await endIsolation(job);
  await rm(join(job.workspace, '..'), { recursive: true, force: true });
});

/** Runs a script as the other user. @returns Its output; rejects with it where the script fails. */
async function asOther(script: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const started = commandAs(user, {
    argv: ['bash', '-c', script],
    environment: { PATH: process.env.PATH, ...environment },
  });
  const [program, ...args] = started.argv;
  const { stdout } = await promisify(execFile)(program, args, { env: started.environment, cwd: job.workspace });
  return stdout.trim();
}

/** @returns Ids of processes of the other user. */
async function running(): Promise<readonly string[]> {
  const listed = await promisify(execFile)('ps', ['-o', 'pid=,stat=', '-u', String(user.uid)]).catch(() => ({
    stdout: '',
  }));
  return listed.stdout.split('\n').filter((line) => line.trim() !== '' && !line.includes('Z'));
}

describe.skipIf(!IS_ROOT)('a program that runs as another user', () => {
  it('is that user, without groups, capabilities or a way to become another', async () => {
    expect(await asOther('id -u; id -G; grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status')).toBe(
      [
        `${user.uid}\n${user.gid}`,
        'NoNewPrivs:\t1\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000'.split('\n').slice(1).join('\n'),
        'NoNewPrivs:\t1',
      ].join('\n'),
    );
  });

  it('has the environment that it is given and no other', async () => {
    vi.stubEnv('CANARY', CANARY);

    const seen = await asOther('env', { GIVEN: 'yes' });

    vi.unstubAllEnvs();
    expect(seen).toContain('GIVEN=yes');
    expect(seen).not.toContain(CANARY);
  });

  it('reads the environment of no process of the run above it', async () => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      env: { CANARY },
      stdio: 'ignore',
    });
    await once(parent, 'spawn');

    const answers = await Promise.all(
      [parent.pid, process.pid].flatMap((pid) =>
        ['environ', 'mem', 'maps', 'cwd/file', 'fd'].map((what) =>
          asOther(`cat /proc/${pid}/${what} 2>&1 || ls /proc/${pid}/${what} 2>&1 || true`),
        ),
      ),
    );

    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(answers.join('\n')).not.toContain(CANARY);
    for (const answer of answers) expect(answer).toMatch(/Permission denied|cannot open|No such file/);
  });

  it('writes the checkout and its own folders, and nothing else of the run', async () => {
    const ours = join(job.folder, 'git');
    await mkdir(ours, { recursive: true });
    await writeFile(join(ours, 'config'), 'ours');
    const commands = join(job.folder, '..', 'output');
    await writeFile(commands, '');
    await chmod(commands, 0o644);

    await asOther(
      'echo changed > file && mkdir -p deep && echo new > deep/new && rm -rf .git/hooks && mkdir .git/hooks',
    );
    await expect(asOther(`echo bad > ${ours}/config`)).rejects.toThrow('Permission denied');
    await expect(asOther(`echo bad >> ${commands}`)).rejects.toThrow('Permission denied');
    await expect(asOther('echo bad > .git/objects/ab/cd')).rejects.toThrow('Permission denied');
    await expect(asOther('chmod u+w .git/objects/ab/cd')).rejects.toThrow('not permitted');

    expect(await readFile(join(job.workspace, 'file'), 'utf8')).toBe('changed\n');
    expect(await readFile(join(ours, 'config'), 'utf8')).toBe('ours');
  });

  it('is given no file under another name that lies elsewhere, as in a store that packages are linked from', async () => {
    const store = join(job.folder, 'store');
    await reclaimCheckout(user, job);
    await mkdir(join(job.workspace, 'node_modules/x'), { recursive: true });
    await writeFile(store, 'sound\n', { mode: 0o755 });
    for (const path of ['node_modules/x/index.js', 'node_modules/x/- a\nb'])
      await link(store, join(job.workspace, path));

    await grantCheckout(user, job);
    await asOther(
      'cd node_modules/x; [ "$(cat ./-*)" = sound ]; for file in *; do test -x "./$file"; echo rotten > "./$file"; done',
    );

    expect(await readFile(store, 'utf8')).toBe('sound\n');
    expect((await stat(store)).uid).toBe(process.getuid?.());
    expect(await asOther('cat node_modules/x/index.js')).toBe('rotten');
  });

  it.each(['data.bin', '$HOME/data.bin'])('is given no object of git that was moved to %s', async (place) => {
    const ours = join(job.folder, 'git/objects/ab');
    await mkdir(ours, { recursive: true });
    await link(join(job.workspace, '.git/objects/ab/cd'), join(ours, 'cd'));
    await asOther(`mv .git/objects/ab/cd ${place}`, { HOME: homeFolder(job) });

    await reclaimCheckout(user, job);
    await grantCheckout(user, job);
    await asOther(`chmod u+w ${place}; echo rotten > ${place}`, { HOME: homeFolder(job) });

    expect(await readFile(join(ours, 'cd'), 'utf8')).toBe('object');
  });

  it('leaves no `.git` of its own, though the step that started it was killed before it took the checkout back', async () => {
    const outside = join(job.workspace, '../outside');
    await mkdir(outside);
    await writeFile(join(outside, 'file'), 'ours');
    await asOther(`mkdir .git/hooks && ln -s ${outside} .git/hooks/out && chmod 0 .git/hooks .git/objects`);

    await leaveCheckout(job);

    expect(existsSync(join(job.workspace, '.git'))).toBe(false);
    expect((await stat(job.workspace)).uid).toBe(process.getuid?.());
    expect(await readFile(join(outside, 'file'), 'utf8')).toBe('ours');
    expect(await running()).toEqual([]);
    user = await createIsolatedUser(job);
  });

  it.each([
    ['open', 'touch .git/config; cd .git', ''],
    [
      'closed, of a name that is no text',
      "touch .git/config; cd .git; mkdir $'\\377'; cd $'\\377'",
      'mkdir end; chmod 0 end',
    ],
  ])('leaves no `.git` though folders in it are deeper than any path is long: %s', async (_, begin, end) => {
    await asOther(`set -e; ${begin}; for i in {1..30}; do mkdir ${LONG}; cd -P ${LONG}; done; ${end}`);
    await reclaimCheckout(user, job);

    await leaveCheckout(job);

    expect(existsSync(join(job.workspace, '.git'))).toBe(false);
  });

  it.each([
    ['as a whole', 'removePath("mine")', undefined],
    ['but for one entry', 'removeAllBut("kept", "mine")', ['kept']],
  ])('may have closed a folder to its owner: it is removed all the same, %s', async (_, remove, left) => {
    const file = fileURLToPath(new URL('../../../src/task/isolation/remove-path.ts', import.meta.url));
    await asOther('mkdir -p mine/kept mine/closed/deep && touch mine/closed/deep/file && chmod 0 mine/closed');

    await asOther(`${process.execPath} -e 'import("${file}").then((it) => it.${remove})'`);

    expect(await readdir(join(job.workspace, 'mine')).catch(() => undefined)).toEqual(left);
  });

  it('is ended with everything that it left behind, wherever that went', async () => {
    const sign = join(job.workspace, 'alive');
    await asOther(`(setsid nohup bash -c 'while true; do date +%N > ${sign}; sleep 0.02; done' >/dev/null 2>&1 &)`, {});
    await eventually('the process is at work', () => existsSync(sign));

    await signalUser(user, 'SIGKILL');

    await rm(sign);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(existsSync(sign)).toBe(false);
  });

  it('is ended even where it ends whatever is to end it', async () => {
    await asOther("(setsid nohup bash -c 'sleep 0.2; while :; do kill -KILL -- -1; done' >/dev/null 2>&1 &)");
    await eventually('the process is at work', async () => (await running()).length > 0);

    await reclaimCheckout(user, job);

    expect(await running()).toEqual([]);
  });

  it('leaves files that can be read afterwards, whatever modes it gave them', async () => {
    await asOther('mkdir locked && echo x > locked/file && chmod 000 locked/file locked');

    await reclaimCheckout(user, job);

    expect((await stat(join(job.workspace, 'locked/file'))).uid).toBe(process.getuid?.());
    expect(await readFile(join(job.workspace, 'locked/file'), 'utf8')).toBe('x\n');
  });

  it('meets a limit of processes, open files and bytes in a file, and is what the kernel ends first', async () => {
    const limits = await asOther('ulimit -u; ulimit -n; ulimit -f; cat /proc/self/oom_score_adj');

    const [processes, files, kilobytes, adjusted] = limits.split('\n').map(Number);
    expect(processes).toBeLessThanOrEqual(4_096);
    expect(files).toBeLessThanOrEqual(65_536);
    expect(kilobytes).toBeLessThanOrEqual(16 * 1024 ** 2);
    expect(adjusted).toBe(1_000);
    await expect(asOther('ulimit -u 5000')).rejects.toThrow('ulimit');
  });

  it('is ended where it and all that it starts take more memory than there is for them', async (context) => {
    if (user.group === undefined) return context.skip();
    const limit = ['memory.limit_in_bytes', 'memory.max'].map((name) => join(user.group ?? '', name)).find(existsSync);
    expect(Number(await readFile(limit ?? '', 'utf8'))).toBeLessThan(totalmem());
    await writeFile(limit ?? '', String(64 * 1024 ** 2));

    const eats = 'head -c 300000000 /dev/zero | tail';
    await expect(asOther(`bash -c '${eats}' > /dev/null; echo "ended with $?"`)).resolves.toBe('ended with 137');

    await endIsolation(job);
    expect(existsSync(user.group)).toBe(false);
  });

  it('has an id that no user of another run has had', async () => {
    const first = user;
    await endIsolation(job);
    user = await createIsolatedUser(job);

    expect(user.uid).not.toBe(first.uid);
    expect(Math.min(user.uid, first.uid)).toBeGreaterThan(999);
  });

  it('may enter the folders above its checkout until the run is over, and no longer', async () => {
    const above = join(job.workspace, '..');
    const during = (await stat(above)).mode & 0o007;
    await endIsolation(job);

    expect([during, (await stat(above)).mode & 0o007]).toEqual([0o001, 0]);
  });

  it('may enter them while the run of another user is over that needs them too', async () => {
    const above = join(job.workspace, '..');
    const other = { ...job, run: ++run, folder: join(above, 'other', 'agent-waves') };
    await createIsolatedUser(other);

    await endIsolation(other);

    await expect(asOther('cat file')).resolves.toBe('file');
    await endIsolation(job);
    expect((await stat(above)).mode & 0o007).toBe(0);
    expect(await readdir(above)).not.toContain('.agent-waves-users');
  });

  it('may enter them no longer, though a run before was killed and never said that it was over', async () => {
    const above = join(job.workspace, '..');
    const killed = { ...job, run: ++run, folder: join(above, 'killed', 'agent-waves') };
    await removeUser(await createIsolatedUser(killed));

    await endIsolation(job);

    expect((await stat(above)).mode & 0o007).toBe(0);
  });

  it.each(['echo 4242 > "$list"', 'ln -s "$file" "$list"'])(
    'has no say in who may enter them, by what it put where everybody may write: %s',
    async (put) => {
      const open = await mkdtemp(join(tmpdir(), 'agent-waves-open-'));
      const file = join(job.workspace, '../ours');
      await writeFile(file, 'ours');
      await chmod(open, 0o1777);
      await asOther(put, { list: join(open, '.agent-waves-users'), file });
      const next = { ...job, run: ++run, folder: join(open, 'temp', 'agent-waves'), workspace: join(open, 'work') };
      await mkdir(next.workspace);

      await createIsolatedUser(next);
      await endIsolation(next);

      expect((await stat(open)).mode & 0o7777).toBe(0o1777);
      expect(await readFile(file, 'utf8')).toBe('ours');
      await rm(open, { recursive: true });
    },
  );

  it('cannot write to a tree of tools, whatever modes that has, nor make it writable', async () => {
    const tool = join(job.workspace, '../tool');
    await mkdir(join(tool, 'bin'), { recursive: true });
    await writeFile(join(tool, 'package'), 'ours');
    await chmod(join(tool, 'package'), 0o666);
    await chmod(tool, 0o777);
    await endIsolation(job);
    vi.stubEnv('PATH', `${join(tool, 'bin')}:${process.env.PATH}`);
    user = await createIsolatedUser(job);
    vi.unstubAllEnvs();

    await expect(asOther(`echo bad > ${tool}/package`)).rejects.toThrow('Read-only file system');
    await expect(asOther(`touch ${tool}/more`)).rejects.toThrow('Read-only file system');
    await asOther(
      `for way in '' 'unshare -rm'; do $way mount -o remount,bind,rw ${tool} || $way umount -l ${tool} || true; done`,
    );
    await asOther(
      `unshare -rm sh -c 'umount -l ${tool}; mount -o remount,bind,rw ${tool}; echo bad > ${tool}/package' || true`,
    );

    expect(await readFile(join(tool, 'package'), 'utf8')).toBe('ours');
  });

  it.each(['bin/tool', 'tool'])('nor to one that PATH reaches by a link alone, to %s', async (program) => {
    const [tool, links] = [join(job.workspace, '../tool'), join(job.workspace, '../links')];
    await mkdir(dirname(join(tool, program)), { recursive: true });
    await mkdir(links);
    await writeFile(join(tool, 'package'), 'ours');
    await writeFile(join(tool, program), '#!/bin/sh\n', { mode: 0o755 });
    await symlink(join(tool, program), join(links, 'tool'));
    await chmod(join(tool, 'package'), 0o666);
    await chmod(tool, 0o777);
    await endIsolation(job);
    vi.stubEnv('PATH', `${links}:${process.env.PATH}`);
    user = await createIsolatedUser(job);
    vi.unstubAllEnvs();

    await expect(asOther(`echo bad > ${tool}/package`)).rejects.toThrow('Read-only file system');
  });

  it('nor to the toolchains of Rust, where nothing but the home says where they are', async () => {
    const home = join(job.workspace, '../runner');
    await mkdir(join(home, '.rustup'), { recursive: true });
    await chmod(join(home, '.rustup'), 0o777);
    await endIsolation(job);
    vi.stubEnv('HOME', home);
    vi.stubEnv('RUSTUP_HOME', undefined);
    user = await createIsolatedUser(job);
    vi.unstubAllEnvs();

    await expect(asOther(`touch ${home}/.rustup/more`)).rejects.toThrow('Read-only file system');
  });

  it.each([
    ['asked to end', (other: IsolatedUser) => signalUser(other, 'SIGTERM')],
    ['ended', endProcesses],
  ])('cannot write to one by way of what runs as its user while it is %s', async (_, end) => {
    const tool = join(job.workspace, '../tool');
    await mkdir(join(tool, 'bin'), { recursive: true });
    await writeFile(join(tool, 'package'), 'ours');
    await chmod(join(tool, 'package'), 0o666);
    await endIsolation(job);
    vi.stubEnv('PATH', `${join(tool, 'bin')}:${process.env.PATH}`);
    user = await createIsolatedUser(job);
    // Whoever may look into a program of its user sees files as that does.
    await writeFile(join(tool, 'bin/kill'), `#!/bin/sh\necho bad > ${tool}/package\n`, { mode: 0o755 });

    await end(user);
    vi.unstubAllEnvs();

    expect(await readFile(join(tool, 'package'), 'utf8')).toBe('ours');
  });

  it('is a user who is gone when the run is over', async () => {
    await endIsolation(job);

    expect(await readFile('/etc/passwd', 'utf8')).not.toContain(user.name);
  });
});
