import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadPlan } from '../../plan/load.ts';
import type { Plan } from '../../plan/plan.ts';
import { PROGRESS_BRANCH } from '../../state/names.ts';

export const DEFAULT_BRANCH = 'main';

const git = promisify(execFile);

/** Reads the plan on the base, anew only where one of the two branches has moved: whoever waits asks often. */
export function planReader(gitDir: string, path: string): () => Promise<Plan> {
  const head = (branch: string) => readFile(join(gitDir, 'refs', 'heads', branch), 'utf8').catch(() => '');
  let last: { readonly heads: string; readonly plan: Plan } | undefined;
  return async () => {
    const heads = `${await head(DEFAULT_BRANCH)} ${await head(PROGRESS_BRANCH)}`;
    if (last?.heads !== heads) last = { heads, plan: await planOnBase(gitDir, path) };
    return last.plan;
  };
}

/** A file as the app last wrote it: beside the default branch, where that takes no commits of the app. */
export async function textOnBase(gitDir: string, path: string): Promise<string> {
  const aside = await show(gitDir, `${PROGRESS_BRANCH}:${path}`).catch(() => undefined);
  return aside ?? show(gitDir, `${DEFAULT_BRANCH}:${path}`);
}

async function planOnBase(gitDir: string, path: string): Promise<Plan> {
  const text = await textOnBase(gitDir, path);
  const loaded = loadPlan({ file: path, text });
  if (!loaded.ok)
    throw new Error(`${path} on ${DEFAULT_BRANCH} does not load any more: ${loaded.problems[0]?.message}`);
  return loaded.plan;
}

async function show(gitDir: string, object: string): Promise<string> {
  const { stdout } = await git('git', ['--git-dir', gitDir, 'show', object], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
