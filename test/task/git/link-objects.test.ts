import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkObjects } from '../../../src/task/git/private-repository.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-link-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('links objects and packs, and nothing that a fetch is about to write', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const unfinished = [
    'pack/tmp_pack_A',
    'pack/tmp_idx_A',
    'pack/pack-2.keep',
    'ab/tmp_obj_A',
    'tmp_objdir-incoming-A/x',
  ];
  for (const path of ['ab/cdef', 'pack/pack-1.pack', 'pack/pack-1.idx', ...unfinished]) {
    await mkdir(join(from, path, '..'), { recursive: true });
    await writeFile(join(from, path), path);
  }

  await linkObjects(from, to);

  expect((await readdir(to, { recursive: true })).sort()).toEqual([
    'ab',
    'ab/cdef',
    'pack',
    'pack/pack-1.idx',
    'pack/pack-1.pack',
  ]);
  expect((await stat(join(to, 'ab/cdef'))).nlink).toBe(2);
});

it('is not disturbed by what comes and goes beside it', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await mkdir(join(from, 'pack'), { recursive: true });
  for (let n = 0; n < 200; n++) await writeFile(join(from, 'pack', `pack-${n}.pack`), '');
  let isFetching = true;
  const fetching = (async () => {
    for (let n = 0; isFetching; n++) {
      const path = join(from, 'pack', `tmp_idx_${n}`);
      await writeFile(path, '');
      await rm(path);
    }
  })();

  for (let n = 0; n < 10; n++) await linkObjects(from, join(to, String(n)));
  isFetching = false;
  await fetching;

  expect(await readdir(join(to, '9', 'pack'))).toHaveLength(200);
});
