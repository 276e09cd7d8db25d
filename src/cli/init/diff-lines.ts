import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How one text becomes another, as git shows it: hunks without the header, which would name other files. */
export async function diffLines(before: string, after: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-diff-'));
  try {
    await Promise.all([writeFile(join(folder, 'a'), before), writeFile(join(folder, 'b'), after)]);
    const printed = await unifiedDiff(folder);
    const lines = printed.trimEnd().split('\n');
    return lines.slice(lines.findIndex((line) => line.startsWith('@@')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** git ends with 1 where the files differ. */
function unifiedDiff(folder: string): Promise<string> {
  const args = ['diff', '--no-index', '--no-color', '--no-ext-diff', '--no-textconv', 'a', 'b'];
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd: folder }, (error, stdout) => {
      if (error && error.code !== 1) reject(error);
      else resolve(stdout);
    });
  });
}
