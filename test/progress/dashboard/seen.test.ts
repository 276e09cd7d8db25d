import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveCopy } from '../../../src/progress/dashboard/live-copy.ts';
import { HAS_CHROMIUM, inBrowser, smallestText } from '../../support/browser.ts';
import { planOf, sha256 } from './plans.ts';

/** The dashboard in a browser, at the size of the reference plan and at that of a large one. */

/** Where pictures of it are kept for whoever wants to look; absent: nowhere. */
const { SCREENSHOTS } = process.env;
/** The page says itself when it is ready (ms): a second is what people wait for, and this machine may be busy. */
const MAX_READY = 5_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-dashboard-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(page: Page, count: number): Promise<void> {
  const file = join(folder, `${count}.html`);
  const { plan, text } = planOf(count);
  await writeFile(file, liveCopy(plan, { text, sha256 }));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('body[data-ready=yes]');
}

const SIZES = [47, 500] as const;
const SCHEMES = ['light', 'dark'] as const;
const VIEWS = SIZES.flatMap((count) => SCHEMES.map((scheme) => ({ count, scheme })));

describe.skipIf(!HAS_CHROMIUM)('the dashboard in a browser', () => {
  it.each(VIEWS)(
    'is legible, within its policy, and without a fault that axe finds: $count tasks, $scheme',
    async ({ count, scheme }) => {
      await inBrowser({ scheme }, async ({ page, problems }) => {
        await open(page, count);
        await page.evaluate(
          "document.querySelector('#list details').open = true; document.querySelector('#timeline').open = true",
        );
        if (SCREENSHOTS) {
          await mkdir(SCREENSHOTS, { recursive: true });
          await page.screenshot({ path: join(SCREENSHOTS, `dashboard-${count}-${scheme}.png`) });
        }
        await page.evaluate(axe.source);
        const violations = (await page.evaluate(
          "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(' | ')))",
        )) as readonly string[];

        expect(violations).toEqual([]);
        expect(problems).toEqual([]);
        expect((await smallestText(page)).px).toBeGreaterThanOrEqual(11);
      });
    },
  );

  it.each(SIZES)('has nothing to scroll sideways at 320 px: %i tasks', async (count) => {
    await inBrowser({ width: 320, height: 700 }, async ({ page }) => {
      await open(page, count);
      await page.evaluate(
        "document.querySelector('#list details').open = true; document.querySelector('#timeline').open = true",
      );

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    });
  });

  it('has 500 tasks in view soon, each with a row, a box and its state', async () => {
    await inBrowser({}, async ({ page }) => {
      await open(page, 500);

      const [ready, boxes, rows, states] = (await page.evaluate(
        "[performance.now(), document.querySelectorAll('.stage .task[class*=is-]').length, document.querySelectorAll('#list details').length, document.querySelectorAll('#list .state:not(:empty)').length]",
      )) as readonly number[];
      if (SCREENSHOTS) await writeFile(join(SCREENSHOTS, 'ready-ms.txt'), `${ready}\n`);

      expect([boxes, rows, states]).toEqual([500, 500, 500]);
      expect(ready).toBeLessThan(MAX_READY);
    });
  });

  it('brings every task into reach of the keyboard, and shows where one is', async () => {
    await inBrowser({}, async ({ page }) => {
      await open(page, 47);
      const focus = () =>
        page.evaluate(
          "(() => { const one = document.activeElement; const own = one.closest('details, .task'); return (own && (own.dataset.n ?? own.id)) ?? one.id; })()",
        );
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.className')).toBe('skip');
      const visible = await page.evaluate('document.activeElement.getBoundingClientRect().left >= 0');

      // Heading, region of the picture, then its first task: one stop for all of them.
      const isTask = () => page.evaluate("document.activeElement.classList.contains('task')");
      for (let stops = 0; stops < 6 && !(await isTask()); stops++) await page.keyboard.press('Tab');
      const seen: unknown[] = [await focus()];
      for (let n = 1; n < 47; n++) {
        await page.keyboard.press('ArrowRight');
        seen.push(await focus());
      }
      const width = await page.evaluate("getComputedStyle(document.activeElement.querySelector('.card')).strokeWidth");
      await page.keyboard.press('Enter');
      const opened = await page.evaluate("document.querySelector('#task-46').open");

      expect(visible).toBe(true);
      expect(seen).toEqual(Array.from({ length: 47 }, (_, n) => String(n)));
      expect(width).toBe('4px');
      expect([opened, await focus()]).toEqual([true, 'task-46']);
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
    });
  });

  it('finds a task by what it is called', async () => {
    await inBrowser({}, async ({ page }) => {
      await open(page, 47);

      await page.type('#search', 'task-012');

      expect(
        await page.$$eval('#list details:not([hidden]) b', (all) => all.map(({ textContent }) => textContent)),
      ).toEqual(['TASK-012']);
    });
  });
});
