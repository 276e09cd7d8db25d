import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PICTURES, pictureBeside, picturePath } from '../../plan/projected-paths.ts';
import { textOnBase } from './plan-reader.ts';

export interface Kept {
  readonly gitDir: string;
  /** Path of the page in the repository. */
  readonly progress: string;
  readonly out: string;
}

/** Leaves the page as it stands on the base, with the pictures that it shows. A large plan has fewer of them. */
export async function keepPage(page: string, { gitDir, progress, out }: Kept): Promise<void> {
  await writeFile(join(out, 'PROGRESS.md'), page);
  for (const picture of PICTURES) {
    const drawn = await textOnBase(gitDir, picturePath(progress, picture)).catch(() => undefined);
    if (drawn === undefined) continue;
    const file = join(out, pictureBeside(progress, picture));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, drawn);
  }
}
