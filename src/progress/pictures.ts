import { criticalEdges, waveEdges } from '../pictures/dependencies.ts';
import { type StatusGraph, statusGraph } from '../pictures/status-graph.ts';
import type { Scheme } from '../pictures/status-style.ts';
import { type StatusTimeline, statusTimeline, type TimelineRow } from '../pictures/status-timeline.ts';
import { type StatusWaves, statusWaves } from '../pictures/status-waves.ts';
import { formatMinutes } from '../plan/estimate.ts';
import type { Wave } from '../plan/plan.ts';
import { PICTURES, type PictureName } from '../plan/projected-paths.ts';
import { waveName } from '../plan/waves.ts';
import { byWave } from '../state/by-wave.ts';
import { countEach } from '../state/count-each.ts';
import { fingerprintOfText } from '../state/fingerprint.ts';
import { isOver } from '../state/satisfied.ts';
import { shadeOf } from '../state/shade.ts';
import { millis } from '../state/snapshot.ts';
import type { TaskView } from '../state/task-view.ts';
import { counted, SHADES } from '../text/words.ts';
import { inState, type Page } from './page.ts';

/** Beyond these a picture of tasks is nobody's reading: it shows waves. */
const MAX_TASKS = 150;
const MAX_ROWS = 100;

/** Raised whenever the same plan is drawn in another way. */
const FORM = 1;

/** What the pictures beside the page show, before anybody draws it: drawing takes longer than all else that a page needs. */
export interface PictureModels {
  readonly plan: { readonly of: 'tasks'; readonly graph: StatusGraph } | { readonly of: 'waves' };
  readonly waves: StatusWaves;
  /** Undefined where nothing has run yet. */
  readonly timeline: StatusTimeline | undefined;
  /** One word for all of it: while it is the same, the files are. */
  readonly fingerprint: string;
}

export function pictureModels(page: Page): PictureModels {
  const plan =
    page.plan.tasks.length <= MAX_TASKS
      ? ({ of: 'tasks', graph: graphModel(page) } as const)
      : ({ of: 'waves' } as const);
  const models = { plan, waves: wavesModel(page), timeline: timelineModel(page) };
  const fingerprint = fingerprintOfText(
    JSON.stringify([FORM, models], (_, value) => (value instanceof Map ? [...value] : value)),
  );
  return { ...models, fingerprint };
}

/** Which files there are. */
export function namesOf({ timeline }: PictureModels): readonly PictureName[] {
  return PICTURES.filter((name) => timeline !== undefined || !name.startsWith('timeline-'));
}

/** The files by name. A timeline is there once something has run. */
export function drawPictures({ plan, waves, timeline }: PictureModels): ReadonlyMap<PictureName, string> {
  const drawn: Readonly<Record<string, ((scheme: Scheme) => string) | undefined>> = {
    plan: (plan.of === 'tasks' ? statusGraph(plan.graph) : undefined) ?? statusWaves(waves),
    timeline: timeline && statusTimeline(timeline),
  };
  return new Map(
    PICTURES.flatMap((picture) => {
      const [subject = '', scheme] = picture.split('-') as [string, Scheme];
      const draw = drawn[subject];
      return draw ? [[picture, draw(scheme)] as const] : [];
    }),
  );
}

function aboutPlan(page: Page) {
  const { path, minutes } = page.decision.criticalPath;
  const done = inState(page, 'completed').length;
  const running = inState(page, 'running').length;
  return {
    name: page.plan.name,
    summary: `${done} of ${counted(page.plan.tasks.length, 'task')} completed, ${running} running · critical path ${formatMinutes(minutes)} over ${counted(path.length, 'task')}`,
    notes: [] as readonly string[],
  };
}

function graphModel(page: Page): StatusGraph {
  const { plan, views, decision, graph } = page;
  const place = new Map(plan.tasks.map(({ id }, nth) => [id, nth]));
  const groupOf = new Map(plan.waves.map(({ number }, nth) => [number, nth]));
  const next = criticalEdges(decision.criticalPath.path);
  const onPath = new Set(decision.criticalPath.path);
  const within = byWave(decision.tasks);
  return {
    ...aboutPlan(page),
    groups: plan.waves.map((wave) => ({
      name: waveName(wave),
      note: overText(within.get(wave.number) ?? []),
    })),
    boxes: plan.tasks.map((task) => {
      const view = views.get(task.id);
      return {
        id: task.id,
        title: task.title === task.id ? '' : task.title,
        note: view ? cardNote(view) : '',
        shade: view ? shadeOf(view) : 'blocked',
        critical: onPath.has(task.id),
        group: groupOf.get(task.wave) ?? 0,
        href: issueUrl(page, view?.issue),
        tooltip: [
          `${task.id}: ${task.title}`,
          `Estimate: ${formatMinutes(task.minutes)}`,
          task.dependencies.length === 0 ? 'Waits for nothing' : `Waits for ${task.dependencies.join(', ')}`,
          ...(view ? [SHADES[shadeOf(view)].word] : []),
        ],
      };
    }),
    edges: plan.tasks.flatMap(({ id }, to) =>
      (graph.reduced.get(id) ?? []).map((from) => ({
        from: place.get(from) ?? 0,
        to,
        critical: next.get(from) === id,
      })),
    ),
  };
}

