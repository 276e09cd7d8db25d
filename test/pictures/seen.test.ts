import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { drawGraph } from '../../src/pictures/draw.ts';
import { HAS_CHROMIUM, inBrowser, smallestText } from '../support/browser.ts';
import { example, sha256 } from './plans.ts';

describe.skipIf(!HAS_CHROMIUM)('the page of a plan in a browser', () => {
  it.each(['light', 'dark'] as const)('breaks no policy of its own and is legible: %s', async (scheme) => {
    const folder = await mkdtemp(join(tmpdir(), 'agent-waves-page-'));
    try {
      const file = join(folder, 'plan.html');
      const drawn = drawGraph({ plan: example('daw'), format: 'html', sha256 });
      await writeFile(file, drawn?.text ?? '');

      await inBrowser({ scheme }, async ({ page, problems }) => {
        await page.goto(pathToFileURL(file).href);

        expect(await page.$$eval('svg', ({ length }) => length)).toBeGreaterThan(0);
        expect(problems).toEqual([]);
        expect((await smallestText(page)).px).toBeGreaterThanOrEqual(11);
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
