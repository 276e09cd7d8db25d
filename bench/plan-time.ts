import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { criticalPath } from '../src/plan/critical-path.ts';
import { buildGraph } from '../src/plan/graph.ts';
import type { Plan } from '../src/plan/plan.ts';
import { showRatio, showRatioHead } from './measure.ts';
import { referencePlan } from './plans.ts';
import { rehearse } from './rehearse.ts';

const SLOTS = 8;
/** An hour of an agent's work takes 10 s. */
const SPEED = 360;

/** The reference plan with everything on, beside its critical path and `make` that runs the same sleeping work. */
export async function showPlanTime(): Promise<void> {
  const plan = referencePlan();
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-bench-'));
  try {
    const path = (criticalPath(plan, buildGraph(plan)).minutes * 60) / SPEED;
    const made = await makeTime(plan, folder);
    const source = fileURLToPath(new URL('../examples/daw', import.meta.url));
    const report = await rehearse(source, {
      out: join(folder, 'out'),
      flags: ['--speed', String(SPEED), '--max-parallel', String(SLOTS)],
    });
    const { completed, total } = report.tasks;
    const perTask = (count: number) => (count / total).toFixed(1);
    const api = Object.entries(report.requests.by_route).filter(([route]) => !route.startsWith('git '));
    const requests = api.reduce((sum, [, count]) => sum + count, 0);
    showRatioHead(`the reference plan, an hour in 10 s, ${SLOTS} at a time`, { unit: 's', bound: 'the critical path' });
    showRatio('the critical path', { took: path, bound: path });
    showRatio(`make -j${SLOTS}, the same work asleep`, { took: made, bound: path });
    showRatio(`agent-waves: ${completed} of ${total} landed`, { took: report.makespan_s, bound: path });
    console.log(`  ${perTask(requests)} API requests a task`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns Seconds that make takes. */
async function makeTime(plan: Plan, folder: string): Promise<number> {
  const rules = plan.tasks.map(
    ({ id, dependencies, minutes }) =>
      `${id}: ${dependencies.join(' ')}\n\t@sleep ${((minutes * 60) / SPEED).toFixed(3)}`,
  );
  const all = `all: ${plan.tasks.map(({ id }) => id).join(' ')}`;
  await writeFile(join(folder, 'Makefile'), `${[all, ...rules].join('\n')}\n`);
  const begin = performance.now();
  const child = spawn('make', [`-j${SLOTS}`, '-f', join(folder, 'Makefile')], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'close');
  return (performance.now() - begin) / 1_000;
}
