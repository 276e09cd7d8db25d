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
