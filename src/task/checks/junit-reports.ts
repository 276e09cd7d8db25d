import { lstatSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readPlainFile } from '../isolation/untrusted-file.ts';
import type { ToolFinding } from './formats/format.ts';
import { readJUnit } from './formats/junit.ts';
import { listDir } from './project-dir.ts';

/** Where runners leave JUnit reports, and how such a file is called anywhere. */
const FOLDERS = /(?:^|\/)(?:test-results|test-reports|reports|surefire-reports|failsafe-reports)\//;
const NAMES = /(?:^|\/)(?:junit|test-results|TEST-)[^/]*\.xml$/;

/** Nothing there is a report, and there is much of it. */
const SKIPPED = /^(?:\.git|node_modules|\.venv|venv|debug|release|site-packages|classes|vendor)$/;

const MAX_DEPTH = 8;
const MAX_ENTRIES = 20_000;
const MAX_FILES = 200;
const MAX_REPORT_BYTES = 5_000_000;

/**
 * Reads the JUnit reports that a check has written.
 * @param since Milliseconds since 1970: a report that is older tells of another run.
 */
export function readJUnitReports(folder: string, since: number): readonly ToolFinding[] {
  const found: ToolFinding[] = [];
  for (const path of reportFiles(folder)) {
    const file = join(folder, path);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    // File systems keep whole seconds at worst.
    if (stat?.isFile() && stat.size <= MAX_REPORT_BYTES && stat.mtimeMs >= since - 1_000)
      found.push(...readJUnit(textOf(file)));
  }
  return found;
}

/** Links are not followed: they may lead anywhere. */
function reportFiles(folder: string): readonly string[] {
  const files: string[] = [];
  const open = [''];
  let seen = 0;
  for (let at = 0; at < open.length && seen < MAX_ENTRIES && files.length < MAX_FILES; at++) {
    const path = open[at] ?? '';
    for (const entry of listDir(join(folder, path))) {
      seen++;
      const child = posix.join(path, entry.name);
      if (entry.isDirectory() && !SKIPPED.test(entry.name) && child.split('/').length < MAX_DEPTH) open.push(child);
      if (entry.isFile() && entry.name.endsWith('.xml') && (FOLDERS.test(child) || NAMES.test(child)))
        files.push(child);
    }
  }
  return files.slice(0, MAX_FILES).sort();
}

function textOf(file: string): string {
  // A report that we may not read tells us nothing; the output has to do.
  return readPlainFile(file, { most: MAX_REPORT_BYTES })?.toString('utf8') ?? '';
}
