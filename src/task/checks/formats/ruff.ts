import { type OutputParser, toolFinding } from './format.ts';

/** Ruff (and flake8, which it follows): `a.py:1:2: F401 …`, and since 0.12 the rule first with the place below it. */
export const ruff: OutputParser = (output) => [
  ...[...output.matchAll(/^(\S[^\n:]*\.(?:pyi?|ipynb)):(\d+):\d+: ([A-Z]+\d+)(?: \[\*\])? (.+)$/gm)].map(
    ([, file, line, name, message = '']) => toolFinding({ file, line, name, message }),
  ),
  ...[...output.matchAll(/^([A-Z]+\d+)(?: \[\*\])? (.+)\n\s+--> (\S[^\n:]*\.(?:pyi?|ipynb)):(\d+):\d+$/gm)].map(
    ([, name, message = '', file, line]) => toolFinding({ file, line, name, message }),
  ),
];
