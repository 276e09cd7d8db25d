import type { ForecastBar } from '../decide/schedule/forecast.ts';
import { isOver } from '../state/satisfied.ts';
import { counted, timeText } from '../text/words.ts';
import { waiting } from './blockers.ts';
import { inState, type Page, taskLink } from './page.ts';

/** What starts by itself next, and how much waits its turn. What a person can do stands under what needs one. */
export function nextActions(page: Page): string {
  const lines = [...ofSystem(page), ...waiting(page)];
  return ['## Next actions', lines.map((line) => `- ${line}`).join('\n') || 'None.'].join('\n\n');
}

/** What is expected to start by itself, by when. */
export function startsNext({ forecast, views }: Page): readonly ForecastBar[] {
  return forecast.bars.filter(({ task, actual }) => {
    const state = views.get(task)?.state;
    return !actual && state !== 'running' && state !== 'in-review';
  });
}

function ofSystem(page: Page): readonly string[] {
  const { decision } = page;
  const named = startsNext(page)
    .slice(0, 5)
    .map(({ task, start }) => `${taskLink(page, task)} (about ${timeText(start).slice(11)})`);
  if (named.length > 0) return [`Starts by itself next: ${named.join(', ')}.`];
  const unfinished = decision.tasks.filter((view) => !isOver(view));
  if (unfinished.length === 0) return ofFinished(page);
  const running = inState(page, 'running').length;
  if (running === 0) return ['Nothing starts by itself: see what needs you.'];
  return running === unfinished.length ? ['Every remaining task is running.'] : ['Nothing else starts by itself.'];
}

function ofFinished({ decision: { tasks } }: Page): readonly string[] {
  const unverified = tasks.filter((view) => view.unverified).length;
  const was = unverified === 1 ? 'was' : 'were';
  const look = `${counted(unverified, 'task')} ${was} completed and not verified: see below.`;
  return ['Nothing is left to do.', ...(unverified === 0 ? [] : [look])];
}
