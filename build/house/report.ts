import { type Circle, importCircles } from './circles.ts';
import type { SourceFile } from './source-file.ts';
import { importGraph, isCounted, type Tree } from './tree.ts';
import { type ExportAt, unusedExports } from './usage.ts';

export const MAX_FUNCTION_LINES = 40;
export const MAX_PARAMETERS = 2;

export interface Room {
  readonly room: string;
  readonly files: number;
  readonly lines: number;
  readonly median: number;
  readonly longest: { readonly path: string; readonly lines: number };
  /** Functions with more than MAX_PARAMETERS positional parameters. */
  readonly manyParameters: number;
}

export interface House {
  readonly rooms: readonly Room[];
  readonly total: Room;
  readonly circles: readonly Circle[];
  readonly functions: {
    readonly count: number;
    readonly long: number;
    /** The ten longest of these, as `file:line name`. */
    readonly longest: readonly { readonly at: string; readonly lines: number }[];
  };
  readonly sharedTypeNames: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly usedByTestsOnly: readonly ExportAt[];
  readonly usedByNobody: readonly ExportAt[];
}

export function describeHouse(tree: Tree): House {
  const files = [...tree.files.values()].filter(({ path }) => isCounted(path));
  const unused = unusedExports(tree);
  return {
    rooms: [...groupBy(files, ({ path }) => roomOf(path))].map(([room, inside]) => describeRoom(room, inside)),
    total: describeRoom('all', files),
    circles: importCircles(importGraph(tree)),
    functions: describeFunctions(files),
    sharedTypeNames: sharedTypeNames(files),
    usedByTestsOnly: unused.byTestsOnly,
    usedByNobody: unused.byNobody,
  };
}

/** The folder below a part of src/ or of a package, however deep the file lies in it; the part for a file of its own. */
function roomOf(path: string): string {
  return /^(?:src|packages\/[^/]+\/src)(?:\/[^/]+){0,2}(?=\/)/.exec(path)?.[0] ?? path;
}

function describeRoom(room: string, files: readonly SourceFile[]): Room {
  const sizes = files.map(({ lines }) => lines).sort((one, other) => one - other);
  const longest = files.reduce((one, other) => (other.lines > one.lines ? other : one), { path: '', lines: 0 });
  return {
    room,
    files: files.length,
    lines: sizes.reduce((sum, lines) => sum + lines, 0),
    median: median(sizes),
    longest: { path: longest.path, lines: longest.lines },
    manyParameters: files.flatMap(({ functions }) => functions).filter(({ parameters }) => parameters > MAX_PARAMETERS)
      .length,
  };
}

function median(sorted: readonly number[]): number {
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

function describeFunctions(files: readonly SourceFile[]): House['functions'] {
  const all = files.flatMap(({ path, functions }) =>
    functions.map(({ name, line, lines }) => ({ at: `${path}:${line} ${name}`, lines })),
  );
  const long = all.filter(({ lines }) => lines > MAX_FUNCTION_LINES).sort((one, other) => other.lines - one.lines);
  return { count: all.length, long: long.length, longest: long.slice(0, 10) };
}

function sharedTypeNames(files: readonly SourceFile[]): House['sharedTypeNames'] {
  const types = files.flatMap(({ path, exports }) =>
    exports.filter(({ kind, from }) => kind === 'type' && !from).map(({ name }) => ({ name, path })),
  );
  return [...groupBy(types, ({ name }) => name)]
    .map(([name, uses]) => ({ name, files: [...new Set(uses.map(({ path }) => path))] }))
    .filter((each) => each.files.length > 1)
    .sort((one, other) => other.files.length - one.files.length || (one.name < other.name ? -1 : 1));
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  return new Map([...Map.groupBy(items, key)].sort(([one], [other]) => (one < other ? -1 : 1)));
}
