import * as z from 'zod';
import { readOnlyBlock, writeBlock } from '../../state/hidden-block.ts';
import { code, inline, prose, visible } from '../../state/markdown.ts';
import { LABEL } from '../../state/names.ts';
import { fenced } from '../../task/brief/markdown.ts';
import type { Section } from './setup-text.ts';

/** What an `init` remembers in the pull request, for the next one. */
export interface OnboardingMemory {
  /** Digests of what was written, by path: what has another was changed by somebody. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the plan came from, in words. */
  readonly plan: readonly string[];
}

/** What the onboarding pull request tells. */
export interface OnboardingInput {
  readonly detected: readonly (readonly [name: string, what: string])[];
  readonly files: readonly { readonly path: string; readonly what: string }[];
  readonly forecast: readonly Section[];
  readonly missing: readonly string[];
  /** Of them, as Markdown: what a person has ticked off. */
  readonly ticked: readonly string[];
  readonly waves: number;
  readonly tasks: number;
  readonly memory: OnboardingMemory;
}

/** GitHub takes 65,536 characters. */
const MAX_BODY = 65_000;
/** Of each forecast; the second where the first is too much for the whole. */
const MAX_FORECAST = [15_000, 2_000] as const;
const MAX_LINES = 40;
const MAX_LINE = 200;

/** What is remembered of where the plan came from: a plan of thousands of tasks may have as many remarks. */
export function memorable(plan: readonly string[]): readonly string[] {
  const shown = plan.slice(0, MAX_LINES).map((line) => line.slice(0, MAX_LINE));
  return plan.length > MAX_LINES ? [...shown, `${plan.length - MAX_LINES} more`] : shown;
}

export function onboardingBody(input: OnboardingInput): string {
  const [usual, short] = MAX_FORECAST.map((most) => bodyWith(input, most));
  return usual !== undefined && usual.length <= MAX_BODY ? usual : (short ?? '');
}

function bodyWith(input: OnboardingInput, mostForecast: number): string {
  const { detected, files, missing, ticked, waves, tasks, memory } = input;
  const parts = [
    'This pull request sets up [Agent Waves](https://github.com/agent-waves/agent-waves), which turns a plan into landed work: one issue for each task, one workflow run for each task that is ready, and nothing closed that is not verified. Read it, change what you like on this branch, and merge it when you agree. Until then nothing happens; to say no, close it.',
    heading('What was found'),
    ['| | |', '| --- | --- |', ...detected.map(([name, what]) => `| ${inline(name)} | ${prose(what)} |`)].join('\n'),
    heading('What this adds'),
    files.map(({ path, what }) => `- ${code(path)}: ${prose(what)}`).join('\n'),
    memory.plan.map(prose).join('\n\n'),
    heading('What happens when this is merged'),
    [
      `- The plan gets an issue, and so does ${waves === 1 ? 'its wave' : `each of its ${waves} waves`}, with the labels by which they are steered. No task runs, and nothing is spent.`,
      `- Once somebody who may write puts the label ${code(LABEL.start)} on the plan issue, its ${tasks === 1 ? 'task gets an issue' : `${tasks} tasks get issues`}, and each runs as soon as what it depends on is done.`,
      '- `PROGRESS.md` and the `status` fields of the plan are committed as work lands.',
    ].join('\n'),
    ...input.forecast.flatMap(({ title, lines }) => [heading(title), fenced(shortened(lines, mostForecast))]),
    heading('What is still missing'),
    missing.map((step) => `- [${ticked.includes(prose(step)) ? 'x' : ' '}] ${prose(step)}`).join('\n'),
    '---',
    'Run `npx agent-waves init --pull-request` again to bring this pull request up to date: files that you changed on its branch stay as they are.',
    writeBlock(BLOCK, memory),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function heading(title: string): string {
  return `### ${title}`;
}

function shortened(lines: readonly string[], most: number): string {
  const text = visible(lines.join('\n'));
  return text.length <= most ? text : `${text.slice(0, most)}\n…`;
}

/** The hidden block that holds the memory. */
const BLOCK = 'agent-waves:onboarding';

const memory = z.object({ files: z.record(z.string(), z.string()), plan: z.array(z.string()) });

/** @returns Nothing where nobody knows: then every file that differs counts as somebody's. */
export function memoryIn(body: string): OnboardingMemory {
  const read = memory.safeParse(readOnlyBlock(BLOCK, body.replaceAll('\r\n', '\n')));
  return read.success ? read.data : { files: {}, plan: [] };
}

/** @returns The steps that a person has ticked off, as the body has them. */
export function ticksIn(body: string): readonly string[] {
  return [...body.matchAll(/^- \[[xX]\] (.+?)\r?$/gm)].map(([, step = '']) => step);
}
