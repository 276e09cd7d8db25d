import { readFileSync } from 'node:fs';
import { loadPlan } from '../src/plan/load.ts';
import type { Plan } from '../src/plan/plan.ts';

/** Plans to measure with: the same at every run. */

/** Tasks that mostly build on what was done shortly before, in waves of 100: what GitHub takes. */
export function bigPlanText({ tasks, dependencies }: { tasks: number; dependencies: number }): string {
  const draw = numbers(1);
  const needs = Array.from({ length: tasks }, () => new Set<number>());
  for (let left = dependencies; left > 0; ) {
    const task = 1 + Math.floor(draw() * (tasks - 1));
    const of = Math.max(0, task - 1 - Math.floor(draw() * 200));
    if (needs[task]?.has(of)) continue;
    needs[task]?.add(of);
    left--;
  }
  return JSON.stringify({
    name: 'Bench',
    tasks: needs.map((of, n) => ({
      id: `T-${n}`,
      title: `Task ${n}`,
      wave: 1 + Math.floor(n / 100),
      estimate: 30 + (n % 7) * 30,
      dependencies: [...of].map((other) => `T-${other}`),
      acceptance: [`What task ${n} promises is there`],
    })),
  });
}

/** Layers of tasks that depend on one to three of the layer before: a shape in which the order matters. */
export function layeredPlan({ tasks, width, seed }: { tasks: number; width: number; seed: number }): Plan {
  const draw = numbers(seed);
  const pick = (layer: number) => layer * width + Math.floor(draw() * width);
  return planOf(
    JSON.stringify({
      name: `${tasks} tasks, ${width} wide`,
      tasks: Array.from({ length: tasks }, (_, n) => {
        const layer = Math.floor(n / width);
        const picks = layer === 0 ? [] : Array.from({ length: 1 + Math.floor(draw() * 3) }, () => pick(layer - 1));
        return {
          id: `T-${n}`,
          title: `Task ${n}`,
          estimate: 30 * (1 + Math.floor(draw() * 8)),
          dependencies: [...new Set(picks)].map((other) => `T-${other}`),
        };
      }),
    }),
  );
}

/** The execution plan of the specification. */
export function referencePlan(): Plan {
  return planOf(readFileSync(new URL('../examples/daw/docs/planning/tasks.json', import.meta.url), 'utf8'));
}

export function planOf(text: string): Plan {
  const loaded = loadPlan({ file: 'tasks.json', text });
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  return loaded.plan;
}

/** Evenly spread from 0 to 1 (Park and Miller 1988). */
function numbers(seed: number): () => number {
  let last = seed;
  return () => {
    last = (last * 48_271) % 2_147_483_647;
    return last / 2_147_483_647;
  };
}
