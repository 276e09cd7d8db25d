import type { Export } from './exports.ts';
import { isCounted, isTest, resolveImport, type Tree } from './tree.ts';

/** An export and where it stands. */
export interface ExportAt {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly kind: Export['kind'];
}

export interface Unused {
  /** Taken by tests, and by no program of ours. */
  readonly byTestsOnly: readonly ExportAt[];
  /** Taken by no other file; the file itself may use it. */
  readonly byNobody: readonly ExportAt[];
}

/** Files that something other than an import starts: people, npm, an action, another program. */
const ENTRIES =
  /^(?:src\/cli\/main\.ts|src\/cli\/rehearse\/scripted-agent\.ts|src\/task\/main\.ts|build\/[^/]+\.ts|bench\/[^/]+\.ts|[^/]+\.ts)$/;

/** Exports of src/ and packages that no entry point reaches through imports. What an entry point exports is used. */
export function unusedExports(tree: Tree): Unused {
  const paths = [...tree.files.keys()];
  const exported = new Set(tree.packages.values());
  const production = reached(
    tree,
    paths.filter((path) => ENTRIES.test(path) || exported.has(path)),
  );
  const tests = reached(tree, paths.filter(isTest));
  const idle = [...tree.files.values()]
    .filter(({ path }) => isCounted(path))
    .flatMap(({ path, exports }) => exports.map(({ name, line, kind }) => ({ path, name, line, kind })))
    .filter(({ path, name }) => name !== '*' && !uses(production, path, name));
  return {
    byTestsOnly: idle.filter(({ path, name }) => uses(tests, path, name)),
    byNobody: idle.filter(({ path, name }) => !uses(tests, path, name)),
  };
}

type Uses = ReadonlyMap<string, ReadonlySet<string>>;

function uses(found: Uses, path: string, name: string): boolean {
  const names = found.get(path);
  return names !== undefined && (names.has(name) || names.has('*'));
}

/** For each file that is loaded when the entries are, what is taken from it. */
function reached(tree: Tree, entries: readonly string[]): Uses {
  const found = new Map<string, Set<string>>();
  const todo = entries.map((path) => ({ path, names: ['*'] as readonly string[] }));
  for (const { path, names } of todo) {
    const file = tree.files.get(path);
    if (!file) continue;
    const known = found.get(path);
    const before = known ?? new Set<string>();
    const fresh = names.filter((name) => !before.has(name) && !before.has('*'));
    found.set(path, new Set([...before, ...fresh]));
    const passedOn = file.exports.flatMap(({ name, from }) => {
      const asked = fresh.filter((each) => each === name || each === '*' || name === '*');
      if (!from || (asked.length === 0 && known)) return [];
      return [{ specifier: from.specifier, names: name === '*' ? asked : asked.map(() => from.name) }];
    });
    for (const next of [...(known ? [] : file.imports), ...passedOn]) {
      const target = resolveImport(tree, path, next.specifier);
      if (target) todo.push({ path: target, names: next.names });
    }
  }
  return found;
}
