import { type OutputParser, toolFinding } from './format.ts';

/** rustc and clippy: `error[E0308]: …` with the place behind `-->`. Warnings are left out; `-D warnings` makes them errors. */
export const rustc: OutputParser = (output) =>
  output.split(/\n(?=(?:error|warning)(?:\[\w+\])?: )/).flatMap((section) => {
    const [, code, message = '', file, line] =
      /^error(?:\[(E\d+)\])?: (.+)\n\s+--> (\S.*?):(\d+):\d+$/m.exec(section) ?? [];
    // The rule as people write it in an attribute: clippy::needless_return.
    const rule = /`-D ([\w:-]+)` implied by|`#\[deny\(([\w:]+)\)\]` on by default/.exec(section);
    const name = code ?? (rule?.[1] ?? rule?.[2])?.replaceAll('-', '_');
    return file ? [toolFinding({ file, line, name, message })] : [];
  });
