import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { git } from '../../../src/task/git/git.ts';
import { privateRepository } from '../../../src/task/git/private-repository.ts';
import type { IsolatedUser } from '../../../src/task/isolation/isolated-user.ts';
import { createIsolatedUser, grantCheckout } from '../../../src/task/isolation/isolation.ts';
import type { JobContext } from '../../../src/task/protocol/job.ts';

/** An agent that puts a link in the place of a file, between the look at it and the reading. */

/** Only root makes users, and only a compiler makes what swaps quickly enough. */
export const CAN_RACE = process.getuid?.() === 0 && hasCompiler();
if (!CAN_RACE) console.warn('not root, or no C compiler here: the races against checkpoints are SKIPPED');

/** What the runner's user alone may read. */
const CANARY = 'canary-of-the-runner-4c1d90';

/** What a file has to hold so that a reading of the secret in its place is whole: git expects the length that it saw. */
export const DECOY = 'x'.repeat(`CANARY=${CANARY}`.length);

function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Gives the checkout of a run away, as its agent step does. */
export async function giveAway(job: JobContext): Promise<IsolatedUser> {
  const user = await createIsolatedUser(job);
  await grantCheckout(user, job);
  return user;
}

/** @returns Whether our own repository holds what only the runner may read. */
export async function holdsCanary(job: JobContext): Promise<boolean> {
  const { stdout } = await git(privateRepository(job), ['cat-file', '--batch-all-objects', '--batch']);
  return stdout.includes(CANARY);
}

/** A process of the runner's user with a secret in its environment. */
export async function startSecretive(): Promise<{ readonly environ: string; readonly end: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: { CANARY }, stdio: 'ignore' });
  await once(child, 'spawn');
  return {
    environ: `/proc/${child.pid}/environ`,
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/**
 * A `git` that swaps by itself: right before it opens the file `victim`, a link to the secret stands there.
 * @returns PATH with this git in front.
 */
export function swappingGit(folder: string, secret: string): Promise<string> {
  return hookedGit(folder, `if (!strcmp(name, "victim")) { unlink(path); symlink("${secret}", path); }`);
}

/** A `git` that takes its time between the look at one of the agent's files and the reading. @returns As above. */
export function slowGit(folder: string): Promise<string> {
  return hookedGit(folder, 'if (strstr(name, "-swapped")) usleep(1000);');
}

/** @param hook Statements of C that run before `path` is opened. */
async function hookedGit(folder: string, hook: string): Promise<string> {
  const bin = join(folder, 'swapping');
  await mkdir(bin, { recursive: true });
  await build(bin, { name: 'swap.so', flags: ['-shared', '-fPIC'], source: BEFORE_OPEN(hook) });
  const real = (await promisify(execFile)('sh', ['-c', 'command -v git'])).stdout.trim();
  await writeFile(join(bin, 'git'), `#!/bin/sh\nLD_PRELOAD=${bin}/swap.so exec ${real} "$@"\n`);
  await chmod(join(bin, 'git'), 0o755);
  return `${bin}${delimiter}${process.env.PATH}`;
}

/** @returns A program that exchanges two names of the folder that it runs in, as fast as it can. */
export async function exchanger(folder: string): Promise<string> {
  await build(folder, { name: 'exchange', flags: [], source: EXCHANGE });
  return join(folder, 'exchange');
}

async function build(
  folder: string,
  { name, flags, source }: { readonly name: string; readonly flags: readonly string[]; readonly source: string },
): Promise<void> {
  await writeFile(join(folder, `${name}.c`), source);
  const [from, to] = [join(folder, `${name}.c`), join(folder, name)];
  await promisify(execFile)('cc', ['-O1', ...flags, '-o', to, from, '-ldl']);
  await chmod(to, 0o755);
}

const BEFORE_OPEN = (hook: string) => `#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
static void before(const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  ${hook}
}
#define HOOK(NAME) int NAME(const char *path, int flags, ...) { \\
  va_list list; va_start(list, flags); int mode = va_arg(list, int); va_end(list); \\
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #NAME); \\
  before(path); return real(path, flags, mode); }
HOOK(open)
HOOK(open64)
`;

const EXCHANGE = `#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
int main(int count, char **names) {
  for (;;) renameat2(AT_FDCWD, names[1], AT_FDCWD, names[2], RENAME_EXCHANGE);
}
`;
