import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const names = ['output', 'env', 'path', 'step_summary', 'state'] as const;
type FileName = (typeof names)[number];

/** The files by which one step speaks to the runner: GITHUB_OUTPUT and its like. */
export interface CommandFiles {
  readonly variables: Readonly<Record<string, string>>;
  readonly read: (name: FileName) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function createCommandFiles(temp: string, step: string): Promise<CommandFiles> {
  const folder = join(temp, '_runner_file_commands', step);
  const fileOf = (name: FileName): string => join(folder, name);
  await mkdir(folder, { recursive: true });
  await Promise.all(names.map((name) => writeFile(fileOf(name), '')));
  return {
    variables: Object.fromEntries(names.map((name) => [`GITHUB_${name.toUpperCase()}`, fileOf(name)])),
    // A step may remove its own file; that says nothing, and fails nothing, on GitHub either.
    read: (name) => readFile(fileOf(name), 'utf8').catch(() => ''),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Pairs in the format of GITHUB_OUTPUT and GITHUB_ENV: `name=value`, or `name<<delimiter`, lines, the delimiter.
 * Throws what GitHub says of a line it cannot read. `source` is the file's variable, for the message.
 */
export function parsePairs(content: string, source: string): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  const lines = content.replaceAll('\r\n', '\n').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const end = readHeredoc({ lines, at, heredoc, source });
      pairs.push([line.slice(0, heredoc), end.value]);
      at = end.at;
    } else if (equals > 0) {
      pairs.push([line.slice(0, equals), line.slice(equals + 1)]);
    } else {
      throw new Error(`Unable to process file command of ${source}: Invalid format '${line}'`);
    }
  }
  return pairs;
}

/** GITHUB_PATH: one folder a line. */
export function parseLines(content: string): readonly string[] {
  return content.split(/\r?\n/).filter((line) => line !== '');
}

/** Names that a step may not set for those after it: they speak for the machine, or load code into every node. */
export function refusedVariable(name: string): boolean {
  return /^(GITHUB_|RUNNER_)/i.test(name) || name.toUpperCase() === 'NODE_OPTIONS';
}

function readHeredoc(start: { lines: readonly string[]; at: number; heredoc: number; source: string }): {
  value: string;
  at: number;
} {
  const line = start.lines[start.at] ?? '';
  const delimiter = line.slice(start.heredoc + 2);
  if (start.heredoc === 0 || delimiter === '') {
    throw new Error(`Unable to process file command of ${start.source}: Invalid format '${line}'`);
  }
  const end = start.lines.indexOf(delimiter, start.at + 1);
  if (end < 0) {
    throw new Error(`Unable to process file command of ${start.source}: Matching delimiter not found '${delimiter}'`);
  }
  return { value: start.lines.slice(start.at + 1, end).join('\n'), at: end };
}
