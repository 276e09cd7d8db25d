import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { ACTION } from '../../build/action-bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of the action as src/ makes it now: a step of a run starts in a fifth of the time that sources take. */
    readonly actionProgram: string;
    /** Where programs that tests start keep their compiled code: each is compiled once, not by every process. */
    readonly compileCache: string;
    /** True in the project of the long tests. */
    readonly isLong: boolean;
  }
}

/** Makes once what many tests start many times. */
export async function setup({ name, provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-programs-'));
  await build({ ...ACTION, outdir: join(folder, 'dist') });
  await writeFile(join(folder, 'dist', 'package.json'), '{ "type": "module" }\n');
  provide('actionProgram', join(folder, 'dist', 'task.js'));
  provide('isLong', name === 'long');
  provide('compileCache', join(folder, 'compiled'));
  return () => rm(folder, { recursive: true, force: true });
}
