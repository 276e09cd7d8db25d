import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from '../src/cli/rehearse/report.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** Rehearses a folder as a user would, and reads what it says. @param out Where everything goes that it leaves. */
export async function rehearse(
  source: string,
  { out, flags = [] }: { readonly out: string; readonly flags?: readonly string[] },
): Promise<Report> {
  await promisify(execFile)(process.execPath, [MAIN, 'rehearse', source, '--out', out, ...flags], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as Report;
}

/** Writes a folder that can be rehearsed. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
}
