import { slotOf } from '../decide/schedule/forecast.ts';
import { inline } from '../state/markdown.ts';
import type { TaskView } from '../state/task-view.ts';
import { SHADES, timeText } from '../text/words.ts';
import { inState, type Page, reasonText, runLink, shortened, taskLink } from './page.ts';
import { table } from './table.ts';

/** Tasks that run, are reviewed, or start again by themselves. */
export function activity(page: Page): string {
  const running = runningTasks(page);
  const others = inState(page, 'in-review', 'retrying');
  const lines = others.map(
    (view) => `${SHADES[view.state].icon} ${taskLink(page, view.task.id)}: ${reasonText(page, view.reason)}`,
  );
  const parts = [
    '## Running',
    running.length === 0 ? 'No task is running.' : runningTable(page, running),
    ...(lines.length === 0
      ? []
      : [
          shortened(page, lines)
            .map((line) => `- ${line}`)
            .join('\n'),
        ]),
  ];
  return parts.join('\n\n');
}

/** By slot. */
export function runningTasks(page: Page): readonly TaskView[] {
  return inState(page, 'running').toSorted(bySlot);
}

function runningTable(page: Page, running: readonly TaskView[]): string {
  const ends = new Map(page.forecast.bars.map(({ task, end }) => [task, end]));
  const rows = running.map((view) => {
    const { task, record } = view;
    const end = ends.get(task.id);
    return [
      slotOf(view) ?? '–',
      taskLink(page, task.id),
      inline(task.title),
      record.slice > 1 ? `${record.attempt}, slice ${record.slice}` : String(record.attempt),
      record.live === undefined ? '–' : timeText(record.live.sent),
      end === undefined ? '–' : timeText(end),
      runLink(page, view.run),
    ];
  });
  return table(['Slot', 'Task', 'Title', 'Attempt', 'Started', 'Expected end', 'Run'], rows);
}

/** A2 before A10. */
function bySlot(a: TaskView, b: TaskView): number {
  return slotNumber(a) - slotNumber(b);
}

function slotNumber(view: TaskView): number {
  return Number(slotOf(view)?.slice(1) ?? 0);
}
