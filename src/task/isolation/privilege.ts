import { execFile } from 'node:child_process';

/**
 * How this process does what only root may: by itself, by `sudo` that asks for no password (hosted runners), or not at
 * all.
 */
export const PRIVILEGES = ['root', 'sudo', 'none'] as const;

export type Privilege = (typeof PRIVILEGES)[number];

export async function findPrivilege(): Promise<Privilege> {
  if (process.getuid?.() === 0) return 'root';
  const { ok } = await runSystem(['sudo', '-n', 'true']);
  return ok ? 'sudo' : 'none';
}

/** @returns The command as it is to be started to run as root. */
export function asRoot(privilege: Privilege, argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return privilege === 'sudo' ? ['sudo', '-n', '--', ...argv] : argv;
}

export interface SystemAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short command of the system, with nothing of our environment but where programs are. */
export function runSystem(
  [program, ...args]: readonly [string, ...string[]],
  { cwd }: { readonly cwd?: string } = {},
): Promise<SystemAnswer> {
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd, maxBuffer: 4 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ ok: !error, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}
