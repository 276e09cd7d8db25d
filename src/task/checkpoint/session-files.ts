import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addFiles } from '../git/add-files.ts';
import { gitText, type Repository } from '../git/git.ts';
import type { JobContext } from '../protocol/job.ts';
import { homeFolder } from '../protocol/job-files.ts';

/** Where agents keep what `--resume` needs, below their home. No credentials lie there. */
const SESSIONS = ['.claude/projects', '.codex/sessions', '.gemini/tmp'];

/** @returns The tree of the session files in the agent's home, or undefined when there are none. */
export async function captureSession(repository: Repository, job: JobContext): Promise<string | undefined> {
  const home = homeFolder(job);
  const found = SESSIONS.filter((folder) => existsSync(join(home, folder)));
  if (found.length === 0) return undefined;
  const files = { workTree: home, index: join(job.folder, 'session-index') };
  const added = await addFiles(repository, files, ['--force', '--', ...found]);
  if (!added.ok) throw new Error(`the agent's session cannot be read: ${added.stderr.trim().split('\n').at(-1)}`);
  return gitText(repository, ['write-tree'], { files });
}

/** Puts session files back into the agent's home. */
export async function restoreSession(repository: Repository, job: JobContext, commit: string): Promise<void> {
  const home = homeFolder(job);
  await mkdir(home, { recursive: true });
  const files = { workTree: home, index: join(job.folder, 'session-index') };
  await gitText(repository, ['read-tree', '--reset', '-u', commit], { files });
}
