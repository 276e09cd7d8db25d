import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Page } from 'puppeteer-core';

/** Where Debian, Red Hat and Chrome's own packages put it. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const PROGRAM = PROGRAMS.find((path) => existsSync(path));

/** Whether this machine has Chromium; where it has none, tests that look at pages are skipped, and say so. */
export const HAS_CHROMIUM = PROGRAM !== undefined;
if (!HAS_CHROMIUM) console.warn('There is no Chromium: tests that look at pages are SKIPPED');

export interface Viewed {
  readonly page: Page;
  /** What the page wrote to its console as an error, could not load, or threw. */
  readonly problems: readonly string[];
}

export interface Viewing {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Opens a page of its own in a browser of its own, whose files are gone afterwards. */
export async function inBrowser<Seen>(
  { width = 980, height = 900, scheme = 'light' }: Viewing,
  look: (viewed: Viewed) => Promise<Seen>,
): Promise<Seen> {
  const profile = await mkdtemp(join(tmpdir(), 'agent-waves-browser-'));
  const browser = await puppeteer.launch({
    executablePath: PROGRAM ?? '',
    userDataDir: profile,
    // Root has no sandbox to put pages into, and a container's /dev/shm is often too small.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run'],
    defaultViewport: { width, height },
    env: { PATH: process.env.PATH, HOME: profile, LANG: 'C.UTF-8' },
  });
  try {
    const page = await browser.newPage();
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText ?? ''}`));
    return await look({ page, problems });
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Size in CSS pixels, as it is seen, of the smallest text of a page that stands in no closed fold. */
export async function smallestText(page: Page): Promise<{ readonly px: number; readonly text: string }> {
  return (await page.evaluate(SMALLEST_TEXT)) as { px: number; text: string };
}

/** Runs in the page. A text, since the types of a browser contradict those of Node. */
const SMALLEST_TEXT = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = { px: Infinity, text: '' };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const [text, parent] = [node.textContent.trim(), node.parentElement];
    if (text === '' || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const matrix = parent instanceof SVGGraphicsElement ? parent.getScreenCTM() : null;
    const scale = matrix ? Math.hypot(matrix.a, matrix.b) : 1;
    const px = parseFloat(getComputedStyle(parent).fontSize) * scale;
    if (px < least.px) least = { px, text };
  }
  return least;
})()`;
