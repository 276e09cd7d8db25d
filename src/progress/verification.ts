import { html } from '../state/markdown.ts';
import type { CheckName } from '../state/result.ts';
import { millis } from '../state/snapshot.ts';
import type { TaskView } from '../state/task-view.ts';
import { counted } from '../text/words.ts';
import { inState, type Page, reasonText, runLink, taskLink } from './page.ts';
import { folded, table } from './table.ts';

const COLUMNS: readonly CheckName[] = ['compile', 'test', 'lint', 'integration', 'outputs', 'guard'];

/** Where the checklist was not run, the reason stands in the place of the first check. */
const BLANKS = COLUMNS.slice(1).map(() => '');

const CELLS: ReadonlyMap<string, string> = new Map([
  ['passed', '✔'],
  ['flaky', '✔ flaky'],
  ['failed', '✘ failed'],
  ['absent', '–'],
  ['skipped', 'skipped'],
  ['late', 'late'],
  ['waiting', 'waiting'],
]);

/** Folded, the checklist of every completed task. */
export function verification(page: Page): string {
  const views = inState(page, 'completed');
  if (views.length === 0) return folded('<b>Verification</b>', 'No task is completed yet.');
  const legend =
    '✔ passed · ✔ flaky: failed, then passed · – there is none. *Progress* is ticked by this file: a task that stands here is recorded.';
  const rows = table(
    ['Task', 'Compile', 'Test', 'Lint', 'Integration', 'Outputs', 'Guard', 'Progress', 'Landed'],
    newest(views, page.detail.verified).map((view) => row(page, view)),
  );
  const unverified = views.filter((view) => view.unverified).length;
  const verified = `${views.length - unverified} verified${unverified === 0 ? '' : `, ${unverified} not verified`}`;
  const more = views.length - page.detail.verified;
  const others = more > 0 ? [`These are the newest; the checklists of ${more} others stand in their issues.`] : [];
  const summary = `<b>Verification</b>: ${html(`${counted(views.length, 'completed task')}, ${verified}`)}`;
  return folded(summary, [rows, ...others, legend].join('\n\n'));
}

/** Those that were completed last, in the order of the plan. */
function newest(views: readonly TaskView[], most: number): readonly TaskView[] {
  if (views.length <= most) return views;
  const at = ({ completedAt }: TaskView) => (completedAt === undefined ? 0 : millis(completedAt));
  const last = new Set(views.toSorted((a, b) => at(b) - at(a)).slice(0, most));
  return views.filter((view) => last.has(view));
}

function row(page: Page, { task, record, unverified, reason }: TaskView): readonly string[] {
  const { done } = record;
  const name = taskLink(page, task.id);
  if (done?.unverified) return [name, `⚠️ ${reasonText(page, reason)}`, ...BLANKS, '✔', landed(page, done)];
  if (unverified || !done)
    return [name, `⚠️ ${unverified ? reasonText(page, reason) : 'no result is recorded'}`, ...BLANKS, '✔', '–'];
  return [name, ...COLUMNS.map((check) => cell(check, done.checks[check])), '✔', landed(page, done)];
}

function cell(check: CheckName, status: string | undefined): string {
  // What looks at every change is only not there where somebody has switched it off.
  if (check === 'guard' && status === 'absent') return '⚠️ off';
  return CELLS.get(status ?? 'absent') ?? '?';
}

function landed(page: Page, { commit, run }: { readonly commit?: string | undefined; readonly run: number }): string {
  if (commit === undefined || !/^[0-9a-f]{7,64}$/.test(commit)) return runLink(page, run);
  return `[${commit.slice(0, 7)}](${page.repositoryUrl}/commit/${commit}), ${runLink(page, run)}`;
}
