import { lstatSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Found } from './formats/format.ts';
import { readJUnit } from './formats/junit.ts';
import { entriesOf } from './project-dir.ts';

/** Where runners leave JUnit reports, and how such a file is called anywhere. */
const FOLDERS = /(?:^|\/)(?:test-results|test-reports|reports|surefire-reports|failsafe-reports)\//;
const NAMES = /(?:^|\/)(?:junit|test-results|TEST-)[^/]*\.xml$/;

/** Nothing there is a report, and there is much of it. */
const SKIPPED = /^(?:\.git|node_modules|\.venv|venv|debug|release|site-packages|classes|vendor)$/;

const DEEPEST = 8;
const MOST_ENTRIES = 20_000;
const MOST_FILES = 200;
const LARGEST = 5_000_000;

/**
 * Reads the JUnit reports that a check has written.
 * @param since Milliseconds since 1970: a report that is older tells of another run.
 */
export function reportedFailures(folder: string, since: number): readonly Found[] {
  const found: Found[] = [];
  for (const path of reportFiles(folder)) {
    const file = join(folder, path);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    // File systems keep whole seconds at worst.
    if (stat?.isFile() && stat.size <= LARGEST && stat.mtimeMs >= since - 1_000) found.push(...readJUnit(textOf(file)));
  }
  return found;
}

/** Links are not followed: they may lead anywhere. */
function reportFiles(folder: string): readonly string[] {
  const files: string[] = [];
  const open = [''];
  let seen = 0;
  for (let at = 0; at < open.length && seen < MOST_ENTRIES && files.length < MOST_FILES; at++) {
    const path = open[at] ?? '';
    for (const entry of entriesOf(join(folder, path))) {
      seen++;
      const child = posix.join(path, entry.name);
      if (entry.isDirectory() && !SKIPPED.test(entry.name) && child.split('/').length < DEEPEST) open.push(child);
      if (entry.isFile() && entry.name.endsWith('.xml') && (FOLDERS.test(child) || NAMES.test(child)))
        files.push(child);
    }
  }
  return files.slice(0, MOST_FILES).sort();
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A report that we may not read tells us nothing; the output has to do.
    return '';
  }
}
