import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parentOf } from '../checks/project-dir.ts';
import { asRoot, type Privilege, runSystem } from '../isolation/privilege.ts';

/** Paths that fit onto one command line. */
const MAX_PATHS = 1_000;

export interface Copying {
  readonly from: string;
  readonly to: string;
  /** Paths below both; in none of their folders may a link stand. */
  readonly paths: readonly string[];
  /** With what the files can be read. The copies are ours. */
  readonly privilege?: Privilege | undefined;
}

/**
 * Copies files and whole folders: no copy shares its bytes with a file that others may still write, as a hard link would.
 * Where the file system can copy without writing, it does.
 * @throws where one of them cannot be copied: a full disk, say.
 */
export async function copyPaths({ from, to, paths, privilege = 'none' }: Copying): Promise<void> {
  const cheaply = process.platform === 'linux' ? ['--reflink=auto'] : [];
  for (const [parent, names] of Map.groupBy(paths, parentOf)) {
    await mkdir(join(to, parent), { recursive: true });
    const target = `${join(to, parent)}/`;
    for (const some of chunks(names))
      await must(['cp', '-a', ...cheaply, '--', ...some, target], { cwd: from, privilege });
  }
  if (privilege === 'sudo')
    await must(['chown', '-R', '-h', `${process.getuid?.()}:${process.getgid?.()}`, to], { privilege });
}

async function must(
  argv: readonly [string, ...string[]],
  { cwd, privilege = 'none' }: { readonly cwd?: string; readonly privilege?: Privilege },
): Promise<void> {
  const { ok, stderr } = await runSystem(asRoot(privilege, argv), cwd === undefined ? {} : { cwd });
  if (!ok) throw new Error(`${argv[0]} failed: ${stderr.trim().split('\n').at(-1)}`);
}

function chunks<Value>(values: readonly Value[]): readonly (readonly Value[])[] {
  return Array.from({ length: Math.ceil(values.length / MAX_PATHS) }, (_, at) =>
    values.slice(at * MAX_PATHS, (at + 1) * MAX_PATHS),
  );
}
