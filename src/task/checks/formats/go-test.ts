import { type OutputParser, type ToolFinding, toolFinding, unindented } from './format.ts';

/** `go test`, with `-v` and without: a test's messages stand below `--- FAIL`, or between `=== RUN` and it. */
export const goTest: OutputParser = (output) => {
  // Each is looked up in all that came before it.
  const lines = output.split('\n').slice(-20_000);
  const failed = lines.flatMap((line, at) => {
    const [, indent, name] = /^( *)--- FAIL: (\S+) \(/.exec(line) ?? [];
    return name === undefined || indent === undefined ? [] : [{ name, at, indent }];
  });
  // A test that failed because one inside it did has nothing to add.
  const outer = new Set(failed.flatMap(({ name }) => outerNames(name)));
  return failed
    .filter(({ name }) => !outer.has(name))
    .slice(0, 50)
    .map((test) => describe(test.name, saidBy({ ...test, lines })));
};

/** Of `TestA/b/c`: `TestA` and `TestA/b`. */
function outerNames(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, count) => parts.slice(0, count + 1).join('/'));
}

interface Failed {
  readonly lines: readonly string[];
  readonly at: number;
  readonly indent: string;
  readonly name: string;
}

function saidBy({ lines, at, indent, name }: Failed): readonly string[] {
  const below = until(lines.slice(at + 1), (line) => !line.startsWith(`${indent}    `) || /^ *--- /.test(line));
  if (below.length > 0) return below;
  const verbose = lines.flatMap((line, index) =>
    index < at && /^=== (?:RUN|CONT|NAME) /.test(line) && line.split(/\s+/)[2] === name
      ? until(lines.slice(index + 1), (next) => !next.startsWith('    ') || /^ *--- /.test(next))
      : [],
  );
  // A panic ends the whole program: its words follow the test that they end.
  const panic = /^panic: /.test(lines[at + 1] ?? '') ? lines.slice(at + 1) : [];
  return verbose.length > 0 ? verbose : panicked(panic);
}

function panicked(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const place = lines.map((line) => /^\t\S*?([\w.-]+_test\.go:\d+)/.exec(line)?.[1]).find(Boolean);
  const words = (lines[0] ?? '').replace(/ \[recovered.*$/, '');
  return [place ? `${place}: ${words}` : words];
}

function until(lines: readonly string[], ends: (line: string) => boolean): readonly string[] {
  const end = lines.findIndex(ends);
  return end < 0 ? lines : lines.slice(0, end);
}

function describe(name: string, said: readonly string[]): ToolFinding {
  const places = said.map((line) => /^\s*([\w.-]+\.go):(\d+): /.exec(line));
  const [, file, line] = places.findLast(Boolean) ?? [];
  const text = unindented(said).replace(/^[\w.-]+\.go:\d+: /gm, '');
  return toolFinding({ file, line, name, message: text || 'failed' });
}
