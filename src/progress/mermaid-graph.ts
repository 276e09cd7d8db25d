import { criticalEdges, waveEdges } from '../pictures/dependencies.ts';
import { isDrawable, mermaidBlock, mermaidText } from '../pictures/mermaid-text.ts';
import type { TaskId, Wave } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import { byWave } from '../state/by-wave.ts';
import { isOver } from '../state/satisfied.ts';
import type { TaskView } from '../state/task-view.ts';
import { SHADES, type Shade, shadeOf } from '../text/words.ts';
import type { Page } from './page.ts';

/** Beyond these a picture of tasks cannot be read any more, and GitHub soon refuses to draw it. */
const LIMITS = { tasks: 150, edges: 400 } as const;

/** Fill and border; text is dark on all of them, also where GitHub is dark. */
const COLORS: Readonly<Record<Shade, readonly [string, string]>> = {
  completed: ['#c8e6c9', '#2e7d32'],
  running: ['#bbdefb', '#1565c0'],
  'in-review': ['#e1bee7', '#6a1b9a'],
  retrying: ['#ffe0b2', '#ef6c00'],
  ready: ['#dcedc8', '#689f38'],
  blocked: ['#f5f5f5', '#9e9e9e'],
  held: ['#eceff1', '#90a4ae'],
  stuck: ['#ffcdd2', '#c62828'],
  lost: ['#f8bbd0', '#880e4f'],
  'needs-human': ['#ef9a9a', '#b71c1c'],
  skipped: ['#eeeeee', '#bdbdbd'],
};

/** The plan as a Mermaid graph: waves as frames, states as colors, the critical path thick. Large plans show waves. */
export function mermaidGraph(page: Page): string {
  const legend = legendOf(page.decision.tasks);
  const tasks = graphOfTasks(page);
  if (tasks !== undefined) {
    const said = `Edges that others imply are left out; thick ones are the critical path. ${legend}`;
    return ['## Graph', said, tasks].join('\n\n');
  }
  const waves = graphOfWaves(page);
  if (!isDrawable(waves)) return '## Graph\n\nThe plan is too large to be drawn.';
  const said = `The plan is too large to draw every task: these are its waves, with the number of dependencies between them. ${legend}`;
  return ['## Graph', said, waves].join('\n\n');
}

function graphOfTasks({ plan, views, decision, graph: { reduced } }: Page): string | undefined {
  const names = new Map(plan.tasks.map(({ id }, index) => [id, `t${index + 1}`]));
  const edges = plan.tasks.flatMap(({ id }) => (reduced.get(id) ?? []).map((from) => ({ from, to: id })));
  if (plan.tasks.length > LIMITS.tasks || edges.length > LIMITS.edges) return undefined;
  const critical = criticalEdges(decision.criticalPath.path);
  const thick = edges.flatMap(({ from, to }, index) => (critical.get(from) === to ? [index] : []));
  const frames = plan.waves.flatMap((wave) => frame(wave, { views: [...views.values()], names }));
  const lines = [
    'flowchart LR',
    ...frames,
    ...edges.map(({ from, to }) => `  ${names.get(from)} --> ${names.get(to)}`),
    ...(thick.length === 0 ? [] : [`  linkStyle ${thick.join(',')} stroke:#d9480f,stroke-width:4px`]),
    ...classes(new Set(decision.tasks.map(shadeOf))),
  ];
  const drawing = mermaidBlock(lines);
  return isDrawable(drawing) ? drawing : undefined;
}

function frame(
  wave: Wave,
  { views, names }: { readonly views: readonly TaskView[]; readonly names: ReadonlyMap<TaskId, string> },
): readonly string[] {
  const nodes = views
    .filter(({ task }) => task.wave === wave.number)
    .map((view) => {
      const { icon } = SHADES[shadeOf(view)];
      return `    ${names.get(view.task.id)}["${icon} ${mermaidText(view.task.id, 64)}"]:::${className(shadeOf(view))}`;
    });
  return [`  subgraph w${wave.number}["${mermaidText(waveName(wave))}"]`, ...nodes, '  end'];
}

function graphOfWaves({ plan, decision }: Page): string {
  const within = byWave(decision.tasks);
  const shown = plan.waves.map((wave) => ({ wave, ...waveShade(within.get(wave.number) ?? []) }));
  return mermaidBlock([
    'flowchart LR',
    ...shown.map(
      ({ wave, shade, text }) =>
        `  w${wave.number}["${mermaidText(waveName(wave))}<br/>${text}"]:::${className(shade)}`,
    ),
    ...waveEdges(plan)
      .slice(0, LIMITS.edges)
      .map(({ from, to, count }) => `  w${from} -->|${count}| w${to}`),
    ...classes(new Set(shown.map(({ shade }) => shade))),
  ]);
}

/** The color of a wave: done, running, in need of a person, or as it stands. */
function waveShade(views: readonly TaskView[]): { readonly shade: Shade; readonly text: string } {
  const over = views.filter(isOver).length;
  const shades = new Set(views.map(shadeOf));
  const order: readonly Shade[] = [
    'lost',
    'needs-human',
    'stuck',
    'running',
    'in-review',
    'retrying',
    'ready',
    'blocked',
    'held',
  ];
  const shade = order.find((candidate) => shades.has(candidate)) ?? 'completed';
  return { shade, text: `${SHADES[shade].icon} ${over} of ${views.length}` };
}

function classes(used: ReadonlySet<Shade>): readonly string[] {
  return shadesIn(used).map((shade) => {
    const [fill, stroke] = COLORS[shade];
    return `  classDef ${className(shade)} fill:${fill},stroke:${stroke},color:#1f2328`;
  });
}

function legendOf(tasks: readonly TaskView[]): string {
  const used = shadesIn(new Set(tasks.map(shadeOf)));
  return used.map((shade) => `${SHADES[shade].icon} ${SHADES[shade].word}`).join(' · ');
}

function shadesIn(used: ReadonlySet<Shade>): readonly Shade[] {
  return (Object.keys(SHADES) as Shade[]).filter((shade) => used.has(shade));
}

/** Mermaid has words of its own; none of them begins like this. */
function className(shade: Shade): string {
  return `s_${shade.replace('-', '_')}`;
}
