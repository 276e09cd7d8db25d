import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { layOutTimeline } from '../../src/decide/schedule/timeline.ts';
import type { Turn } from '../../src/pictures/timetable.ts';
import { longestPaths } from '../../src/plan/critical-path.ts';
import { buildGraph } from '../../src/plan/graph.ts';
import type { Plan, TaskId } from '../../src/plan/plan.ts';
import { loaded } from '../plan/loaded.ts';

export function example(name: string): Plan {
  const file = new URL(`../../examples/${name}/docs/planning/tasks.json`, import.meta.url);
  return loaded({ file: 'tasks.json', text: readFileSync(file, 'utf8') });
}

interface Written {
  readonly id: string;
  readonly title?: string;
  readonly wave?: number;
  readonly dependencies?: readonly string[];
  readonly estimate?: number;
}

export function planOf(tasks: readonly Written[], titles: Readonly<Record<number, string>> = {}, name = 'Plan'): Plan {
  const waves = Object.entries(titles).map(([number, title]) => ({ number: Number(number), title }));
  const text = JSON.stringify({ name, waves, tasks: tasks.map((task) => ({ title: task.id, ...task })) });
  return loaded({ file: 'tasks.json', text });
}

/** A plan of waves of equal size whose tasks wait for one to three earlier ones, most of them near. */
export function largePlan(tasks: number, waves: number): Plan {
  let state = 7;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const rows = Array.from({ length: tasks }, (_, nth) => {
    const reach = Math.min(nth, 60);
    const count = reach === 0 ? 0 : 1 + next(3);
    const dependencies = new Set(Array.from({ length: count }, () => `TASK-${nth - next(reach)}`));
    return {
      id: `TASK-${nth + 1}`,
      title: `Title of the task number ${nth + 1}`,
      wave: 1 + Math.floor((nth * waves) / tasks),
      estimate: 30 * (1 + next(12)),
      dependencies: [...dependencies],
    };
  });
  return planOf(rows);
}

/** Text that means something to XML, HTML, Mermaid, Graphviz or a reader's eyes. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"quotes" and \'quotes\'',
  ']]> <!-- --> <![CDATA[',
  '`ticks` ```',
  '"]:::x; end %%{init}%% --> t1 subgraph',
  'a\u202eb\u2066c\u200fd',
  'back\\slash \\N \\',
  '&amp; &#60; &lt;b&gt;',
  '1. a list - - *',
  'emoji 👩‍👩‍👧‍👦 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 z\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  'no\ufffecharacter \ud800 \u{10ffff}',
] as const;

/** Loading refuses much of this already; pictures must not rely on it. */
export function hostilePlan(): Plan {
  const tasks = HOSTILE.map((_, nth) => ({
    id: ['end', 'section', 'subgraph', 'graph', 'style'][nth] ?? `H-${nth}`,
    wave: 1 + (nth % 3),
  }));
  const chained = tasks.map((task, nth) => ({
    ...task,
    dependencies: tasks.slice(Math.max(0, nth - 3), nth).map(({ id }) => id),
  }));
  const tame = planOf(chained);
  return {
    id: 'hostile',
    name: `${HOSTILE[0]} ${HOSTILE[1]}\n${HOSTILE[5]}`,
    waves: tame.waves.map(({ number }) => ({ number, title: HOSTILE[number * 2 - 2] ?? '' })),
    tasks: tame.tasks.map((task, nth) => ({ ...task, title: `${HOSTILE[nth]}\n${HOSTILE[nth]}` })),
  };
}

export function turnsOf(plan: Plan, slots: number): readonly Turn[] {
  const graph = buildGraph(plan);
  const { minutes } = longestPaths(plan, graph);
  const jobs = {
    included: new Uint8Array(plan.tasks.length).fill(1),
    durations: Float64Array.from(plan.tasks, ({ minutes }) => minutes),
    order: Int32Array.from(minutes.keys()).sort((a, b) => (minutes[b] ?? 0) - (minutes[a] ?? 0)),
    running: new Map(),
  };
  return layOutTimeline({ ...jobs, graph, slots, from: 0 }).map(({ place, start, end, slot }) => ({
    id: plan.tasks[place]?.id ?? ('' as TaskId),
    agent_id: slot ?? '',
    start_min: start,
    end_min: end,
  }));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
