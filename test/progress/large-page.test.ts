import { describe, expect, it } from 'vitest';
import { criticalPath } from '../../src/plan/critical-path.ts';
import { buildGraph } from '../../src/plan/graph.ts';
import type { Plan, Task } from '../../src/plan/plan.ts';
import type { ProgressInput } from '../../src/progress/page.ts';
import type { TaskView } from '../../src/state/task-view.ts';
import { progressPage } from '../support/projection.ts';
import { completed, planOf, running, viewOf } from './views.ts';

/** GitHub cuts a page there, or shows none of it. */
const MAX_BYTES = 512_000;

/** Titles as long as plans have them, and tasks that each build on the one before. */
function planOfSize(tasks: number, { perWave }: { readonly perWave: number }): Plan {
  return planOf(
    'Large',
    Array.from({ length: tasks }, (_, nth) => ({
      id: `AREA-${nth}`,
      title: `A title of the usual length that says what is to be done, ${nth}`,
      wave: 1 + Math.floor(nth / perWave),
      dependencies: nth === 0 ? [] : [`AREA-${nth - 1}`],
    })),
  );
}

function pageOf(plan: Plan, view: (task: Task, nth: number) => TaskView): string {
  const input: ProgressInput = {
    plan,
    decision: {
      tasks: plan.tasks.map(view),
      notice: undefined,
      planIssue: 1,
      waveIssues: new Map(plan.waves.map(({ number }) => [number, number + 1] as const)),
      criticalPath: criticalPath(plan, buildGraph(plan)),
    },
    slots: 8,
    attempts: 3,
    repositoryUrl: 'https://github.com/acme/daw',
  };
  return progressPage(input);
}

function done(task: Task, nth: number): TaskView {
  return completed(task, { from: nth, to: nth + 5, slot: 'A1', issue: nth + 200 });
}

const MIXES: Readonly<Record<string, (task: Task, nth: number) => TaskView>> = {
  'half done': (task, nth) => {
    if (nth < 5_000) return done(task, nth);
    if (nth < 5_008) return running(task, { from: nth, slot: `A${nth - 4_999}`, issue: nth + 200 });
    return viewOf(task, { state: 'blocked', reason: `waits for AREA-${nth - 1}, which waits itself` });
  },
  done,
  'not begun': (task) => viewOf(task, { state: 'blocked', reason: 'waits for others' }),
  'ready all at once': (task, nth) => viewOf(task, { issue: nth + 200 }),
  'in need of people': (task, nth) =>
    viewOf(task, { state: 'needs-human', reason: `attempt 3 failed: ${'a test failed; '.repeat(10)}`, issue: nth }),
  'held one by one': (task, nth) =>
    viewOf(task, { state: 'held', reason: `cancelled by somebody for reason ${nth}`, issue: nth + 200 }),
};

describe('a page of 10,000 tasks', () => {
  for (const [name, view] of Object.entries(MIXES))
    for (const perWave of name === 'half done' ? [100, 10_000, 4] : [100])
      it(`${name}, ${perWave} in a wave, is one that GitHub shows`, () => {
        const text = pageOf(planOfSize(10_000, { perWave }), view);

        expect(Buffer.byteLength(text)).toBeLessThan(MAX_BYTES);
        for (const block of text.matchAll(/```mermaid\n[\s\S]*?```/g)) expect(block[0].length).toBeLessThan(50_000);
      });

  it('counts every task that it does not name', () => {
    const text = pageOf(planOfSize(10_000, { perWave: 100 }), MIXES['half done'] as (typeof MIXES)[string]);

    const rows = [...text.matchAll(/^\| \*?.* \| (\d+) of (\d+) \| .* \|$/gm)];
    expect(rows).toHaveLength(100);
    expect(rows.reduce((sum, [, over]) => sum + Number(over), 0)).toBe(5_000);
    expect(rows.reduce((sum, [, , of]) => sum + Number(of), 0)).toBe(10_000);
    expect(text).toContain('5000 of 10000 tasks completed');
    expect(text).toContain('And 92 more: ⏳ 92 waiting.');
    expect(text).toContain('the checklists of 4700 others stand in their issues');
    expect(text).toContain('5000 before → ');
  });

  it('tells every task of a plan of 1,000', () => {
    const text = pageOf(planOfSize(1_000, { perWave: 100 }), done);

    expect(text.match(/^\| AREA-\d+ \| A title/gm)).toHaveLength(1_000);
  });
});
