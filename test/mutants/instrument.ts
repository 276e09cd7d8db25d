import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';

/** One change of one place, behind a switch. */
export interface Change {
  readonly id: string;
  /** Path from the root of the repository. */
  readonly file: string;
  /** Stryker's name for what is changed. */
  readonly kind: string;
  readonly by: string;
  /** Lines and columns begin at 0. */
  readonly at: Readonly<Record<'start' | 'end', { readonly line: number; readonly column: number }>>;
}

const SILENT = new Proxy({}, { get: () => () => false }) as ConstructorParameters<typeof Instrumenter>[0];

/** The files of `src/decide` and `src/state` that are chosen, with all of Stryker's changes in them: pairs of path and text. */
export async function instrument(root: string, isChosen: (file: string) => boolean) {
  const files = globSync(['src/decide/**/*.ts', 'src/state/**/*.ts'], { cwd: root })
    .filter(isChosen)
    .sort()
    .map((name) => ({ name: join(root, name), content: readFileSync(join(root, name), 'utf8'), mutate: true }));
  const made = await new Instrumenter(SILENT).instrument(files, { plugins: null, excludedMutations: [], ignorers: [] });
  const changes = made.mutants.map(({ id, fileName, mutatorName, replacement = '', location }): Change => {
    return { id, file: relative(root, fileName), kind: mutatorName, by: replacement, at: location };
  });
  return { sources: made.files.map(({ name, content }) => [name, content] as const), changes };
}
