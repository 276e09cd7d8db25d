import { dirname } from 'node:path';
import type { IsolatedUser } from './isolated-user.ts';
import { asRoot, runSystem } from './privilege.ts';

/**
 * The user of a run must be able to enter every folder above its checkout (a runner's home is closed to others); to enter
 * is not to list. Several runs of a machine may need the same folder: a list in it names the ids of those who do, and
 * the last one closes it.
 */

const LIST = '.agent-waves-users';

/** @throws when one of them cannot be opened. */
export async function openFolders(user: IsolatedUser, places: readonly string[]): Promise<void> {
  await run(OPEN, { user, places });
}

/** Closes those above these places that were opened for the user and that nobody else needs. */
export async function closeFolders(user: IsolatedUser, places: readonly string[]): Promise<void> {
  await run(CLOSE, { user, places });
}

/** In a folder that everybody may write to, an agent may have put something in the place of the list. */
const IS_OURS = `is_ours() { [ -f "$1" ] && [ -O "$1" ] && [ ! -L "$1" ]; }`;

/** The folder itself is the lock: who may not list it cannot hold it. */
const OPEN = `set -e
${IS_OURS}
uid=$1; shift
for folder; do
  exec 9< "$folder"; flock 9
  list=$folder/${LIST}
  if is_ours "$list" || [ -z "$(find "$folder" -maxdepth 0 -perm -o=x)" ]; then
    echo "$uid" >> "$list"
    chmod o+x "$folder"
  fi
  exec 9<&-
done`;

/** A run whose job was killed never says that it is over: whose user is gone does not count. */
const CLOSE = `set -e
${IS_OURS}
uid=$1; shift
for folder; do
  list=$folder/${LIST}
  is_ours "$list" || continue
  exec 9< "$folder"; flock 9
  is_ours "$list" || continue
  left=
  while read -r id; do
    if [ "$id" != "$uid" ] && getent passwd "$id" > /dev/null; then left="$left $id"; fi
  done < "$list"
  if [ -n "$left" ]; then
    printf '%s\\n' $left > "$list"
  else
    chmod o-x "$folder"
    rm "$list"
  fi
  exec 9<&-
done`;

async function run(
  script: string,
  { user, places }: { readonly user: IsolatedUser; readonly places: readonly string[] },
): Promise<void> {
  const folders = [...new Set(places.flatMap(above))];
  const { ok, stderr } = await runSystem(
    asRoot(user.privilege, ['sh', '-c', script, 'sh', String(user.uid), ...folders]),
  );
  if (!ok) throw new Error(`the folders above the checkout: ${stderr.trim().split('\n').at(-1)}`);
}

/** @returns The folders above a path, the outermost first. */
function above(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...above(parent), parent];
}
