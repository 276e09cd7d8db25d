import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleAction } from '../../build/action-bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The programs of the action as src/ makes them now, `task-<step>.js`: a step of a run starts in a fifth of the time that sources take. */
    readonly actionPrograms: string;
    /** Where programs that tests start keep their compiled code: each is compiled once, not by every process. */
    readonly compileCache: string;
    /** True in the projects of the long and the nightly tests. */
    readonly isLong: boolean;
  }
}

/** Makes once what many tests start many times. */
export async function setup({ name, provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-programs-'));
  const programs = join(folder, 'dist');
  await mkdir(programs);
  const { files } = await bundleAction();
  for (const [name, text] of files) await writeFile(join(programs, name), text);
  await writeFile(join(programs, 'package.json'), '{ "type": "module" }\n');
  provide('actionPrograms', programs);
  provide('isLong', name !== 'whole');
  provide('compileCache', join(folder, 'compiled'));
  return () => rm(folder, { recursive: true, force: true });
}
