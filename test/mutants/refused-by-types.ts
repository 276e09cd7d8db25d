import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { Change } from './instrument.ts';
import { OUT } from './tried.ts';

/**
 * The changes that `npm run types` refuses. Many are tried at once, one in each function: an error is of the change in the
 * statement where it stands, since what a file exports has its type written down. Where one stands elsewhere, as at an import
 * that is not used any more, the changes of that file are tried once more, one at a time.
 */
export async function refusedByTypes(changes: readonly Change[], root: string): Promise<ReadonlySet<string>> {
  const copy = copyOf(root);
  const texts = new Map(changes.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')] as const));
  const refused = new Set<string>();
  const unclear = new Set<Change>();
  const tryBatch = async (batch: ReadonlyMap<string, InFile>) => {
    const changed = new Map([...batch].map(([file, inFile]) => [file, apply(texts.get(file) ?? '', inFile)] as const));
    for (const [file, text] of changed) writeFileSync(join(copy, file), text);
    const found = await errors(copy, root);
    for (const file of changed.keys()) writeFileSync(join(copy, file), texts.get(file) ?? '');
    for (const { file, line } of found) {
      const inFile = batch.get(file);
      if (!inFile) throw new Error(`${file}:${line}: an error in a file that was not changed`);
      const meant = inFile.get(statementAt(changed.get(file) ?? '', line)) ?? only(inFile);
      if (meant) refused.add(meant.id);
      else for (const each of inFile.values()) unclear.add(each);
    }
  };
  const functions = ({ file, at }: Change) => statementAt(texts.get(file) ?? '', at.start.line + 1);
  for (const batch of batches(changes, functions)) await tryBatch(batch);
  const again = [...unclear].filter(({ id }) => !refused.has(id));
  for (const batch of batches(again, () => 0)) await tryBatch(batch);
  return refused;
}

/** The sources, to be changed. */
function copyOf(root: string): string {
  const copy = join(root, OUT.types);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json']) cpSync(join(root, name), join(copy, name));
  // What it found the last time is kept: only what was changed since is looked at.
  const compilerOptions = { incremental: true, tsBuildInfoFile: 'known.json' };
  const config = { extends: './tsconfig.json', include: ['src'], compilerOptions };
  writeFileSync(join(copy, 'tsconfig.types.json'), JSON.stringify(config));
  return copy;
}

function only(inFile: InFile): Change | undefined {
  const [first, ...others] = inFile.values();
  return others.length === 0 ? first : undefined;
}

/** By the number of the statement at the top of a file, its change. */
type InFile = ReadonlyMap<number, Change>;

/** One change of each place of each file. */
function batches(
  changes: readonly Change[],
  placeOf: (change: Change) => number,
): readonly ReadonlyMap<string, InFile>[] {
  const made: Map<string, Map<number, Change>>[] = [];
  const counts = new Map<string, number>();
  for (const change of changes) {
    const place = placeOf(change);
    const key = `${change.file}:${place}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const batch = made[count] ?? new Map<string, Map<number, Change>>();
    made[count] = batch;
    batch.set(change.file, (batch.get(change.file) ?? new Map<number, Change>()).set(place, change));
  }
  return made;
}

const known = new Map<string, readonly { readonly end: number }[]>();

/** Number of the statement at the top of a file in which a line ends; -1 below them all. */
function statementAt(text: string, line: number): number {
  const statements = known.get(text) ?? parseSync('it.ts', text).program.body;
  known.set(text, statements);
  const endsAt = text.split('\n').slice(0, line).join('\n').length;
  return statements.findIndex(({ end }) => endsAt <= end);
}

/** Last first, so that the places of the others stay. */
function apply(text: string, inFile: InFile): string {
  const lines = text.split('\n');
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.length + 1;
  }
  const place = ({ line, column }: Change['at']['start']) => (starts[line] ?? 0) + column;
  let changed = text;
  for (const { at, by } of [...inFile.values()].sort((a, b) => place(b.at.start) - place(a.at.start)))
    changed = changed.slice(0, place(at.start)) + by + changed.slice(place(at.end));
  return changed;
}

interface TypeError {
  readonly file: string;
  readonly line: number;
}

function errors(copy: string, root: string): Promise<readonly TypeError[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly TypeError[]>();
  const program = join(root, 'node_modules/typescript/bin/tsc');
  const child = spawn(process.execPath, [program, '-p', 'tsconfig.types.json', '--pretty', 'false'], { cwd: copy });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.on('error', reject);
  child.on('close', () => {
    const found = [...output.matchAll(/^(\S+?)\((\d+),\d+\): error /gm)];
    resolve(found.map(([, file = '', line]) => ({ file, line: Number(line) })));
  });
  return promise;
}
