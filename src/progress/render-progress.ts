import { activity } from './activity.ts';
import { blockers } from './blockers.ts';
import { mermaidGantt } from './mermaid-gantt.ts';
import { mermaidGraph } from './mermaid-graph.ts';
import { nextActions } from './next-actions.ts';
import { overview } from './overview.ts';
import { type ProgressInput, pageOf } from './page.ts';
import { verification } from './verification.ts';
import { waveTables } from './wave-tables.ts';

export type { ProgressInput } from './page.ts';

const SECTIONS = [overview, activity, blockers, nextActions, waveTables, verification, mermaidGraph, mermaidGantt];

/**
 * PROGRESS.md: how a plan stands, for people. A function of its input alone, never of the clock, so that unchanged
 * state gives unchanged bytes. Text of the plan is shown and does nothing. Ends with one line end.
 */
export function renderProgress(input: ProgressInput): string {
  const page = pageOf(input);
  const note = `<sub>Written by Agent Waves from the issues of this plan; edits are overwritten. A task has ${input.attempts} attempts before a person is asked. Times are UTC.</sub>`;
  return `${[...SECTIONS.map((section) => section(page)), note].join('\n\n')}\n`;
}
