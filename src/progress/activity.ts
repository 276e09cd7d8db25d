import { slotOf } from '../decide/schedule/forecast.ts';
import { inline } from '../state/markdown.ts';
import type { Instant } from '../state/snapshot.ts';
import type { TaskView } from '../state/task-view.ts';
import { SHADES, timeText } from '../text/words.ts';
import { inState, type Page, reasonText, runLink, taskLink } from './page.ts';

/** Lines on the first screen; the others stand in the waves. */
const MAX_RUNNING = 8;
const MAX_LINES = 3;

/** Tasks that run, or start again by themselves. */
export function activity(page: Page): string {
  const running = runningTasks(page);
  const others = inState(page, 'retrying');
  const lines = others.map(
    (view) => `${SHADES[view.state].icon} ${taskLink(page, view.task.id)}: ${reasonText(page, view.reason)}`,
  );
  const all = [...runningLines(page, running), ...shortened(lines)];
  const parts = ['## Running', all.length === 0 ? 'No task is running.' : all.map((line) => `- ${line}`).join('\n')];
  return parts.join('\n\n');
}

/** By slot. */
export function runningTasks(page: Page): readonly TaskView[] {
  return inState(page, 'running').toSorted(bySlot);
}

function runningLines(page: Page, running: readonly TaskView[]): readonly string[] {
  const ends = new Map(page.forecast.bars.map(({ task, end }) => [task, end]));
  const lines = running.slice(0, MAX_RUNNING).map((view) => {
    const { task, record } = view;
    const end = ends.get(task.id);
    const parts = [
      `${SHADES.running.icon} ${slotOf(view) ?? '–'} **${taskLink(page, task.id)}** ${inline(task.title)}`,
      ...(record.attempt > 1 ? [`attempt ${record.attempt}`] : []),
      ...(record.live === undefined ? [] : [spanOf(record.live.sent, end)]),
      ...(view.run === undefined ? [] : [runLink(page, view.run)]),
    ];
    return parts.join(' · ');
  });
  const more = running.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** `2026-03-02 12:00 to about 16:48`: the second date where it is another. */
function spanOf(from: Instant, to: Instant | undefined): string {
  const [start, end] = [timeText(from), to === undefined ? undefined : timeText(to)];
  if (end === undefined) return `since ${start}`;
  return `${start} to about ${end.slice(0, 10) === start.slice(0, 10) ? end.slice(11) : end}`;
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `and ${more} more`] : lines;
}

/** A2 before A10. */
function bySlot(a: TaskView, b: TaskView): number {
  return slotNumber(a) - slotNumber(b);
}

function slotNumber(view: TaskView): number {
  return Number(slotOf(view)?.slice(1) ?? 0);
}
