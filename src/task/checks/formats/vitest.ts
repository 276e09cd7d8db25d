import { type OutputParser, toolFinding, unindented } from './format.ts';

/** Vitest: `FAIL  file > suite > test`, the error below it, the place behind `❯`. */
export const vitest: OutputParser = (output) => {
  const sections = output.split(/^(?= ?FAIL {2}\S)/m).filter((section) => /^ ?FAIL {2}/.test(section));
  return sections.flatMap((section) => {
    const [heading = '', ...rest] = section.split(/\n⎯{3,}|\n\n Test Files/)[0]?.split('\n') ?? [];
    const [, path = '', name] = /^ ?FAIL {2}(?:\|[^|]+\| )?(\S+)(?: > (.+?))?(?: \[ .+ \])?$/.exec(heading) ?? [];
    const at = rest.findIndex((line) => /^ ❯ /.test(line));
    const [, file, line] =
      /^ ❯ (?:.* )?\(?([^\s()]+):(\d+):\d+\)?$/m.exec(
        rest.find((each) => / ❯ /.test(each) && each.includes(path)) ?? rest[at] ?? '',
      ) ?? [];
    const message = unindented(
      (at < 0 ? rest : rest.slice(0, at)).filter((each) => !each.startsWith('Serialized Error')),
    );
    return path && message ? [toolFinding({ file: file ?? path, line, name, message: withoutKey(message) })] : [];
  });
};

/** The legend of a difference explains colours that are gone. */
function withoutKey(message: string): string {
  return message.replace(/\n+- Expected(?: +- \d+)?\n\+ Received(?: +\+ \d+)?\n+/, '\n').replace(/\n{2,}/g, '\n');
}
