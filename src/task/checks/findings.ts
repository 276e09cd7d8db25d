import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { isAbsolute, join, posix, relative } from 'node:path';
import { visible } from '../../state/markdown.ts';
import type { Finding } from '../../state/result.ts';
import { stripAnsi } from '../protocol/workflow-commands.ts';
import { biome } from './formats/biome.ts';
import { cargoTest } from './formats/cargo-test.ts';
import { eslint } from './formats/eslint.ts';
import type { OutputParser, ToolFinding } from './formats/format.ts';
import { goCompile } from './formats/go-compile.ts';
import { goTest } from './formats/go-test.ts';
import { javac } from './formats/javac.ts';
import { jest } from './formats/jest.ts';
import { mypy } from './formats/mypy.ts';
import { pytest } from './formats/pytest.ts';
import { ruff } from './formats/ruff.ts';
import { rustc } from './formats/rustc.ts';
import { surefire } from './formats/surefire.ts';
import { tap } from './formats/tap.ts';
import { tsc } from './formats/tsc.ts';
import { vitest } from './formats/vitest.ts';
import { readJUnitReports } from './junit-reports.ts';
import { projectFolders } from './project-dir.ts';

/** Tests before what compiles and lints them: a test's message says more than the line that it stopped at. */
const PARSERS: readonly OutputParser[] = [
  ...[vitest, jest, tap, pytest, goTest, cargoTest, surefire],
  ...[tsc, eslint, biome, ruff, mypy, rustc, goCompile, javac],
];

/** @returns What any of the tools that we know says in this output. */
export function parseToolOutput(output: string): readonly ToolFinding[] {
  const text = sanitize(output);
  return PARSERS.flatMap((format) => format(text));
}

/** Output may be made to be hard to read: endless lines and endless emptiness would keep a pattern busy for hours. */
function sanitize(output: string): string {
  return stripAnsi(output)
    .replace(/\r+\n/g, '\n')
    .replace(/^.*\r/gm, '')
    .replace(/^(.{2000}).+$/gm, '$1')
    .replace(/\n(?:[^\S\n]*\n){3,}/g, '\n\n\n');
}

export interface FailedCommand {
  readonly check: Finding['check'];
  readonly workspace: string;
  /** Where the command ran, from the root of the checkout. */
  readonly folder: string;
  /** The file that holds its output. */
  readonly log: string;
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
}

/** Findings that one check keeps. */
const MAX_FINDINGS = 20;

/**
 * What a failed command found wrong, by the reports that it left and by its output. Nothing where neither is of a
 * kind that we know: then the end of the output has to speak for itself.
 */
export function findingsOf(failed: FailedCommand): readonly Finding[] {
  const { check, workspace, folder } = failed;
  const reported =
    check === 'test' || check === 'integration' ? readJUnitReports(join(workspace, folder), failed.since) : [];
  const all = reported.length > 0 ? reported : parseToolOutput(readEnds(failed.log));
  const place = fileLocator(workspace, folder);
  const seen = new Set<string>();
  return all.slice(0, 500).flatMap((one) => {
    const finding = bounded(check, { ...one, ...place(one) });
    const key = JSON.stringify([finding.file, finding.line, finding.name, finding.name ? '' : finding.message]);
    if (seen.has(key) || seen.size >= MAX_FINDINGS) return [];
    seen.add(key);
    return [finding];
  });
}

const MAX_HEAD = 200_000;
const MAX_TAIL = 800_000;

/** @returns The text of a log; of a very long one, its beginning and its end. */
function readEnds(log: string): string {
  if (!existsSync(log)) return '';
  const file = openSync(log, 'r');
  try {
    const { size } = fstatSync(file);
    if (size <= MAX_HEAD + MAX_TAIL) return readPart(file, 0, size);
    return `${readPart(file, 0, MAX_HEAD)}\n${readPart(file, size - MAX_TAIL, MAX_TAIL)}`;
  } finally {
    closeSync(file);
  }
}

function readPart(file: number, position: number, length: number): string {
  const buffer = Buffer.alloc(length);
  return buffer.toString('utf8', 0, readSync(file, buffer, 0, length, position));
}

type Place = Pick<ToolFinding, 'file' | 'line'>;

/** Finds the file of the repository that a tool means: tools name paths from where they run, whole ones, or names alone. */
function fileLocator(
  workspace: string,
  folder: string,
): (found: ToolFinding) => { file?: string | undefined; line?: number | undefined } {
  let folders: readonly string[] | undefined;
  const exists = (path: string) => path !== '' && existsSync(join(workspace, path));
  const locate = (written: string): string | undefined => {
    const path = written.replace(/^file:\/\//, '').replaceAll('\\', '/');
    const inside = isAbsolute(path) ? relative(workspace, path) : undefined;
    const candidates = inside === undefined ? [posix.join(folder, path), posix.normalize(path)] : [inside];
    const direct = candidates.find((candidate) => !candidate.startsWith('..') && exists(candidate));
    if (direct !== undefined || inside !== undefined || path.startsWith('..')) return direct;
    folders ??= projectFolders(workspace);
    const named = folders.map((each) => posix.join(each, path)).filter(exists);
    return named.length === 1 ? named[0] : undefined;
  };
  return ({ file, line }): Partial<Place> => {
    const path = file === undefined ? undefined : locate(file);
    return path === undefined ? { file: undefined, line: undefined } : { file: path, line };
  };
}

/** Within the bounds of a result: one that is refused for its length would be no result at all. */
function bounded(check: Finding['check'], { file, line, name, message }: ToolFinding): Finding {
  return {
    check,
    ...(file && file.length <= 300 ? { file: visible(file) } : {}),
    ...(file && line ? { line } : {}),
    ...(name ? { name: clip(name.replace(/\s+/g, ' '), 200) } : {}),
    message: clip(message.trim(), 600) || 'failed',
  };
}

function clip(text: string, length: number): string {
  const shown = visible(text);
  return shown.length <= length ? shown : `${shown.slice(0, length - 1).toWellFormed()}…`;
}
