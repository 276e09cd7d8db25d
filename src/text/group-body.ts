import type { Config } from '../plan/config.ts';
import { formatMinutes } from '../plan/estimate.ts';
import { formatProblem } from '../plan/load.ts';
import type { FileProblem, Plan, Wave } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import type { Derivations } from '../state/derivations.ts';
import { inline, prose, proseWithLinks } from '../state/markdown.ts';
import { LABEL, PROGRESS_BRANCH } from '../state/names.ts';
import { ownPart } from '../state/own-part.ts';
import { performanceInWaves } from '../state/performance.ts';
import { type GroupRecord, writeGroupRecord } from '../state/record.ts';
import { howItEnded } from '../state/rules.ts';
import { type Tally, tallyOf, tallyOfWave, tallyOfWaves } from '../state/tally.ts';
import type { TaskView } from '../state/task-view.ts';
import { COMMAND_HELP } from './command-help.ts';
import { fitting } from './fitting.ts';
import { performanceTable } from './performance.ts';
import { type Expected, needsText, nextText, runningText, standingText } from './plan-dashboard.ts';
import { counted } from './words.ts';

/** Our part of the bodies of plan and wave issues: text for people, then the record that `readGroupRecord` reads back. */

/** Characters of each list: two of them, a record and what people wrote are one body, of which GitHub takes 65,536. */
const ROOM = 12_000;

export interface PlanBodyInput {
  readonly plan: Plan;
  readonly config: Config;
  readonly tasks: readonly TaskView[];
  /** The same tasks, by wave. */
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly waveIssues: ReadonlyMap<number, number>;
  readonly notice: string | undefined;
  /** What was spent: see `spendingMeter`. */
  readonly meter?: string | undefined;
  /** The default branch takes no commits of the app, though they are to go there. */
  readonly isKeptAside: boolean;
  readonly links: { readonly plan: string; readonly progress: string; readonly config: string };
  readonly criticalPathMinutes: number;
  readonly repositoryUrl: string;
  readonly derivations: Pick<Derivations, 'performances' | 'tallies'>;
}

/** The body with what is expected, and with this record. */
export type PlanBodyText = (last: { readonly record: GroupRecord; readonly expected: Expected }) => string;

const [RUNNING, NEXT, WAVES] = ['### Running', '### Next', '### Waves'];

/** Our part of the plan issue, or its body, without what only moves from one moment to the next. */
export function withoutMoving(part: string): string {
  const [from, to] = [part.indexOf(`\n${RUNNING}\n`), part.indexOf(`\n${WAVES}\n`)];
  return from < 0 || to < from ? part : part.slice(0, from) + part.slice(to);
}

/** What it says of the tasks that run. */
export function runningIn(part: string): string {
  const [from, to] = [part.indexOf(`\n${RUNNING}\n`), part.indexOf(`\n${NEXT}\n`)];
  return from < 0 || to < from ? '' : part.slice(from, to);
}

