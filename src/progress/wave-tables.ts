import { slotOf } from '../decide/schedule/forecast.ts';
import { formatMinutes } from '../plan/estimate.ts';
import type { Wave } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import { byWave } from '../state/by-wave.ts';
import { html, inline } from '../state/markdown.ts';
import { isOver } from '../state/satisfied.ts';
import { shadeOf } from '../state/shade.ts';
import type { TaskView } from '../state/task-view.ts';
import { countsText, SHADES, sentence, tookText } from '../text/words.ts';
import { issueLink, type Page, reasonText, runLink } from './page.ts';
import { folded, table } from './table.ts';

/** Above so many tasks, waves in which nothing has happened are folded too. */
const MAX_UNFOLDED_TASKS = 100;

/** Folded, one table per wave, those that are done folded once more; of a large plan, one line for each and the tasks in which something happens. */
export function waveTables(page: Page): string {
  const within = byWave(page.decision.tasks);
  const viewsOf = ({ number }: Wave) => within.get(number) ?? [];
  const { rows, waves: most } = page.detail;
  const { waves } = page.plan;
  if (rows === undefined) {
    const sections = waves.map((wave) => waveSection(page, { wave, views: viewsOf(wave) }));
    return folded(summaryOf(page, viewsOf), sections.join('\n\n') || 'The plan has none.');
  }
  const shown = waves.slice(0, most);
  const active = shown.filter((wave) => !viewsOf(wave).every(isOver) && !isQuiet(page, viewsOf(wave)));
  const content = [
    'The plan is too large to show every task: here are all waves, and of those under way the tasks in which something happens. The others stand in the issues of their waves.',
    waveCounts(page, { shown, viewsOf }),
    ...active.map((wave) => activeSection(page, { wave, views: viewsOf(wave), most: rows })),
  ];
  return folded(summaryOf(page, viewsOf), content.join('\n\n'));
}

function summaryOf({ plan }: Page, viewsOf: (wave: Wave) => readonly TaskView[]): string {
  const done = plan.waves.filter((wave) => viewsOf(wave).every(isOver)).length;
  return `<b>Waves</b>: ${done} of ${plan.waves.length} done`;
}

/** One line for each wave. */
function waveCounts(
  page: Page,
  { shown, viewsOf }: { readonly shown: readonly Wave[]; readonly viewsOf: (wave: Wave) => readonly TaskView[] },
): string {
  const lines = shown.map((wave) => {
    const issue = page.decision.waveIssues.get(wave.number);
    const name = inline(waveName(wave));
    return [issue === undefined ? name : `${name} ${issueLink(page, issue)}`, ...counts(viewsOf(wave))];
  });
  const rest = page.plan.waves.slice(shown.length);
  const more = rest.length === 0 ? [] : [[`and ${rest.length} more`, ...counts(rest.flatMap(viewsOf))]];
  return table(['Wave', 'Over', 'Tasks'], [...lines, ...more]);
}

function counts(views: readonly TaskView[]): readonly string[] {
  return [`${views.filter(isOver).length} of ${views.length}`, countsText(views)];
}

/** Tasks in which something happens; those that are over, or wait their turn, are counted. */
function activeSection(
  page: Page,
  { wave, views, most }: { readonly wave: Wave; readonly views: readonly TaskView[]; readonly most: number },
): string {
  const open = views.filter((view) => !isOver(view) && (view.state !== 'blocked' || view.stuck));
  const shown = open.slice(0, most);
  const named = new Set(shown);
  const left = views.filter((view) => !named.has(view));
  const more = left.length === 0 ? [] : [`And ${left.length} more: ${countsText(left)}.`];
  const rows = table(
    HEAD,
    shown.map((view) => row(page, { view, hold: undefined })),
  );
  return [`### ${inline(waveName(wave))}`, ...(shown.length === 0 ? [] : [rows]), ...more].join('\n\n');
}

const HEAD = ['Task', 'Title', 'State', 'Issue', 'Agent', 'Attempt', 'Took / estimate'];

function waveSection(
  page: Page,
  { wave, views }: { readonly wave: Wave; readonly views: readonly TaskView[] },
): string {
  const over = views.filter(isOver).length;
  const progress = `${over} of ${views.length}`;
  const hold = commonHold(views);
  const rows = table(
    HEAD,
    views.map((view) => row(page, { view, hold })),
  );
  const content = hold === undefined ? rows : `${SHADES.held.icon} ${sentence(reasonText(page, hold))}.\n\n${rows}`;
  if (over === views.length) return folded(`${SHADES.completed.icon} ${html(waveName(wave))} · ${progress}`, content);
  if (isQuiet(page, views)) return folded(`${SHADES.blocked.icon} ${html(waveName(wave))} · ${progress}`, content);
  const issue = page.decision.waveIssues.get(wave.number);
  const link = issue === undefined ? '' : ` · ${issueLink(page, issue)}`;
  return `### ${inline(waveName(wave))} · ${progress}${link}\n\n${content}`;
}

/** Why tasks of a wave are held, where it is the same for several: said once, it need not stand in every row. */
function commonHold(views: readonly TaskView[]): string | undefined {
  const held = views.filter(({ state }) => state === 'held');
  const first = held[0]?.reason;
  return held.length > 1 && held.every(({ reason }) => reason === first) ? first : undefined;
}

/** In a large plan, a wave in which nothing has happened yet. */
function isQuiet(page: Page, views: readonly TaskView[]): boolean {
  if (page.decision.tasks.length <= MAX_UNFOLDED_TASKS) return false;
  return views.every(({ state, stuck }) => (state === 'blocked' && !stuck) || state === 'held');
}

function row(
  page: Page,
  { view, hold }: { readonly view: TaskView; readonly hold: string | undefined },
): readonly string[] {
  const { task, issue } = view;
  return [
    inline(task.id),
    inline(task.title),
    stateCell(page, { view, hold }),
    issue === undefined ? '–' : issueLink(page, issue),
    slotOf(view) ?? '–',
    attemptCell(page, view),
    `${took(view)}${formatMinutes(task.minutes)}`,
  ];
}

function stateCell(page: Page, { view, hold }: { readonly view: TaskView; readonly hold: string | undefined }): string {
  const { icon, word } = SHADES[shadeOf(view)];
  if (view.state === 'completed') return `${icon} ${word}${view.unverified ? ', not verified' : ''}`;
  // Why stands above, once.
  if (view.reason === hold || view.state === 'needs-human') return `${icon} ${word}`;
  const reason = reasonText(page, view.reason);
  const saysItself = reason.startsWith(word) || shadeOf(view) === 'blocked';
  return saysItself ? `${icon} ${reason}` : `${icon} ${word}: ${reason}`;
}

function attemptCell(page: Page, { record, run }: TaskView): string {
  if (record.attempt === 0) return '–';
  const last = run ?? record.history.at(-1)?.run;
  return last === undefined ? `${record.attempt}` : `${record.attempt}, ${runLink(page, last)}`;
}

function took({ state, startedAt, completedAt }: TaskView): string {
  if (state !== 'completed' || startedAt === undefined || completedAt === undefined) return '';
  return `${tookText(startedAt, completedAt)} / `;
}
