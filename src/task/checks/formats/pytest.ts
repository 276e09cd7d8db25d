import { type OutputParser, toolFinding, unindented } from './format.ts';

/** pytest: a section per failure, `____ name ____`, in which `E   ` marks what went wrong and the last place is the test's. */
export const pytest: OutputParser = (output) => {
  const start = output.search(/^=+ (?:FAILURES|ERRORS) =+$/m);
  if (start < 0) return short(output);
  const sections = output.slice(start).split(/^(?=_{3,} .+ _{3,}$)/m);
  const all = sections.flatMap((section) => {
    const name = /^_{3,} (.+?) _{3,}$/m.exec(section)?.[1];
    if (name === undefined) return [];
    const wrong = [...section.matchAll(/^E(?: {3}(.*))?$/gm)].map(([, text = '']) => text);
    const places = [...section.matchAll(/^(\S[^\n:]*\.py):(\d+): /gm)];
    const [, file, line] = places.find(([, path]) => !path?.includes('site-packages')) ?? [];
    return wrong.length > 0 ? [toolFinding({ file, line, name, message: unindented(wrong.slice(0, 12)) })] : [];
  });
  return all.length > 0 ? all : short(output);
};

/** The summary at the end, where the sections are switched off: `FAILED test_a.py::test_b - …`. */
const short: OutputParser = (output) =>
  [...output.matchAll(/^(?:FAILED|ERROR) (\S+?\.py)(?:::(\S+))?(?: - (.+))?$/gm)].map(([, file, name, message]) =>
    toolFinding({ file, name, message: message ?? 'failed' }),
  );
