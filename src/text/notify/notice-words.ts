import { oneLine } from '../../state/markdown.ts';
import type { NoticeAbout } from '../../state/notice.ts';
import { unreachable } from '../../state/unreachable.ts';
import { counted } from '../words.ts';

/** What a notice says, as plain text: whoever shows it in a form of its own escapes what has a meaning there. */
export interface NoticeWords {
  readonly title: string;
  /** Empty where the title says it all. */
  readonly text: string;
  /** The issue to look at. */
  readonly issue: number;
}

export function noticeWords(about: NoticeAbout, plan: { readonly name: string; readonly issue: number }): NoticeWords {
  const { title, text, issue = plan.issue } = wordsOf(about, oneLine(plan.name));
  return { title: oneLine(title), text: oneLine(text), issue };
}

function wordsOf(about: NoticeAbout, plan: string): Omit<NoticeWords, 'issue'> & { readonly issue?: number } {
  switch (about.event) {
    case 'needs-person':
      return { title: `${about.task} needs a person: ${about.title}`, text: about.reason, issue: about.issue };
    case 'stalled':
      return { title: `${plan} has stopped: nothing runs, and nothing will by itself`, text: about.reason };
    case 'budget':
      return {
        title:
          about.percent < 100
            ? `${plan}: ${about.percent} % of ${about.of} are spent`
            : `${plan}: nothing more fits into ${about.of}`,
        text: budgetText(about.percent),
      };
    case 'wave-done':
      return { title: `${plan}: wave ${about.wave} is done`, text: `${about.title}: ${ended(about)}` };
    case 'plan-done':
      return { title: `${plan} is done`, text: ended(about) };
    default:
      return unreachable(about);
  }
}

function budgetText(percent: number): string {
  return percent < 100
    ? 'Nothing is held yet'
    : 'What runs goes on to its end, and nothing starts before the limit is raised';
}

function ended({ completed, skipped }: { readonly completed: number; readonly skipped: number }): string {
  return `${counted(completed, 'task')} completed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
