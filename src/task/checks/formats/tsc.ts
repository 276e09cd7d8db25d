import { type OutputParser, toolFinding } from './format.ts';

/** TypeScript, both ways in which it prints: `a.ts(1,2): error TS1: …` and, for terminals, `a.ts:1:2 - error TS1: …`. */
export const tsc: OutputParser = (output) =>
  [...output.matchAll(/^(\S[^\n(:]*?)(?:\((\d+),\d+\):|:(\d+):\d+ -) error (TS\d+): (.+(?:\n {2,}\S.*)*)$/gm)].map(
    ([, file, plain, pretty, rule, message = '']) =>
      toolFinding({ file, line: plain ?? pretty, name: rule, message: message.replace(/\n\s+/g, ' ') }),
  );
