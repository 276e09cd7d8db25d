import { parseSync } from 'oxc-parser';
import { type Export, exportsOf } from './exports.ts';
import { type FunctionSpan, functionsOf } from './functions.ts';
import { type Import, importsOf } from './imports.ts';
import { type Mutable, mutablesOf } from './mutables.ts';
import { lineCounter, walk } from './syntax.ts';

/** What one file says about itself and about others, as far as the shape of a code base is concerned. */
export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  /** As `wc -l` counts them. */
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly functions: readonly FunctionSpan[];
  /** What the module keeps between calls. */
  readonly mutables: readonly Mutable[];
}

/** @throws When the text is no TypeScript. */
export function readSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text, { preserveParens: false });
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const line = lineCounter(text);
  const imports: Import[] = [];
  const exports: Export[] = [];
  const functions: FunctionSpan[] = [];
  walk(program, [], (node, parents) => {
    imports.push(...importsOf(node, parents));
    exports.push(...exportsOf(node, line));
    functions.push(...functionsOf(node, parents, line));
  });
  const lines = text === '' ? 0 : line(text.length - 1);
  return { path, lines, imports, exports, functions, mutables: mutablesOf(program, line) };
}
