import { describe, expect, it } from 'vitest';
import { picturePath } from '../../src/plan/projected-paths.ts';
import { pageOf } from '../../src/progress/page.ts';
import { drawPictures, pictureModels } from '../../src/progress/pictures.ts';
import { example, largePlan } from '../pictures/plans.ts';
import { HAS_CHROMIUM, inBrowser, smallestText } from '../support/browser.ts';
import { asOnGitHub, photograph } from '../support/github-page.ts';
import { progressPage } from '../support/projection.ts';
import { halfWay } from './courses.ts';

/** A window of a laptop is 900 pixels high: the page is read with a turn of the wheel, not a search. */
const SCREEN = 1_200;

const COURSES = { '47': halfWay(example('daw')), '500': halfWay(largePlan(500, 12)) };

function picturesOf(input: (typeof COURSES)['47']): ReadonlyMap<string, string> {
  const drawn = drawPictures(pictureModels(pageOf(input)));
  return new Map([...drawn].map(([name, svg]) => [picturePath('PROGRESS.md', name), svg]));
}

/** Runs in the page: text that leaves the picture, or its card where it stands in one of a size of its own. */
const TEXT_OUTSIDE = `[...document.querySelectorAll('text')].flatMap((text) => {
  const card = text.closest('a>g')?.querySelector('rect.card[rx="6"]') ?? document.querySelector('svg');
  return text.getBoundingClientRect().right > card.getBoundingClientRect().right + 0.5 ? [text.textContent] : [];
})`;

const CASES = Object.entries(COURSES).flatMap(([tasks, input]) =>
  (['light', 'dark'] as const).map((scheme) => ({ tasks, scheme, input })),
);

describe.skipIf(!HAS_CHROMIUM)('PROGRESS.md as GitHub shows it', () => {
  it.each(CASES)('is about one screen of text that can be read: $tasks tasks, $scheme', async (course) => {
    const { tasks, scheme, input } = course;
    const shown = { markdown: progressPage(input), files: picturesOf(input), scheme };

    await asOnGitHub({ ...shown, name: `progress-${tasks}-${scheme}` }, async ({ page, problems }) => {
      const height = await page.$eval('article', ({ scrollHeight }) => scrollHeight);

      expect(problems).toEqual([]);
      expect(height).toBeLessThan(SCREEN);
      expect((await smallestText(page)).px).toBeGreaterThanOrEqual(11);
    });
  });

  it.each(CASES)('shows pictures as large as they are drawn: $tasks tasks, $scheme', async (course) => {
    const { tasks, scheme, input } = course;
    const shown = { markdown: progressPage(input), files: picturesOf(input), scheme, unfolded: true };

    await asOnGitHub({ ...shown, name: `unfolded-${tasks}-${scheme}` }, async ({ page, problems }) => {
      const images = await page.$$eval('img', (all) =>
        all.map(({ currentSrc, naturalWidth, clientWidth }) => ({
          file: currentSrc.split('/').at(-1),
          scale: clientWidth / naturalWidth,
        })),
      );

      expect(problems).toEqual([]);
      expect(images).toEqual([
        { file: `plan-${scheme}.svg`, scale: 1 },
        { file: `timeline-${scheme}.svg`, scale: 1 },
      ]);
      const widest = await page.$eval('html', ({ scrollWidth }) => scrollWidth);
      expect(widest).toBeLessThanOrEqual(980);
    });
  });

  it.each(CASES)('draws no text that is too small, and links to every issue: $tasks tasks, $scheme', async (course) => {
    const { tasks, scheme, input } = course;
    for (const [path, svg] of picturesOf(input)) {
      if (!path.endsWith(`${scheme}.svg`)) continue;
      await inBrowser({ scheme }, async ({ page, problems }) => {
        await page.setContent(`<style>body{margin:0}</style>${svg}`);
        await photograph({ page, problems }, `${tasks}-${path.replaceAll('/', '-').replace('.svg', '')}`);

        expect(problems).toEqual([]);
        expect((await smallestText(page)).px).toBeGreaterThanOrEqual(11);
        const links = new Set(await page.$$eval('a', (all) => all.map((link) => link.getAttribute('href'))));
        if (path.includes('plan')) expect(links.size).toBe(tasks === '47' ? 47 : 12);
        const outside = (await page.evaluate(TEXT_OUTSIDE)) as readonly string[];
        expect(outside).toEqual([]);
      });
    }
  });
});
