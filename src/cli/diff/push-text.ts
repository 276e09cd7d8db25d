import { countsText, diffJson, diffText, figureLines, settingLines } from '../../planning/diff/diff-text.ts';
import { isChanged } from '../../planning/diff/plan-diff.ts';
import type { IssueChange, PushPreview } from '../../planning/diff/push-preview.ts';
import { oneLine } from '../../state/markdown.ts';
import { counted, timeText } from '../../text/words.ts';
import type { Palette } from '../terminal/palette.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { PreviewedPush } from './preview-push.ts';

const MAX_ISSUES = 60;

/** What a push would do, in the shape that plan-and-apply tools have: what is new, changed and gone, then the counts. */
export function pushText({ repository, defaultBranch, at, preview, change }: PreviewedPush, palette: Palette): string {
  const head = `${repository} as GitHub showed it at ${timeText(at)} UTC; what a push to ${oneLine(defaultBranch)} would do there:`;
  if (isEmpty(preview)) {
    const left = isChanged(change) ? ['', ...diffText(change).split('\n')] : [];
    return [head, '', 'Nothing on GitHub would change.', ...left].join('\n');
  }
  const blocks = [
    [head],
    titled(
      'Settings',
      settingLines(change).map((line) => `  ~ ${line}`),
    ),
    titled('Issues', issueLines(preview, palette)),
    titled('Runs', runLines(preview, palette)),
    titled('Said and asked', saidLines(preview, palette)),
    figureLines(change),
    [palette('bold', pushCounts(preview))],
  ];
  return blocks.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n');
}

/** Nothing would be written, and nothing that waits would wait for something else. */
export function isEmpty({ created, changed, removed, starts, cancels, comments, notice }: PushPreview): boolean {
  const lists = [created, changed, removed, starts, cancels, comments];
  return notice === undefined && lists.every(({ length }) => length === 0);
}

/** `Plan: 3 to add, 2 to change, 1 to remove; 2 runs would start`. */
function pushCounts({ created, changed, removed, starts, cancels }: PushPreview): string {
  const runs = (count: number, verb: string) => `${counted(count, 'run')} would ${verb}`;
  const parts = [
    countsText({ added: created, changed, removed }),
    runs(starts.length, 'start'),
    ...(cancels.length === 0 ? [] : [runs(cancels.length, 'be cancelled')]),
  ];
  return parts.join('; ');
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function issueLines({ created, changed, removed }: PushPreview, palette: Palette): readonly string[] {
  return [
    ...shortened(created, ({ title, kind }) => [palette('green', `  + ${kind} issue ${oneLine(title)}`)]),
    ...shortened(changed, ({ issue, title, changes }) => [
      palette('yellow', `  ~ #${issue} ${oneLine(title)}`),
      ...changes.map((each) => `      ${changeText(each)}`),
    ]),
    ...shortened(removed, ({ issue, title }) => [
      palette('red', `  - #${issue} ${oneLine(title)}, closed as not planned`),
    ]),
  ];
}

function shortened<T>(all: readonly T[], linesOf: (one: T) => readonly string[]): readonly string[] {
  const left = all.length - MAX_ISSUES;
  return [...all.slice(0, MAX_ISSUES).flatMap(linesOf), ...(left > 0 ? [`  and ${left} more`] : [])];
}

function changeText({ what, before, after }: IssueChange): string {
  if (what === 'text') return 'text';
  return `${what}: ${before === undefined ? 'nothing' : oneLine(before)} → ${after === undefined ? 'nothing' : oneLine(after)}`;
}

function runLines({ starts, cancels }: PushPreview, palette: Palette): readonly string[] {
  return [
    ...starts.map(({ task, attempt }) => palette('green', `  + ${task}, attempt ${attempt}`)),
    ...cancels.map(({ task, run }) => palette('red', `  - ${task}, run ${run} is cancelled`)),
  ];
}

function saidLines({ comments, notice }: PushPreview, palette: Palette): readonly string[] {
  return [
    ...comments.map(({ issue, body }) => `  #${issue}: ${plainText(body)}`),
    ...(notice === undefined ? [] : [palette('yellow', `  Nothing new would start: ${plainText(notice)}`)]),
  ];
}

/** The same for programs. */
export function pushJson({ repository, defaultBranch, at, preview, change }: PreviewedPush): object {
  const { created, changed, removed, starts, cancels, comments, notice } = preview;
  return {
    repository,
    branch: defaultBranch,
    at,
    changed: !isEmpty(preview),
    counts: {
      add: created.length,
      change: changed.length,
      remove: removed.length,
      start: starts.length,
      cancel: cancels.length,
    },
    created,
    changed_issues: changed,
    removed,
    starts,
    cancels,
    comments: comments.map(({ issue, body }) => ({ issue, text: plainText(body) })),
    notice: notice === undefined ? null : plainText(notice),
    plan: diffJson(change),
  };
}
