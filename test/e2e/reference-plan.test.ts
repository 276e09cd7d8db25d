import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { CONFIG_PATH } from '../../src/state/names.ts';
import { expectReferencePlan } from './support/reference-plan.ts';

/** Four slots keep two cores busy: with more, runs mostly verify again what others overtook. */
const SLOTS = 4;

describe('the reference plan of 47 tasks, with checks that cost nothing', () => {
  expectReferencePlan(async (scratch) => {
    const folder = join(scratch, 'daw');
    await cp('examples/daw', folder, { recursive: true });
    await checkAtNoCost(join(folder, CONFIG_PATH));
    return [folder, '--max-parallel', String(SLOTS)];
  }, SLOTS);
});

/** Compilers and test runners are most of what a run takes; `reference-plan.long.test.ts` has them. */
async function checkAtNoCost(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const cheap = text
    .replace(/^ {2}compile: .*$/m, '  compile: test -d src')
    .replace(/^ {2}test: .*$/m, '  test: test -d test')
    .replace(/^ {2}lint: .*$/m, '  lint: none')
    .replace(/^ {4}api: .*$/m, '    api: test -d src');
  await writeFile(path, cheap);
}
