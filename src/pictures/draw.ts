import type { Plan } from '../plan/plan.ts';
import { dot } from './dot.ts';
import { type Drawing, taskDrawing, waveDrawing } from './drawing.ts';
import { flowchart } from './flowchart.ts';
import { ganttSvg } from './gantt-svg.ts';
import { type GraphLayout, graphSvg, layOutGraph } from './graph-svg.ts';
import { htmlPage } from './html-page.ts';
import { mermaidSchedule } from './mermaid-schedule.ts';
import { type Schedule, type Timetable, taskTimetable, waveTimetable } from './timetable.ts';

export const PICTURE_FORMATS = ['mermaid', 'dot', 'svg', 'html'] as const;

export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** A picture of more tasks than this shows waves: nobody reads it, and browsers scroll it badly. */
const MAX_TASKS_PICTURED = 2_000;

/** How many edges between waves are drawn; fewer where a picture with so many cannot be made. */
const WAVE_EDGES = [400, 40, 0] as const;

export interface Drawn {
  /** The whole file. */
  readonly text: string;
  /** What the boxes or bars of the picture are. */
  readonly of: 'tasks' | 'waves';
}

export interface DrawInput {
  readonly plan: Plan;
  readonly format: PictureFormat;
  /** Base64 of the SHA-256 of a text, for the policy of a page. */
  readonly sha256: (text: string) => string;
}

export interface DrawScheduleInput extends Schedule {
  /** Graphviz draws no schedules. */
  readonly format: Exclude<PictureFormat, 'dot'>;
  readonly sha256: DrawInput['sha256'];
}

/**
 * The dependency graph of a plan. The same plan gives the same bytes.
 *
 * @returns Undefined where Mermaid would draw not even the waves.
 */
export function drawGraph({ plan, format, sha256 }: DrawInput): Drawn | undefined {
  if (format === 'mermaid') return firstDrawn(drawingsOf(plan), flowchart);
  if (format === 'dot') return firstDrawn(drawingsOf(plan), dot);
  return firstDrawn(drawingsOf(plan), (drawing) => {
    const laid = layOutGraph(drawing);
    if (!laid) return undefined;
    const svg = graphSvg(drawing, laid);
    return format === 'svg' ? svg : htmlPage({ plan, svg, sha256, linked: drawing.of === 'tasks' });
  });
}

/**
 * The schedule of what is left of a plan.
 *
 * @returns Undefined where Mermaid would draw not even the waves.
 */
export function drawSchedule({ format, sha256, ...schedule }: DrawScheduleInput): Drawn | undefined {
  const { plan, turns } = schedule;
  return firstDrawn(timetablesOf(schedule), (timetable) => {
    if (format === 'mermaid') return mermaidSchedule(timetable);
    const svg = ganttSvg(timetable);
    return format === 'svg' ? svg : htmlPage({ plan, svg, sha256, turns, linked: timetable.of === 'tasks' });
  });
}

/** Where the tasks of a plan stand in its picture; undefined where the picture shows waves. */
export function taskLayout(plan: Plan): GraphLayout | undefined {
  return plan.tasks.length > MAX_TASKS_PICTURED ? undefined : layOutGraph(taskDrawing(plan));
}

/** From the most to the least that can be shown. */
function* drawingsOf(plan: Plan): Generator<Drawing> {
  if (plan.tasks.length <= MAX_TASKS_PICTURED) yield taskDrawing(plan);
  for (const most of WAVE_EDGES) yield waveDrawing(plan, most);
}

function* timetablesOf(schedule: Schedule): Generator<Timetable> {
  if (schedule.plan.tasks.length <= MAX_TASKS_PICTURED) yield taskTimetable(schedule);
  yield waveTimetable(schedule);
}

function firstDrawn<T extends { readonly of: Drawn['of'] }>(
  candidates: Iterable<T>,
  render: (candidate: T) => string | undefined,
): Drawn | undefined {
  for (const candidate of candidates) {
    const text = render(candidate);
    if (text !== undefined) return { text, of: candidate.of };
  }
  return undefined;
}
