import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './site.ts';

/** Folders of the programs that `putNpm` leaves, to stand in front of all others. */
export function npmFolders(folder: string): readonly string[] {
  return ['npm-bin', 'global/bin'].map((name) => join(folder, name));
}

/**
 * An npm that downloads no agent: the install of one leaves a program of its name, which works, and says what the real
 * Claude Code would. What it was asked for is in npm.log. Asked for anything else, it is the npm of this machine.
 */
export async function putNpm(folder: string): Promise<void> {
  const output = join(ROOT, 'test/task/agent/adapters/cases/claude/success.jsonl');
  const npm = `#!/usr/bin/env bash
case "$*" in
  'prefix --global') echo "$*" >> ${folder}/npm.log; echo ${folder}/global; exit ;;
  'ci --prefix '*/agents/*) echo "$*" >> ${folder}/npm.log ;;
  *) PATH=\${PATH//"${folder}/npm-bin:"/} exec npm "$@" ;;
esac
test -f "$3/package-lock.json" || exit 1
mkdir -p "$3/node_modules/.bin"
printf '#!/usr/bin/env bash\\nmkdir -p src && echo walls > src/a.txt && cat ${output}\\n' > "$3/node_modules/.bin/\${3##*/}"
chmod +x "$3"/node_modules/.bin/*
`;
  for (const each of npmFolders(folder)) await mkdir(each, { recursive: true });
  await writeFile(join(folder, 'npm-bin/npm'), npm);
  await chmod(join(folder, 'npm-bin/npm'), 0o755);
}
