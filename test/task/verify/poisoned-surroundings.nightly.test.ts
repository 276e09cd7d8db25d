import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { ISOLATIONS, type Judged, prepareRun } from '../support/judged.ts';
import { POISONS } from '../support/poisons.ts';

let judged: Judged;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  await endIsolation(judged.machine.job);
  await judged.site.close();
});

describe.skipIf(ISOLATIONS.length === 1)('isolation user, an agent that has poisoned', () => {
  test.each(Object.entries(POISONS))('%s is judged all the same', async (_, poison) => {
    judged = await prepareRun({ isolation: 'user', ...poison });

    await judged.machine.steps('claim', 'agent', 'verify');

    expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  });
});
