import { type OutputParser, toolFinding, unindented } from './format.ts';

/** Jest: `FAIL file`, then a block per test, `● suite › test`, with the place behind `at … (file:line:column)`. */
export const jest: OutputParser = (output) => {
  const files = output.split(/^(?=FAIL \S)/m).filter((section) => section.startsWith('FAIL '));
  const all = files.flatMap((section) => {
    const path = /^FAIL (\S+)/.exec(section)?.[1] ?? '';
    return section
      .split(/^(?= {2}● )/m)
      .slice(1)
      .map((block) => {
        const [heading = '', ...rest] = (block.split(/\n(?=Test Suites:|PASS |Summary of all)/)[0] ?? '').split('\n');
        const code = rest.findIndex((line) => /^\s+(?:> )?\d+ \|/.test(line) || /^\s+at /.test(line));
        const [, line] = new RegExp(`${path.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}:(\\d+):\\d+`).exec(block) ?? [];
        const message = unindented(code < 0 ? rest : rest.slice(0, code));
        return toolFinding({
          file: path,
          line,
          name: heading.replace(/^ *● /, '').trim(),
          message: message || 'failed',
        });
      });
  });
  // With several files Jest repeats all of it at the end.
  return all.filter((one, at) => all.findIndex((other) => other.name === one.name && other.file === one.file) === at);
};
