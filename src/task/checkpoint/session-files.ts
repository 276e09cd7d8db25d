import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addFiles } from '../git/add-files.ts';
import { fileReader } from '../git/agents-repository.ts';
import { gitText, type Repository } from '../git/git.ts';
import type { IsolatedUser } from '../isolation/isolated-user.ts';
import type { JobContext } from '../protocol/job.ts';
import { homeFolder } from '../protocol/job-files.ts';

/** Where agents keep what `--resume` needs, below their home. No credentials lie there. */
const SESSIONS = ['.claude/projects', '.codex/sessions', '.copilot/session-state', '.gemini/tmp'];

/**
 * @param user Whose the home is now, and who reads it.
 * @returns The tree of the session files in the agent's home, or undefined when there are none.
 */
export async function captureSession(
  repository: Repository,
  job: JobContext,
  user?: IsolatedUser,
): Promise<string | undefined> {
  const home = homeFolder(job);
  const reader = fileReader(repository, {
    job,
    user,
    workTree: home,
    index: join(job.folder, 'session-index'),
    usersIndex: 'session-index',
  });
  const listed = await reader.look(['find', ...SESSIONS.map((folder) => join(home, folder)), '-maxdepth', '0']);
  const there = new Set(listed.split('\n'));
  const found = SESSIONS.filter((folder) => there.has(join(home, folder)));
  if (found.length === 0) return undefined;
  const added = await addFiles(reader.repository, { files: reader.files, args: ['--force', '--', ...found] });
  if (!added.ok) throw new Error(`the agent's session cannot be read: ${added.stderr.trim().split('\n').at(-1)}`);
  return reader.takeTree();
}

/** Puts session files back into the agent's home. */
export async function restoreSession(
  repository: Repository,
  { job, commit }: { readonly job: JobContext; readonly commit: string },
): Promise<void> {
  const home = homeFolder(job);
  await mkdir(home, { recursive: true });
  const files = { workTree: home, index: join(job.folder, 'session-index') };
  await gitText(repository, ['read-tree', '--reset', '-u', commit], { files });
}
