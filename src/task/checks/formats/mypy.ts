import { type OutputParser, toolFinding } from './format.ts';

/** mypy: `a.py:1: error: …  [rule]`, with a column where it is told to; pyright's `a.py:1:2 - error: … (rule)`. */
export const mypy: OutputParser = (output) => [
  ...[...output.matchAll(/^(\S[^\n:]*\.pyi?):(\d+)(?::\d+)?: error: (.+?)(?:\s+\[([\w-]+)\])?$/gm)].map(
    ([, file, line, message = '', name]) => toolFinding({ file, line, name, message }),
  ),
  ...[...output.matchAll(/^\s+(\S[^\n:]*\.pyi?):(\d+):\d+ - error: (.+?)(?:\s+\((\w+)\))?$/gm)].map(
    ([, file, line, message = '', name]) => toolFinding({ file, line, name, message }),
  ),
];
