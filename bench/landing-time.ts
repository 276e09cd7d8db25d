import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearse, writeFiles } from './rehearse.ts';

const TASKS = 16;
const SLOTS = 8;
const CHECK_SECONDS = 20;

/**
 * Agents that finish at the same time, each with a check that sleeps: how long it takes until all have landed, beside
 * what it takes at least, and what it would take if each waited with its check until the one before has landed.
 */
export async function showLandingTime(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-bench-'));
  const source = join(folder, 'source');
  const tasks = Array.from({ length: TASKS }, (_, n) => ({ id: `T-${n + 1}`, title: `Task ${n + 1}`, estimate: 1 }));
  try {
    await writeFiles(source, {
      'docs/planning/tasks.json': JSON.stringify({ name: 'Independent tasks', tasks }, null, 2),
      '.github/agent-waves.yml': [
        'landing: push',
        'isolation: none',
        'install: []',
        `checks: { compile: none, test: "sleep ${CHECK_SECONDS}", lint: none }`,
      ].join('\n'),
    });
    const flags = ['--max-parallel', String(SLOTS), '--agent', 'echo done > "$AGENT_WAVES_TASK.txt"'];
    const { makespan_s, tasks: ended, by_task } = await rehearse(source, { out: join(folder, 'out'), flags });
    const runs = by_task.reduce((sum, task) => sum + task.runs, 0);
    console.log(
      `\n${TASKS} independent tasks, ${SLOTS} at a time, a check of ${CHECK_SECONDS} s       s   × the bound`,
    );
    const bound = (TASKS / SLOTS) * CHECK_SECONDS;
    line('the checks alone, each slot one after the other', bound, bound);
    line(`the merge train: ${ended.completed} landed in ${runs} runs`, makespan_s, bound);
    line('the checks alone, each after the landing before', TASKS * CHECK_SECONDS, bound);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function line(name: string, seconds: number, bound: number): void {
  console.log(`  ${name.padEnd(52)}${seconds.toFixed(1).padStart(7)}${(seconds / bound).toFixed(2).padStart(10)} ×`);
}
