import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Left in every folder that a rehearsal fills, so that only such a folder is ever emptied. */
const MARK = 'requests.jsonl';

/** @throws where the folder holds what no rehearsal left. */
export async function emptyOutFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const entries = await readdir(out);
  if (entries.length > 0 && !entries.includes(MARK)) {
    throw new Error(`${out} holds files that no rehearsal left; name another folder with --out`);
  }
  for (const entry of entries) await rm(join(out, entry), { recursive: true, force: true });
  await writeFile(join(out, MARK), '');
}
