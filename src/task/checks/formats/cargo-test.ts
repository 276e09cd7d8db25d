import { type OutputParser, toolFinding, unindented } from './format.ts';

/** `cargo test`: one block per failed test, `---- name stdout ----`, with the panic and its place inside. */
export const cargoTest: OutputParser = (output) =>
  output
    .split(/^(?=---- \S.* std(?:out|err) ----$)/m)
    .filter((section) => section.startsWith('---- '))
    .map((section) => {
      const [heading = '', ...rest] = (section.split(/\n\n\nfailures:|\n\nfailures:\n {4}/)[0] ?? '').split('\n');
      const panic = rest.findIndex((line) => /^thread '.*panicked at/.test(line));
      const [, file, line] = /panicked at (?:'.*', )?([^:']+):(\d+):\d+/.exec(rest[panic] ?? '') ?? [];
      const said = rest.slice(panic + 1).filter((each) => !/^note: run with|^stack backtrace/.test(each));
      return toolFinding({ file, line, name: heading.split(' ')[1], message: unindented(said) || 'panicked' });
    });
