import { expect, it } from 'vitest';
import { jobMinutes } from '../../../src/cli/rehearse/job-minutes.ts';

const AT = Date.parse('2026-11-29T10:00:00Z');
const job = (name: string, seconds: number, conclusion: 'success' | 'skipped' = 'success') => ({
  ...{ name, conclusion, steps: [] },
  started_at: new Date(AT).toISOString(),
  completed_at: new Date(AT + seconds * 1_000).toISOString(),
});

it('rounds every job up to a minute, as GitHub charges it, and counts those of all tasks together', () => {
  const task = { path: '.github/workflows/agent-task.yml' };
  const runs: Parameters<typeof jobMinutes>[0] = [
    { workflow: task, inputs: { task: 'A-1' }, jobs: [job('A-1', 61), job('A-1 · next', 5)] },
    { workflow: task, inputs: { task: 'B' }, jobs: [job('B', 1), job('B · next', 0, 'skipped')] },
    { workflow: { path: '.github/workflows/agent-waves.yml' }, inputs: {}, jobs: [job('pass', 0)] },
  ];

  expect(jobMinutes(runs, 2)).toEqual({
    total: 5,
    per_task: 2.5,
    by_job: {
      'agent-task.yml next': { count: 1, minutes: 1 },
      'agent-task.yml task': { count: 2, minutes: 3 },
      'agent-waves.yml pass': { count: 1, minutes: 1 },
    },
  });
});
