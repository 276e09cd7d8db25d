import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeHouse, type House, MAX_FUNCTION_LINES, MAX_PARAMETERS, type Room } from './house/report.ts';
import { readTree } from './house/tree.ts';
import type { ExportAt } from './house/usage.ts';

/**
 * Prints what a newcomer meets in src/ and packages: `npm run house [-- --json] [--root DIR] [--check]`. It measures and
 * forbids nothing, except that `--check` fails where there are import circles. What is counted:
 *
 * - **room**: a folder of src/ or of a package's src/, or a folder of one of these with all that lies in it; files that
 *   lie beside such folders make a room of their own.
 * - **lines**: of the whole file, blank ones and comments included. **median**: of these, over files.
 * - **circles**: sets of files of src/ and packages that reach each other by imports, those of types and `import()`
 *   included. Each is shown by one shortest path; a set may hold more.
 * - **functions**: those that are declared, inner ones too, methods of classes, and functions that a constant holds.
 *   Callbacks and entries of tables are none: they take what their caller gives, and their lines count for the function
 *   around them. A length goes from the first line to the last.
 * - **parameters**: as declared; a destructured object and a rest are one each.
 * - **type names**: of exported types, interfaces and enums that two or more files declare. Passing one on declares
 *   nothing.
 * - **exports used by tests only**: those of src/ and packages that no import reaches which starts at the command line,
 *   the action, the scripted agent, what a package exports, a program in build/ or bench/, or a configuration at the root,
 *   but one that starts at a test does. A module that is imported whole (`import * as`) has all its exports used.
 * - **exports used by nobody**: those that no import at all reaches. The file itself may use them.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    root: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
  },
});

const MARK = { value: '', type: ' (type)' };

const house = describeHouse(readTree(values.root));
console.log(values.json ? JSON.stringify(house, null, 2) : page(house));
if (values.check && house.circles.length > 0) {
  console.error(`${house.circles.length} import circles: move what both sides need into a file of its own below them`);
  process.exitCode = 1;
}

function page(house: House): string {
  const { functions, circles, sharedTypeNames, usedByTestsOnly, usedByNobody, total } = house;
  const share = ((100 * functions.long) / Math.max(1, functions.count)).toFixed(1);
  return [
    ...rooms([...house.rooms, total]),
    section(
      'import circles, types included',
      circles.length,
      circles.map((path) => path.join(' → ')),
    ),
    section(
      `functions above ${MAX_FUNCTION_LINES} lines (${share} % of ${functions.count}), the longest ten`,
      functions.long,
      functions.longest.map(({ at, lines }) => `${lines} ${at}`),
    ),
    section(`functions with more than ${MAX_PARAMETERS} parameters, by room above`, total.manyParameters, []),
    section(
      'type names exported from two or more files',
      sharedTypeNames.length,
      sharedTypeNames.map(({ name, files }) => `${name}: ${files.join(', ')}`),
    ),
    section('exports used by tests only', usedByTestsOnly.length, byFile(usedByTestsOnly)),
    section('exports used by nobody', usedByNobody.length, byFile(usedByNobody)),
  ].join('\n');
}

function rooms(all: readonly Room[]): readonly string[] {
  const rows = all.map(({ room, files, lines, median, longest, manyParameters }) => {
    const inside = longest.path.startsWith(`${room}/`) ? relative(room, longest.path) : longest.path;
    return [room, files, lines, median, `${longest.lines} ${inside}`, manyParameters].map(String);
  });
  const table = [['room', 'files', 'lines', 'median', 'longest', '>2 params'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  '),
  );
}

function section(title: string, count: number, lines: readonly string[]): string {
  return [`\n${count} ${title}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function byFile(exports: readonly ExportAt[]): readonly string[] {
  const paths = [...new Set(exports.map(({ path }) => path))];
  return paths.map((path) => {
    const names = exports.filter((each) => each.path === path).map(({ name, kind }) => `${name}${MARK[kind]}`);
    return `${path}: ${names.join(', ')}`;
  });
}
