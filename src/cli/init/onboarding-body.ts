import * as z from 'zod';
import { readOnlyBlock, writeBlock } from '../../state/hidden-block.ts';
import { code, inline, prose, visible } from '../../state/markdown.ts';
import { fenced } from '../../task/brief/markdown.ts';
import type { Section } from './setup-text.ts';

/** What the onboarding pull request tells. */
export interface OnboardingInput {
  readonly detected: readonly (readonly [name: string, what: string])[];
  readonly files: readonly { readonly path: string; readonly what: string }[];
  readonly plan: readonly string[];
  readonly forecast: readonly Section[];
  readonly missing: readonly string[];
  /** Of them, as Markdown: what a person has ticked off. */
  readonly ticked: readonly string[];
  readonly start: string;
  readonly waves: number;
  readonly tasks: number;
  /** What was written by path, by which the next `init` tells it from what people changed. */
  readonly digests: Readonly<Record<string, string>>;
}

/** GitHub takes 65,536 characters. */
const MAX_FORECAST = 20_000;
const MAX_LINES = 100;

export function onboardingBody(input: OnboardingInput): string {
  const { detected, files, plan, missing, ticked, start, waves, tasks } = input;
  const parts = [
    'This pull request sets up [Agent Waves](https://github.com/agent-waves/agent-waves), which turns a plan into landed work: one issue for each task, one workflow run for each task that is ready, and nothing closed that is not verified. Read it, change what you like on this branch, and merge it when you agree. Until then nothing happens; to say no, close it.',
    heading('What was found'),
    ['| | |', '| --- | --- |', ...detected.map(([name, what]) => `| ${inline(name)} | ${prose(what)} |`)].join('\n'),
    heading('What this adds'),
    files.map(({ path, what }) => `- ${code(path)}: ${prose(what)}`).join('\n'),
    plan.slice(0, MAX_LINES).map(prose).join('\n\n'),
    heading('What happens when this is merged'),
    [
      `- The app makes an issue for the plan, and one for each of its ${waves === 1 ? 'one wave' : `${waves} waves`}. No task runs, and nothing is spent.`,
      `- ${prose(start)} Then ${tasks === 1 ? 'its one task gets an issue' : `its ${tasks} tasks get issues`}, and each runs as soon as what it depends on is done.`,
      '- `PROGRESS.md` and the `status` fields of the plan are committed as work lands.',
    ].join('\n'),
    ...input.forecast.flatMap(({ title, lines }) => [heading(title), fenced(visible(shortened(lines)))]),
    heading('What is still missing'),
    missing.map((step) => `- [${ticked.includes(prose(step)) ? 'x' : ' '}] ${prose(step)}`).join('\n'),
    '---',
    'Run `npx agent-waves init --pull-request` again to bring this pull request up to date: files that you changed on its branch stay as they are.',
    writeBlock(BLOCK, input.digests),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function heading(title: string): string {
  return `### ${title}`;
}

function shortened(lines: readonly string[]): string {
  const text = lines.join('\n');
  return text.length <= MAX_FORECAST ? text : `${text.slice(0, MAX_FORECAST)}\n…`;
}

/** The hidden block that remembers what was written. */
const BLOCK = 'agent-waves:onboarding';

const digests = z.record(z.string(), z.string());

/** @returns What an earlier `init` wrote by path. Where nobody knows, every file that differs counts as somebody's. */
export function digestsIn(body: string): Readonly<Record<string, string>> {
  const read = digests.safeParse(readOnlyBlock(BLOCK, body.replaceAll('\r\n', '\n')));
  return read.success ? read.data : {};
}

/** @returns The steps that a person has ticked off, as the body has them. */
export function ticksIn(body: string): readonly string[] {
  return [...body.matchAll(/^- \[[xX]\] (.+?)\r?$/gm)].map(([, step = '']) => step);
}
