import { activity } from './activity.ts';
import { blockers } from './blockers.ts';
import { mermaidGantt } from './mermaid-gantt.ts';
import { mermaidGraph } from './mermaid-graph.ts';
import { nextActions } from './next-actions.ts';
import { overview } from './overview.ts';
import { type Detail, type Page, type ProgressInput, pageOf, WHOLE } from './page.ts';
import { verification } from './verification.ts';
import { waveTables } from './wave-tables.ts';

export type { ProgressInput } from './page.ts';

/** What asks somebody to do something goes first. */
const SECTIONS = [overview, blockers, nextActions, activity, waveTables, verification, mermaidGraph, mermaidGantt];

/** GitHub cuts a page of more bytes where it shows one, or shows none of it. */
const MAX_BYTES = 500_000;

/** Tried one after the other until the page fits. */
const DETAILS: readonly Detail[] = [
  WHOLE,
  { rows: 100, waves: 500, verified: 300, lines: 100 },
  { rows: 20, waves: 200, verified: 100, lines: 50 },
  { rows: 5, waves: 50, verified: 20, lines: 10 },
];
/** Where every task is a row, a page of more tasks does not fit. */
const MAX_WHOLE_TASKS = 4_000;

/**
 * PROGRESS.md: how a plan stands, for people. A function of its input alone, never of the clock, so that unchanged
 * state gives unchanged bytes. Text of the plan is shown and does nothing. Ends with one line end. Of a large plan it counts
 * what it does not name, so that GitHub shows the page.
 */
export function renderProgress(input: ProgressInput): string {
  const page = pageOf(input);
  const details = page.decision.tasks.length > MAX_WHOLE_TASKS ? DETAILS.slice(1) : DETAILS;
  let text = '';
  for (const detail of details) {
    text = render({ ...page, detail });
    if (new TextEncoder().encode(text).length <= MAX_BYTES) break;
  }
  return text;
}

function render(page: Page): string {
  const note = `<sub>Written by Agent Waves from the issues of this plan; edits are overwritten. A task has ${page.attempts} attempts before a person is asked. Times are UTC.</sub>`;
  return `${[...SECTIONS.map((section) => section(page)), note].join('\n\n')}\n`;
}
