import { formatMinutes } from '../plan/estimate.ts';
import type { Wave } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import { inline, oneLine } from '../state/markdown.ts';
import { howItEnded } from '../state/rules.ts';
import { millis } from '../state/snapshot.ts';
import type { TaskView } from '../state/task-view.ts';
import { costText } from './costs.ts';
import { counted, spanText, tookText } from './words.ts';

/** What a wave came to, once its tasks are done: a comment for people, and a paragraph for the agents of later tasks. */

export interface WaveSummaryInput {
  readonly wave: Wave;
  /** Its tasks, in plan order. */
  readonly tasks: readonly TaskView[];
  readonly repositoryUrl: string;
  /** The wave that starts because this one is done. */
  readonly next: Wave | undefined;
  /** It was done before, and had something to do again. */
  readonly again: boolean;
}

const MAX_ROWS = 200;

export function waveSummary({ wave, tasks, repositoryUrl, next, again }: WaveSummaryInput): string {
  const rows = tasks.slice(0, MAX_ROWS).map((view) => row(view, repositoryUrl));
  const more = tasks.length - rows.length;
  return [
    `**${inline(waveName(wave))} is done${again ? ' again' : ''}.** ${totals(tasks)}`,
    ['| Task | Landed | Took / estimate | Attempts | Cost |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ...(more > 0 ? [`and ${more} more tasks`] : []),
    ...(next === undefined ? [] : [`${inline(waveName(next))} starts now: \`advance\` is \`auto\`.`]),
  ].join('\n\n');
}

function totals(tasks: readonly TaskView[]): string {
  const landed = tasks.filter(({ record }) => record.done !== undefined);
  const skipped = tasks.filter(({ state }) => state === 'skipped').length;
  const unverified = tasks.length - landed.length - skipped;
  const retries = tasks.reduce((sum, { record }) => sum + Math.max(0, record.attempt - 1), 0);
  const what = [
    `${counted(landed.length, 'task')} landed`,
    ...(unverified === 0 ? [] : [`${unverified} completed and not verified`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    ...(retries === 0 ? ['no retries'] : [counted(retries, 'retry', 'retries')]),
  ].join(', ');
  const cost = costText(tasks.map(({ record }) => record));
  return [`${what}.`, ...durations(landed), ...(cost === undefined ? [] : [`Cost: ${cost}.`])].join(' ');
}

/** From the first dispatch to the last landing, and the tasks' own time against what was estimated. */
function durations(landed: readonly TaskView[]): readonly string[] {
  const timed = landed.flatMap(({ task, startedAt, completedAt }) =>
    startedAt === undefined || completedAt === undefined ? [] : [{ task, startedAt, completedAt }],
  );
  const [first] = timed;
  if (!first) return [];
  const from = timed.reduce((at, { startedAt }) => (millis(startedAt) < millis(at) ? startedAt : at), first.startedAt);
  const to = timed.reduce((at, { completedAt }) => (millis(completedAt) > millis(at) ? completedAt : at), from);
  const took = timed.reduce((sum, view) => sum + millis(view.completedAt) - millis(view.startedAt), 0);
  const estimated = timed.reduce((sum, { task }) => sum + task.minutes, 0);
  return [
    `It took ${tookText(from, to)} from the first dispatch to the last landing; tasks took ${spanText(took)} of their own against ${formatMinutes(estimated)} estimated.`,
  ];
}

function row({ task, issue, record, state, startedAt, completedAt }: TaskView, repositoryUrl: string): string {
  const name = `${inline(task.id)} ${inline(task.title)}${issue === undefined ? '' : ` (#${issue})`}`;
  const commit = record.done?.commit;
  const landed =
    commit === undefined ? endText({ state, record }) : `[${commit.slice(0, 7)}](${repositoryUrl}/commit/${commit})`;
  const took = startedAt === undefined || completedAt === undefined ? '' : `${tookText(startedAt, completedAt)} / `;
  return `| ${name} | ${landed} | ${took}${formatMinutes(task.minutes)} | ${record.attempt || '–'} | ${costText([record]) ?? '–'} |`;
}

function endText({ state, record }: Pick<TaskView, 'state' | 'record'>): string {
  return state === 'skipped' ? 'skipped' : howItEnded(record);
}

/** Of one task: a sentence or two. Of all of them: what a brief can spare for a wave. */
const MAX_SENTENCE = 200;
const MAX_PARAGRAPH = 1_500;

/** What the tasks of a wave did, in their agents' words: one line, bounded. */
export function waveParagraph(tasks: readonly TaskView[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const view of tasks) {
    const sentence = sentenceOf(view);
    length += sentence.length + 1;
    if (kept.length > 0 && length > MAX_PARAGRAPH) break;
    kept.push(sentence);
  }
  const more = tasks.length - kept.length;
  return [...kept, ...(more > 0 ? [`And ${counted(more, 'more task')}.`] : [])].join(' ');
}

function sentenceOf({ task, record, state }: TaskView): string {
  const summary = oneLine(record.done?.summary ?? '');
  const short = summary.length > MAX_SENTENCE ? `${summary.slice(0, MAX_SENTENCE).trimEnd().toWellFormed()}…` : summary;
  const said = short || (record.done ? task.title : endText({ state, record }));
  return `${task.id}: ${said}${/[.!?…]$/.test(said) ? '' : '.'}`;
}
