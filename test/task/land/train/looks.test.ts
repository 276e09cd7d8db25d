import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Site, startSite } from '../../support/site.ts';
import { hasJoined, startRun, trainFiles } from '../../support/train.ts';

/** What it costs a run to look at a base that others move. */

let site: Site;
let folder: string;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-looks-'));
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  await writeFile(join(folder, 'git'), `#!/bin/sh\necho "$1" >> ${folder}/commands\nexec ${git} "$@"\n`);
  await chmod(join(folder, 'git'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
});
afterEach(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/** Processes of git that have compared trees so far. */
function comparisons(): number {
  return readFileSync(join(folder, 'commands'), 'utf8')
    .split('\n')
    .filter((command) => command === 'diff-tree').length;
}

test('every move of the base costs a waiting run the same, however many there were before', async () => {
  site = await startSite({ files: trainFiles() });
  const run = await startRun(site, { files: { 'src/mine.txt': 'mine\n' } });
  await run.hold();
  const verified = run.step('verify');
  await hasJoined(site, run);
  await run.verifiesFor(1);
  const costs: number[] = [];

  for (let move = 1; move <= 4; move++) {
    const before = comparisons();
    await site.push(`Move ${move}`, { [`src/other${move}.txt`]: 'other\n' });
    await run.verifiesFor(move + 1);
    costs.push(comparisons() - before);
  }
  await run.release();
  await verified;

  expect(run.conclusion()).toBeUndefined();
  // The base and what would land, and what the verification itself asks.
  expect(costs).toEqual(costs.map(() => costs[0]));
});
