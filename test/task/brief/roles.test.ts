import { readFile } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { briefFile } from '../../../src/task/protocol/job-files.ts';
import { startMachine } from '../support/machine.ts';
import { inputsFor, liveRecord, PLAN, type Site, startSite } from '../support/site.ts';

let site: Site;
afterEach(() => site.close());

/** The brief of a task, as its run writes it. */
async function briefOf(task: object): Promise<string> {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const tasks = PLAN.tasks.map((each) => (each.id === 'A-001' ? { ...each, ...task } : each));
  site = await startSite({ files: { 'docs/planning/tasks.json': JSON.stringify({ ...PLAN, tasks }) } });
  const machine = await startMachine(site, { inputs: inputsFor(await site.createIssue(liveRecord())) });
  await machine.steps('claim', 'agent');
  return readFile(briefFile(machine.job), 'utf8');
}

it('a task of the category testing is briefed as one for somebody who runs and mends tests', async () => {
  expect(await briefOf({ category: 'testing' })).toContain('You are the one who runs and mends tests.');
});

it('a task that names the reviewer is briefed as one for a reviewer', async () => {
  expect(await briefOf({ agent: 'code-reviewer' })).toContain('You are the reviewer:');
});

it('any other is briefed as one for an engineer', async () => {
  expect(await briefOf({})).toContain('You are the engineer who does this task from end to end');
});
