import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { isAbsolute, join, posix, relative } from 'node:path';
import { visible } from '../../state/markdown.ts';
import type { Finding } from '../../state/result.ts';
import type { ToolFinding } from './formats/format.ts';
import { readJUnitReports } from './junit-reports.ts';
import { parseToolOutput } from './parse-tool-output.ts';
import { isOfTheCheckout, projectFolders } from './project-dir.ts';

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
  const reports = (check === 'test' || check === 'integration') && isOfTheCheckout(workspace, folder);
  const reported = reports ? readJUnitReports(join(workspace, folder), failed.since) : [];
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
    if (size <= MAX_HEAD + MAX_TAIL) return readPart(file, { position: 0, length: size });
    return `${readPart(file, { position: 0, length: MAX_HEAD })}\n${readPart(file, { position: size - MAX_TAIL, length: MAX_TAIL })}`;
  } finally {
    closeSync(file);
  }
}

function readPart(file: number, { position, length }: { readonly position: number; readonly length: number }): string {
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
