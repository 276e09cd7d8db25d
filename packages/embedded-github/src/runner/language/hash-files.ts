import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** GitHub's hashFiles(): SHA-256 over the digests of the files that match, in order of their paths; `!` excludes. */
export function hashFilesIn(workspace: string, patterns: readonly string[]): string {
  const wanted = patterns.flatMap((pattern) => pattern.split('\n')).filter((pattern) => pattern.trim() !== '');
  const included = wanted.filter((pattern) => !pattern.startsWith('!'));
  const excluded = wanted.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const files = globSync(included, { cwd: workspace, exclude: excluded })
    .map((file) => join(workspace, file))
    .filter((file) => statSync(file).isFile())
    .sort();
  if (files.length === 0) return '';
  const total = createHash('sha256');
  for (const file of files) total.update(createHash('sha256').update(readFileSync(file)).digest());
  return total.digest('hex');
}
