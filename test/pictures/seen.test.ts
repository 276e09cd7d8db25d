import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { drawGraph, drawSchedule } from '../../src/pictures/draw.ts';
import { HAS_CHROMIUM, inBrowser, smallestText } from '../support/browser.ts';
import { photograph } from '../support/github-page.ts';
import { example, sha256, turnsOf } from './plans.ts';

const PLAN = example('daw');
const AGENTS = 8;
const PAGES = {
  graph: () => drawGraph({ plan: PLAN, format: 'html', sha256 }),
  gantt: () =>
    drawSchedule({
      plan: PLAN,
      format: 'html',
      sha256,
      turns: turnsOf(PLAN, AGENTS),
      agents: AGENTS,
      completed: 0,
    }),
};
const CASES = (['graph', 'gantt'] as const).flatMap((of) =>
  (['light', 'dark'] as const).map((scheme) => ({ of, scheme })),
);

describe.skipIf(!HAS_CHROMIUM)('the page of a plan in a browser', () => {
  it.each(CASES)('breaks no policy of its own and is legible: $of, $scheme', async ({ of, scheme }) => {
    const folder = await mkdtemp(join(tmpdir(), 'agent-waves-page-'));
    try {
      const file = join(folder, 'plan.html');
      await writeFile(file, PAGES[of]()?.text ?? '');

      await inBrowser({ scheme }, async (viewed) => {
        const { page, problems } = viewed;
        await page.goto(pathToFileURL(file).href);
        await photograph(viewed, `${of}-47-${scheme}`);

        expect(await page.$$eval('svg', ({ length }) => length)).toBeGreaterThan(0);
        expect(problems).toEqual([]);
        expect((await smallestText(page)).px).toBeGreaterThanOrEqual(11);
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
