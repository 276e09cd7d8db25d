import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeStatus } from '../../src/progress/status.ts';
import { completed, running, taskOf, viewOf } from './views.ts';

const golden = new URL('golden/status/', import.meta.url);
const files = readdirSync(golden).filter((file) => file.endsWith('.before.json'));

/** A is done, B runs, C was listed as done by whoever wrote the plan. */
const VIEWS = [
  completed(taskOf({ id: 'A' }), { from: 0, to: 60, slot: 'A3', issue: 4 }),
  running(taskOf({ id: 'B' }), { from: 60, slot: 'A1', issue: 5 }),
  viewOf(taskOf({ id: 'C' }), { state: 'completed', unverified: true }),
];

describe.each(files)('a plan file as in %s', (file) => {
  const before = readFileSync(new URL(file, golden), 'utf8');

  it('keeps its manner when the status of its tasks is written', async () => {
    const after = writeStatus(before, VIEWS);

    await expect(after).toMatchFileSnapshot(`golden/status/${file.replace('before', 'after')}`);
  });

  it('is left alone the second time', () => {
    const after = writeStatus(before, VIEWS);

    expect(writeStatus(after, VIEWS)).toBe(after);
  });

  it('loses none of the fields that are not ours, in their order', () => {
    const foreign = (text: string) =>
      JSON.stringify(JSON.parse(text.replace('\ufeff', '')), (key, value) =>
        ['status', 'agent_id', 'started_at', 'completed_at'].includes(key) ? undefined : value,
      );

    expect(foreign(writeStatus(before, VIEWS))).toBe(foreign(before));
  });
});