/** Everything else is put into words once: of thousands of tasks, to compare it and to write it are two bodies. */
export function planBody({
  plan,
  config,
  tasks,
  byWave,
  waveIssues,
  notice,
  meter,
  isKeptAside,
  links,
  criticalPathMinutes,
  repositoryUrl,
  derivations,
}: PlanBodyInput): PlanBodyText {
  const work = plan.tasks.reduce((sum, task) => sum + task.minutes, 0);
  const { tallies } = derivations;
  const tally = tallyOfWaves(byWave, tallies);
  const rows = plan.waves.map((wave) => {
    const within = tallyOfWave(byWave.get(wave.number) ?? [], tallies);
    const issue = waveIssues.get(wave.number);
    const name = inline(waveName(wave));
    return `| ${issue === undefined ? name : `${name} (#${issue})`} | ${completedOf(within)} |`;
  });
  const waves = fitting(rows, ROOM, (left) => {
    const rest = plan.waves.slice(-left).flatMap(({ number }) => byWave.get(number) ?? []);
    return `| and ${counted(left, 'wave')} more | ${completedOf(tallyOf(rest))} |`;
  });
  const eventful = tasks.filter(({ state }) => state !== 'completed' && state !== 'blocked' && state !== 'ready');
  const before = [
    ...(isKeptAside
      ? [
          `> [!NOTE]\n> A rule keeps the app from committing to the default branch: progress is on the branch \`${PROGRESS_BRANCH}\`. Let the app bypass the rule (Settings, Rules) to have it beside the plan.`,
        ]
      : []),
    ...(notice === undefined ? [] : [`> [!WARNING]\n> ${notice}`]),
    `**${completedOf(tally, 'tasks completed')}.** [Progress](${links.progress}) · [plan](${links.plan}) · [settings](${links.config})`,
    standingText(tally),
    ...listedNote(tally),
    needsText({ tasks: eventful, repositoryUrl }),
    runningText(eventful),
  ];
  const after = [
    ...(meter === undefined ? [] : [`**Spending:** ${meter}`]),
    WAVES,
    `${formatMinutes(work)} of work, ${formatMinutes(criticalPathMinutes)} on the critical path, up to ${counted(config.max_parallel, 'agent')} at once.`,
    ['| Wave | Completed |', '| --- | --- |', ...waves].join('\n'),
    ...performanceNote({ byWave, config, derivations }),
    `Label this issue \`${LABEL.start}\` to start every wave, a wave issue to start that wave, a task issue to start that task. A task runs as soon as what it depends on is done; a wave is no barrier.`,
    COMMAND_HELP,
  ];
  return ({ record, expected }) =>
    ownPart([...before, nextText(tasks, expected), ...after, writeGroupRecord(record)].join('\n\n'));
}

/** Folded: it is for whoever chooses agents and models. */
function performanceNote({
  byWave,
  config,
  derivations,
}: Pick<PlanBodyInput, 'byWave' | 'config' | 'derivations'>): readonly string[] {
  const rows = performanceInWaves({ byWave, config, kept: derivations.performances });
  if (!rows.some(({ landed }) => landed > 0)) return [];
  return [`<details>\n<summary>Pace and cost by agent and model</summary>\n\n${performanceTable(rows)}\n\n</details>`];
}

/** `3 of 5`, or `3 of 5, 1 skipped`: together they are what is over. */
function completedOf({ tasks, over, shades }: Tally, what = ''): string {
  const completed = shades.get('completed') ?? 0;
  const skipped = over - completed;
  const text = `${completed} of ${tasks}${what === '' ? '' : ` ${what}`}`;
  return skipped === 0 ? text : `${text}, ${skipped} skipped`;
}

/** How many tasks nobody does, because a person says in the plan that they are done. */
function listedNote({ listed, listedMinutes }: Tally): readonly string[] {
  if (listed === 0) return [];
  const [are, they] = listed === 1 ? ['task is', 'It is'] : ['tasks are', 'They are'];
  return [
    `**${listed} ${are} listed as completed in the plan**, ${formatMinutes(listedMinutes)} of work. ${they} taken as done and not verified: nothing of them is done again, and tasks that depend on them start. To have one done after all, set its \`status\` to \`pending\` in the plan before it has an issue; open its issue again where it has one.`,
  ];
}

interface Broken {
  readonly problems: readonly FileProblem[];
  /** They are what a person is asked, in our words. */
  readonly isQuestion: boolean;
}

/** What the plan issue says while the plan or the configuration cannot be read. */
export function brokenPlanBody(record: GroupRecord, { problems, isQuestion }: Broken): string {
  const said = isQuestion ? proseWithLinks : prose;
  const list = problems.slice(0, 50).map((problem) => `> - ${said(formatProblem(problem))}`);
  const more = problems.length > list.length ? [`> - and ${problems.length - list.length} more`] : [];
  const parts = [
    [
      '> [!CAUTION]',
      '> Nothing new is dispatched until this is fixed on the default branch; running tasks finish and land:',
      ...list,
      ...more,
    ].join('\n'),
    COMMAND_HELP,
    writeGroupRecord(record),
  ];
  return ownPart(parts.join('\n\n'));
}

export interface ReplacedPlan {
  readonly record: GroupRecord & Required<Pick<GroupRecord, 'replaced'>>;
  /** How many of its tasks had an issue, and how many of those were completed. */
  readonly tasks: number;
  readonly completed: number;
}

/** What the issue of a plan says that was closed before everything was done, once another plan has taken its place. */
export function replacedPlanBody({ record, tasks, completed }: ReplacedPlan): string {
  const { plan, replaced } = record;
  const done =
    tasks === 0 ? 'none of its tasks had begun' : `${completed} of ${tasks} tasks with an issue are completed`;
  const parts = [
    `**The plan \`${plan}\` is over**: this issue was closed, and ${done}. What has landed stays.`,
    `The plan \`${replaced.by}\` (#${replaced.issue}) took its place: labels and commands count there. To go on with this one instead, write \`"id": "${plan}"\` into the plan file and open this issue again.`,
    writeGroupRecord(record),
  ];
  return ownPart(parts.join('\n\n'));
}

export interface WaveBodyInput {
  readonly wave: Wave;
  readonly record: GroupRecord;
  readonly tasks: readonly TaskView[];
}

/** Names the tasks; once all are done, says what each did, which later tasks get as context. */
export function waveBody({ wave, record, tasks }: WaveBodyInput): string {
  const work = tasks.reduce((sum, { task }) => sum + task.minutes, 0);
  const rows = tasks.map(
    ({ task, issue }) =>
      `| ${inline(task.id)}${issue === undefined ? '' : ` (#${issue})`} | ${inline(task.title)} | ${formatMinutes(task.minutes)} |`,
  );
  const listed = fitting(rows, ROOM, (left) => `| and ${left} more, in the plan | | |`);
  const isFinished = isWaveFinished(tasks);
  const start = isFinished ? '' : ` Label this issue \`${LABEL.start}\` to start wave ${wave.number}.`;
  const parts = [
    `${counted(tasks.length, 'task')}, ${formatMinutes(work)} of work.${start}`,
    ['| Task | Title | Estimate |', '| --- | --- | --- |', ...listed].join('\n'),
    ...(record.pull?.number === undefined
      ? []
      : [`To be reviewed and merged into the default branch: #${record.pull.number}.`]),
    ...(isFinished ? [waveSummary(tasks)] : []),
    writeGroupRecord(record),
  ];
  return ownPart(parts.join('\n\n'));
}

/** True when nothing of the wave is left to do: it can be closed. */
export function isWaveFinished(tasks: readonly TaskView[]): boolean {
  return tasks.length > 0 && tasks.every(({ satisfied }) => satisfied);
}

function waveSummary(tasks: readonly TaskView[]): string {
  const lines = tasks.map(({ task, record, unverified, state }) => {
    const summary = record.done?.summary.split('\n', 1)[0] ?? '';
    const how = state === 'skipped' ? 'skipped' : unverified ? howItEnded(record) : inline(summary) || 'verified';
    return `- **${inline(task.id)}** ${inline(task.title)}: ${how}`;
  });
  const shown = fitting(
    lines,
    ROOM,
    (left) => `- and ${counted(left, 'task')} more, each with what was done in its issue`,
  );
  return ['**What was done**', '', ...shown].join('\n');
}
