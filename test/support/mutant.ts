import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the laws in the pure world are made of: the pure folders, and the tests' own. */
const COPIED = ['src', 'test/support', 'test/plan', 'package.json', 'tsconfig.json'];

/** A change of the product that takes one guard out. */
export interface Mutation {
  /** Path from the root of the repository. */
  readonly file: string;
  /** As it stands in the file, exactly once. */
  readonly snippet: string;
  readonly by: string;
  /** Where one guard stands in several places of the file, or a second one catches the same in another file. */
  readonly also?: readonly (Pick<Mutation, 'snippet' | 'by'> & { readonly file?: string })[];
}

/** A copy of the product with a guard taken out. */
export interface Mutant {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** @param more Further paths that are copied. @throws where the snippet is not in the file, or more than once: whoever changed the guard changes the mutation, too. */
export async function makeMutant(
  { file, also = [], ...first }: Mutation,
  more: readonly string[] = [],
): Promise<Mutant> {
  const texts = new Map<string, string>();
  for (const { file: of = file, snippet, by } of [{ ...first, file }, ...also]) {
    const text = texts.get(of) ?? (await readFile(join(ROOT, of), 'utf8'));
    const times = text.split(snippet).length - 1;
    if (times !== 1) throw new Error(`${of} holds this guard ${times} times instead of once:\n${snippet}`);
    texts.set(
      of,
      text.replace(snippet, () => by),
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  for (const path of [...COPIED, ...more]) await cp(join(ROOT, path), join(folder, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [of, text] of texts) await writeFile(join(folder, of), text);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
