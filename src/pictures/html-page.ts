import { criticalPath } from '../plan/critical-path.ts';
import { formatMinutes } from '../plan/estimate.ts';
import { buildGraph } from '../plan/graph.ts';
import type { Plan, Task } from '../plan/plan.ts';
import { pageHead } from './page-head.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { xml } from './text.ts';
import type { Turn } from './timetable.ts';

export interface PageInput {
  readonly plan: Plan;
  /** As graphSvg or ganttSvg drew it. */
  readonly svg: string;
  /** Whether boxes of the picture are tasks, so that the table can lead to them. */
  readonly linked: boolean;
  readonly turns?: readonly Turn[];
  /** Base64 of the SHA-256 of a text in UTF-8. */
  readonly sha256: (text: string) => string;
}

/**
 * A page that stands alone: the picture, a table of the tasks as its alternative in text, and a script that lights up
 * what hangs together. Its policy allows this very style and script and nothing else, whatever a plan says.
 */
export function htmlPage({ plan, svg, linked, turns, sha256 }: PageInput): string {
  const heading = `${xml(plan.name)}: ${turns ? 'schedule' : 'dependency graph'}`;
  const { head } = pageHead({ title: heading, style: pageStyle(), svg, script: PAGE_SCRIPT, sha256 });
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    ...head,
    '<body>',
    ...tools(heading),
    '<main>',
    '<div class="stage">',
    `${svg}</div>`,
    '<h2>Tasks</h2>',
    '<div class="scroll" tabindex="0" role="region" aria-label="Tasks">',
    table({ plan, linked, ...(turns ? { turns } : {}) }),
    '</div>',
    '</main>',
    `<script>${PAGE_SCRIPT}</script>`,
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}

/** Hidden until the script runs that they belong to. */
function tools(heading: string): readonly string[] {
  return [
    '<header class="bar-of-tools">',
    `<h1>${heading}</h1>`,
    '<div class="tools" hidden>',
    '<output for="search" aria-live="polite"></output>',
    '<input id="search" type="search" placeholder="Find a task; Enter goes to it" aria-label="Find a task">',
    '<button id="farther" type="button" aria-label="Zoom out">−</button>',
    '<button id="closer" type="button" aria-label="Zoom in">+</button>',
    '<button id="whole" type="button">100%</button>',
    '<button id="fit" type="button">Fit</button>',
    '</div>',
    '</header>',
  ];
}

function table({ plan, linked, turns }: Pick<PageInput, 'plan' | 'linked' | 'turns'>): string {
  const { path } = criticalPath(plan, buildGraph(plan));
  const critical = new Set(path);
  const turnOf = new Map(turns?.map((turn) => [turn.id, turn]));
  const rows = plan.tasks.map((task, nth) =>
    rowOf(task, { nth, linked, critical: critical.has(task.id), turn: turnOf.get(task.id) }),
  );
  const columns = [
    'Task',
    'Title',
    'Wave',
    'Estimate',
    ...(turns ? ['Agent', 'Start', 'End'] : []),
    'Waits for',
    'Critical path',
  ];
  return [
    '<table>',
    `<thead><tr>${columns.map((column) => `<th scope="col">${column}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows,
    '</tbody>',
    '</table>',
  ].join('\n');
}

function rowOf(
  task: Task,
  {
    nth,
    linked,
    critical,
    turn,
  }: {
    readonly nth: number;
    readonly linked: boolean;
    readonly critical: boolean;
    readonly turn: Turn | undefined;
  },
): string {
  const id = linked ? `<a href="#t${nth + 1}" data-n="${nth}">${xml(task.id)}</a>` : xml(task.id);
  return [
    `<tr${critical ? ' class="critical"' : ''}>`,
    `<td class="id">${id}</td>`,
    `<td dir="auto">${xml(task.title)}</td>`,
    `<td class="number">${task.wave}</td>`,
    `<td class="number">${formatMinutes(task.minutes)}</td>`,
    ...(turn
      ? [
          `<td>${xml(turn.agent_id)}</td>`,
          `<td class="number">${formatMinutes(turn.start_min)}</td>`,
          `<td class="number">${formatMinutes(turn.end_min)}</td>`,
        ]
      : []),
    `<td>${task.dependencies.map(xml).join(', ')}</td>`,
    `<td class="path">${critical ? 'yes' : ''}</td>`,
    '</tr>',
  ].join('');
}
