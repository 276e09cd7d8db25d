import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addFiles } from '../git/add-files.ts';
import { adoptTree, agentsFiles, agentsRepository } from '../git/agents-repository.ts';
import { gitText, type Repository } from '../git/git.ts';
import { type IsolatedUser, runAs } from '../isolation/isolated-user.ts';
import { runSystem } from '../isolation/privilege.ts';
import type { JobContext } from '../protocol/job.ts';
import { homeFolder } from '../protocol/job-files.ts';

/** Where agents keep what `--resume` needs, below their home. No credentials lie there. */
const SESSIONS = ['.claude/projects', '.codex/sessions', '.gemini/tmp'];

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
  const look = ['find', ...SESSIONS.map((folder) => join(home, folder)), '-maxdepth', '0'] as const;
  const { stdout } = user ? await runAs(user, look) : await runSystem(look);
  const there = new Set(stdout.split('\n'));
  const found = SESSIONS.filter((folder) => there.has(join(home, folder)));
  if (found.length === 0) return undefined;
  const reader = user ? agentsRepository(job, user) : repository;
  const files = user
    ? agentsFiles(job, { workTree: home, index: 'session-index' })
    : { workTree: home, index: join(job.folder, 'session-index') };
  const added = await addFiles(reader, { files, args: ['--force', '--', ...found] });
  if (!added.ok) throw new Error(`the agent's session cannot be read: ${added.stderr.trim().split('\n').at(-1)}`);
  return user ? adoptTree(repository, { from: reader, files }) : gitText(repository, ['write-tree'], { files });
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
