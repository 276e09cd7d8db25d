import { type OutputParser, toolFinding } from './format.ts';

const HEADING =
  /^(\S.*?\.\w+)(?::(\d+):\d+)? ((?:lint|assist|parse|format|check|syntax|suppressions)[\w/]*)(?: +[A-Z]+)* +━+$/;

/** Biome: a heading with file and rule, then the message behind `×`; what stands behind `!` or `i` is no error. */
export const biome: OutputParser = (output) =>
  output.split(/^(?=\S.* ━+$)/m).flatMap((section) => {
    const [heading = '', ...rest] = section.split('\n');
    const [, file, line, name] = HEADING.exec(heading) ?? [];
    const message = rest.map((each) => /^ {2}[×✖] (.+)$/.exec(each)?.[1]).find(Boolean);
    return file && message ? [toolFinding({ file, line, name, message })] : [];
  });
