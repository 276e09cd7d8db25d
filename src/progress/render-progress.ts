import { activity } from './activity.ts';
import { blockers } from './blockers.ts';
import { nextActions } from './next-actions.ts';
import { overview } from './overview.ts';
import { type Detail, type Page, WHOLE } from './page.ts';
import { pictureSections } from './picture-sections.ts';
import type { PictureModels } from './pictures.ts';
import { verification } from './verification.ts';
import { waveTables } from './wave-tables.ts';

/** About one screen: what asks somebody to do something goes first. */
const HEAD = [overview, blockers, activity, nextActions];

/** Folded below it. */
const FOLDS = [waveTables, verification];

/** GitHub cuts a page of more bytes where it shows one, or shows none of it. */
const MAX_BYTES = 500_000;

/** Tried one after the other until the page fits. */
const DETAILS: readonly Detail[] = [
  WHOLE,
  { rows: 100, waves: 500, verified: 300 },
  { rows: 20, waves: 200, verified: 100 },
  { rows: 5, waves: 50, verified: 20 },
];
/** Where every task is a row, a page of more tasks does not fit. */
const MAX_WHOLE_TASKS = 4_000;

/**
 * PROGRESS.md: how a plan stands, for people. A function of its input alone, never of the clock, so that unchanged
 * state gives unchanged bytes. Text of the plan is shown and does nothing. Ends with one line end. Of a large plan it counts
 * what it does not name, so that GitHub shows the page.
 */
export function renderProgress(page: Page, models: PictureModels): string {
  const pictures = pictureSections(page, models);
  const details = page.decision.tasks.length > MAX_WHOLE_TASKS ? DETAILS.slice(1) : DETAILS;
  let text = '';
  for (const detail of details) {
    text = render({ ...page, detail }, pictures);
    if (new TextEncoder().encode(text).length <= MAX_BYTES) break;
  }
  return text;
}

function render(page: Page, pictures: readonly string[]): string {
  const note = `<sub>Written by Agent Waves from the issues of this plan; edits are overwritten. A task has ${page.attempts} attempts before a person is asked. Times are UTC.</sub>`;
  const sections = [...HEAD, ...FOLDS].map((section) => section(page));
  return `${[...sections, ...pictures, note].join('\n\n')}\n`;
}