/** `running · A3`, `completed`, or how long it takes where it waits its turn. */
function cardNote(view: TaskView): string {
  const { record, task } = view;
  const { word } = SHADES[shadeOf(view)];
  if (view.state === 'running' && record.live) return `${word} · ${record.live.agent}`;
  return view.state === 'completed' ? word : `${word} · ${formatMinutes(task.minutes)}`;
}

function wavesModel(page: Page): StatusWaves {
  const { plan, decision } = page;
  const within = byWave(decision.tasks);
  const critical = new Set(decision.criticalPath.path.map((id) => page.views.get(id)?.task.wave));
  const needs = Map.groupBy(waveEdges(plan), ({ to }) => to);
  return {
    ...aboutPlan(page),
    notes: [`${counted(plan.tasks.length, 'task')}: these are the waves`],
    waves: plan.waves.map((wave) => {
      const views = within.get(wave.number) ?? [];
      const after = (needs.get(wave.number) ?? []).map(({ from }) => from).toSorted((a, b) => a - b);
      return {
        name: waveName(wave),
        note: `${overText(views)}${afterText(after)}${critical.has(wave.number) ? ' · critical path' : ''}`,
        counts: countEach(views.map(shadeOf)),
        href: issueUrl(page, decision.waveIssues.get(wave.number)),
      };
    }),
  };
}

function afterText(waves: readonly number[]): string {
  if (waves.length === 0) return '';
  const [first, last] = [waves[0], waves.at(-1)];
  if (waves.length === 1) return ` · after wave ${first}`;
  return waves.length > 3
    ? ` · after ${waves.length} waves, ${first} to ${last}`
    : ` · after waves ${waves.join(', ')}`;
}

function overText(views: readonly TaskView[]): string {
  return `${views.filter(isOver).length} of ${views.length}`;
}

function timelineModel(page: Page): StatusTimeline | undefined {
  const { bars, unforeseen } = page.forecast;
  if (bars.length === 0) return undefined;
  const rows = bars.length > MAX_ROWS ? waveRows(page) : taskRows(page);
  const left =
    unforeseen.length === 0
      ? []
      : [
          `${counted(unforeseen.length, 'task')} that cannot go on yet ${unforeseen.length === 1 ? 'has' : 'have'} no bar`,
        ];
  return { ...aboutPlan(page), notes: ['dashed: expected', ...left], rows };
}

function taskRows(page: Page): readonly TimelineRow[] {
  const critical = new Set(page.decision.criticalPath.path);
  const byTask = Map.groupBy(page.forecast.bars, ({ task }) => task);
  return [...byTask].map(([id, bars]) => {
    const view = page.views.get(id);
    return {
      label: id,
      title: view && view.task.title !== id ? view.task.title : '',
      href: issueUrl(page, view?.issue),
      critical: critical.has(id),
      bars: bars.map(({ start, end, actual, slot }) => ({
        start: millis(start),
        end: millis(end),
        actual,
        shade: view ? shadeOf(view) : 'blocked',
        note: slot ?? '',
      })),
    };
  });
}

/** What is over, and what is expected, of each wave. */
function waveRows(page: Page): readonly TimelineRow[] {
  const within = Map.groupBy(page.forecast.bars, ({ task }) => page.views.get(task)?.task.wave);
  return page.plan.waves.flatMap((wave: Wave) => {
    const bars = within.get(wave.number) ?? [];
    const spans = [bars.filter(({ actual }) => actual), bars.filter(({ actual }) => !actual)].flatMap((some, nth) =>
      some.length === 0
        ? []
        : [
            {
              start: some.reduce((first, { start }) => Math.min(first, millis(start)), Number.POSITIVE_INFINITY),
              end: some.reduce((last, { end }) => Math.max(last, millis(end)), 0),
              actual: nth === 0,
              shade: nth === 0 ? ('completed' as const) : ('ready' as const),
              note: counted(some.length, 'task'),
            },
          ],
    );
    if (spans.length === 0) return [];
    const href = issueUrl(page, page.decision.waveIssues.get(wave.number));
    return [{ label: `Wave ${wave.number}`, title: wave.title, href, critical: false, bars: spans }];
  });
}

function issueUrl({ repositoryUrl }: Page, issue: number | undefined): string | undefined {
  return issue === undefined ? undefined : `${repositoryUrl}/issues/${issue}`;
}
