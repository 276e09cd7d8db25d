import { type OutputParser, type ToolFinding, toolFinding } from './format.ts';

const PROBLEM = /^\s+(\d+):\d+\s+error\s+(.+?)(?:\s{2,}(\S+))?$/;

/** ESLint's default format, `stylish`: a file on a line of its own, its problems indented below it. Warnings are left out. */
export const eslint: OutputParser = (output) => {
  const all: ToolFinding[] = [];
  let file: string | undefined;
  for (const line of output.split('\n')) {
    const problem = PROBLEM.exec(line);
    if (problem && file) all.push(toolFinding({ file, line: problem[1], name: problem[3], message: problem[2] ?? '' }));
    else if (/^\S/.test(line))
      file = /^(?:\/|[A-Za-z]:\\)?[^\s:](?:[^:]*)\.[cm]?[jt]sx?$|^\S+\.\w+$/.test(line) ? line : undefined;
  }
  return all;
};
