import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { showRatio, showRatioHead } from './measure.ts';
import { rehearseLines } from './rehearse.ts';

const TASKS = 16;
const SLOTS = 8;
const CHECK_SECONDS = 20;

/**
 * Agents that finish at the same time, each with a check that sleeps: how long it takes until all have landed, beside
 * what it takes at least, and what it would take if each waited with its check until the one before has landed.
 */
export async function showLandingTime(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-bench-'));
  try {
    const checks = `{ compile: none, test: "sleep ${CHECK_SECONDS}", lint: none }`;
    const { makespan_s, tasks: ended, by_task } = await rehearseLines(folder, { tasks: TASKS, slots: SLOTS, checks });
    const runs = by_task.reduce((sum, task) => sum + task.runs, 0);
    const title = `${TASKS} independent tasks, ${SLOTS} at a time, a check of ${CHECK_SECONDS} s`;
    showRatioHead(title, { unit: 's', bound: 'the bound' });
    const bound = (TASKS / SLOTS) * CHECK_SECONDS;
    showRatio('the checks alone, each slot one after the other', { took: bound, bound });
    showRatio(`the merge train: ${ended.completed} landed in ${runs} runs`, { took: makespan_s, bound });
    showRatio('the checks alone, each after the landing before', { took: TASKS * CHECK_SECONDS, bound });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
