import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Refuses, ref by ref, commits that are new to the repository and touch a workflow file. */
const UPDATE = `#!/bin/sh
case "$3" in *[!0]*) ;; *) exit 0 ;; esac
file=$(git log --format= --name-only --max-count=1000 "$3" --not --all -- .github/workflows | head -n 1)
test -z "$file" && exit 0
echo "refusing to allow a GitHub App to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission" >&2
exit 1
`;

/** Writes the hooks for pushes with tokens that may not change workflows, and gives their folder. */
export async function writeHooks(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const update = join(folder, 'update');
  await writeFile(update, UPDATE);
  await chmod(update, 0o755);
  return folder;
}
