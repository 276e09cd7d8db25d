import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { inBrowser, type Viewed, type Viewing } from './browser.ts';

const STYLE = readFileSync(createRequire(import.meta.url).resolve('github-markdown-css/github-markdown.css'), 'utf8');

/** Between the window and the text, as GitHub has it around a file. */
const PADDING = 32;

export interface MarkdownPage extends Viewing {
  readonly markdown: string;
  /** Path to content of what it shows beside itself. */
  readonly files?: ReadonlyMap<string, string>;
  /** Folds are open, as after a click on each. */
  readonly unfolded?: boolean;
  /** Name of the picture that is taken where `SCREENSHOTS` names a folder for them. */
  readonly name: string;
}

/** Where `SCREENSHOTS` names a folder, keeps there what is seen. */
export async function photograph({ page }: Viewed, name: string): Promise<void> {
  const { SCREENSHOTS: folder } = process.env;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) as `${string}.png`, fullPage: true });
}

/** Shows Markdown in a browser as GitHub does: its own style sheet, GFM, alerts apart. */
export async function asOnGitHub<Seen>(
  { markdown, files = new Map(), unfolded = false, name, ...viewing }: MarkdownPage,
  look: (viewed: Viewed) => Promise<Seen>,
): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-page-'));
  try {
    const content = micromark(markdown, {
      allowDangerousHtml: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    const opened = unfolded ? content.replaceAll('<details>', '<details open>') : content;
    const body = `<style>${STYLE}\nbody{margin:0}.markdown-body{padding:${PADDING}px}</style><article class="markdown-body">${opened}</article>`;
    const file = join(folder, 'page.html');
    await writeFile(file, `<!doctype html><meta charset="utf-8"><title>${name}</title>${body}`);
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await inBrowser(viewing, async (viewed) => {
      await viewed.page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
      await photograph(viewed, name);
      return look(viewed);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
