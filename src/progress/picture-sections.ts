import { type PictureName, pictureBeside } from '../plan/projected-paths.ts';
import type { Page } from './page.ts';
import type { PictureModels } from './pictures.ts';
import { folded } from './table.ts';

const DEFAULT_PATH = 'PROGRESS.md';

/**
 * The pictures beside the page, folded, in the colours of the reader's scheme. GitHub shows them as images, in which no link
 * works: each leads to its file, opened by itself, in which every task does. Then what the files are of, so that whoever
 * compares pages sees whether pictures changed.
 */
export function pictureSections(page: Page, { plan, timeline, fingerprint }: PictureModels): readonly string[] {
  const opened = 'Opened by itself, by a click on it, every box in it leads to its issue.';
  const what =
    plan.of === 'tasks'
      ? 'Bands are waves, an arrow leads from a task to one that waits for it. Arrows that others imply are left out.'
      : 'A bar for each wave: how many of its tasks stand where.';
  return [
    folded(
      '<b>Picture of the plan</b>',
      [picture(page, 'plan', 'Dependency graph of the plan'), `${what} ${opened}`].join('\n\n'),
    ),
    ...(timeline
      ? [
          folded(
            '<b>Timeline</b>: what happened, and what is expected',
            [picture(page, 'timeline', 'Timeline of the plan'), 'Times are UTC; what is expected is dashed.'].join(
              '\n\n',
            ),
          ),
        ]
      : []),
    marker(fingerprint),
  ];
}

/** What a page says that shows pictures of this fingerprint. */
export function marker(fingerprint: string): string {
  return `<!-- pictures: ${fingerprint} -->`;
}

function picture({ path = DEFAULT_PATH }: Page, subject: 'plan' | 'timeline', alt: string): string {
  const source = (scheme: 'light' | 'dark') => address(pictureBeside(path, `${subject}-${scheme}` as PictureName));
  const [light, dark] = [source('light'), source('dark')];
  return `<a href="${light}?raw=true"><picture><source media="(prefers-color-scheme: dark)" srcset="${dark}"><img alt="${alt}" src="${light}"></picture></a>`;
}

/** A path in an attribute of HTML. */
function address(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/').replaceAll("'", '%27');
}
