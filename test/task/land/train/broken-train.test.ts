import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TRAIN_REF, writeTrain } from '../../../../src/task/land/train/train.ts';
import { type Site, startSite } from '../../support/site.ts';
import { hasJoined, startRun, swiftClock, trainFiles, trainOf } from '../../support/train.ts';

/** What somebody does to the train by hand costs time, and nothing else. */

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files: trainFiles() });
});
afterEach(() => site.close());

/** Points the train at a commit with this message. */
async function writeByHand(message: string): Promise<void> {
  const commit = await site.remote.run('commit-tree', 'main^{tree}', '-m', message);
  await site.remote.run('update-ref', TRAIN_REF, commit);
}

const UNREADABLE: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['says nothing that can be read', () => writeByHand('{"seq": 7, "entries": "none"}')],
  [
    'points at a file',
    async () => site.remote.run('update-ref', TRAIN_REF, await site.remote.run('rev-parse', 'main:src/a.txt')),
  ],
];

test.each(UNREADABLE)('a train that %s counts as empty, and is written anew', async (_, spoil) => {
  await spoil();
  const run = await startRun(site, { files: { 'src/mine.txt': 'mine\n' } });

  await run.steps('verify', 'land');

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(run.tests()).toBe(1);
  expect((await trainOf(site)).entries).toMatchObject([{ issue: run.issue }]);
});

test('an entry whose work is nowhere is nobody’s to wait for', async () => {
  const other = await startRun(site, { files: { 'src/other.txt': 'other\n' } });
  await other.step('verify');
  const entry = { ...(await hasJoined(site, other)), work: 'd'.repeat(40) };
  await writeByHand(writeTrain({ seq: 9, entries: [entry] }));
  const run = await startRun(site, { files: { 'src/mine.txt': 'mine\n' } });

  await run.steps('verify', 'land');

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(await trainOf(site)).toMatchObject({ seq: 10, entries: [{ issue: run.issue }] });
});

test.each([
  ['deleted', () => site.moveRef(TRAIN_REF, null)],
  ['made unreadable', () => writeByHand('nonsense')],
])('a train that is %s while runs wait in it is built up again by them, and all of them land', async (_, spoil) => {
  const first = await startRun(site, { files: { 'src/first.txt': 'first\n' }, clock: swiftClock(4) });
  await first.hold();
  const verified = first.step('verify');
  await hasJoined(site, first);
  const second = await startRun(site, { files: { 'src/second.txt': 'second\n' }, clock: swiftClock(4) });
  await second.step('verify');
  await spoil();

  const landing = second.step('land');
  await hasJoined(site, second);
  await first.release();
  await verified;
  await Promise.all([landing, first.step('land')]);

  expect([first, second].map((run) => run.conclusion()?.outcome)).toEqual(['completed', 'completed']);
  expect(await site.remote.run('rev-list', '--count', 'main')).toBe('3');
});
