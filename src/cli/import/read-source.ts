import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS } from '../../plan/json.ts';
import { readText, type TextFile } from '../open-plan.ts';
import { UsageError } from '../usage-error.ts';

export interface ReadSource {
  readonly path: string;
  readonly folder: boolean;
  readonly files: readonly TextFile[];
}

const MAX_FILES = 2000;

/** Where tools keep their plans inside the folders that people name. */
const USUAL = ['tasks.md', 'issues.jsonl', 'tasks/tasks.json', 'tasks.json', 'plan.yaml', '.beads/issues.jsonl'];

/**
 * Reads a plan in another form: a file, the one that a tool keeps in a folder, or the Markdown files of a folder.
 *
 * @throws WrongUse where there is nothing to read, or more than any plan is.
 */
export async function readSource(path: string): Promise<ReadSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return { path, folder: false, files: [await readText(path)] };
  const names = (await readdir(path)).filter((name) => name.endsWith('.md')).sort(byNumber);
  const numbered = names.some((name) => /^\d+\.md$/.test(name));
  const usual = numbered ? undefined : USUAL.map((name) => join(path, name)).find((file) => existsSync(file));
  if (usual !== undefined) return { path: usual, folder: false, files: [await readText(usual)] };
  if (names.length === 0) throw new UsageError(`${path} holds no Markdown files and no plan; name the file`);
  if (names.length > MAX_FILES) {
    throw new UsageError(
      `${path} holds ${names.length} Markdown files; at most ${MAX_FILES} are read, so name one of them`,
    );
  }
  return {
    path,
    folder: true,
    files: await readAll(
      names.map((name) => join(path, name)),
      path,
    ),
  };
}

async function readAll(paths: readonly string[], folder: string): Promise<readonly TextFile[]> {
  const files: TextFile[] = [];
  let total = 0;
  for (const path of paths) {
    const file = await readText(path);
    total += file.text.length;
    if (total > LIMITS.characters) {
      throw new UsageError(`the files of ${folder} have more than ${LIMITS.characters} characters; name one of them`);
    }
    files.push(file);
  }
  return files;
}

/** `2.md` before `10.md`. */
function byNumber(one: string, other: string): number {
  const [a, b] = [Number.parseInt(one, 10), Number.parseInt(other, 10)];
  if (a !== b && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return one < other ? -1 : 1;
}
