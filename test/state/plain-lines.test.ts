import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { plainLines } from '../../src/state/plain-lines.ts';

/** Lines of a comment that begin with `/` and are plain text, numbered from 0. */
function slashes(text: string): readonly number[] {
  const lines = text.split('\n');
  const plain = plainLines(lines);
  return [...lines.keys()].filter((at) => plain.has(at) && /^ {0,3}\//.test(lines[at] ?? ''));
}

/** The same by a parser of Markdown: those of which the `/` is in a text that is in no quote. */
function slashesByParser(text: string): readonly number[] {
  const disabled = ['attention', 'autolink', 'characterReference', 'definition', 'labelEnd', 'labelStartLink'];
  const root = fromMarkdown(text, { extensions: [{ disable: { null: disabled } }] });
  // By line and column: tabs move offsets.
  const texts: NonNullable<Nodes['position']>[] = [];
  const open: Nodes[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'text' && node.position) texts.push(node.position);
    if ('children' in node && node.type !== 'blockquote') open.push(...node.children);
  }
  return text.split('\n').flatMap((line, at) => {
    const slash = line.length - line.trimStart().length + 1;
    const isWithin = texts.some(
      ({ start, end }) =>
        (start.line <= at || (start.line === at + 1 && start.column <= slash)) &&
        (end.line > at + 1 || (end.line === at + 1 && end.column > slash)),
    );
    return /^ {0,3}\//.test(line) && isWithin ? [at] : [];
  });
}

describe('a line of a comment', () => {
  it.each([
    ['alone', '/retry', [0]],
    ['after text', 'It failed.\n/retry', [1]],
    ['after a list', '- one\n- two\n/retry', [2]],
    ['within an item', '- one\n  /retry', [1]],
    ['before a line of dashes', '/retry\n---\nsent from my phone', [0]],
    ['after a quote and a blank line', '> /cancel\n\n/retry', [2]],
    ['after code in a quote', '> ```\n> /cancel\n/retry', [2]],
    ['after a fence', '```\n/cancel\n```\n/retry', [3]],
    ['after a comment', '<!-- /cancel\n/cancel -->\n/retry', [2]],
    ['after a lonely backtick', 'a ` b\n/retry', [1]],
    ['after an escaped backtick', 'a \\` b\n/retry\nc `', [1]],
  ])('is plain %s', (_, text, lines) => {
    expect(slashes(text)).toEqual(lines);
  });

  it.each([
    ['in a quote', '> /cancel'],
    ['in a quote that goes on without a mark', '> He said\n/cancel'],
    ['in four columns of space', '    /cancel'],
    ['after a tab', '\t/cancel'],
    ['in four columns of space after text', 'He said:\n    /cancel'],
    ['in a fence', '```\n/cancel\n```'],
    ['in a fence of tildes that nothing ends', '~~~\n/cancel'],
    ['in a longer fence', '````\n```\n/cancel\n```\n````'],
    ['in a fence of a list', '- ```\n  /cancel\n  ```'],
    ['in code over lines', 'a `b\n/cancel\nc` d'],
    ['in a comment over lines', 'a <!-- b\n/cancel\nc -->'],
    ['in a comment of its own', '<!--\n\n/cancel\n\n-->'],
    ['in <pre>', '<pre>\n\n/cancel\n\n</pre>'],
    ['in <details>', '<details>\n/cancel\n</details>'],
    ['after a lone tag', '<b>\n/cancel\n</b>'],
    ['after a mark of a list', '- /cancel'],
  ])('is none %s', (_, text) => {
    expect(slashes(text)).toEqual([]);
  });

  it('is plain where a parser of Markdown says so', () => {
    const begin = fc.constantFrom(
      '',
      '',
      '',
      ' ',
      '  ',
      '   ',
      '    ',
      '\t',
      '> ',
      '>',
      '- ',
      '1. ',
      '1) ',
      '+',
      '> - ',
    );
    const content = fc.constantFrom(
      ...['/retry', '/retry', '/retry', 'text', '', '```', '````', '~~~', '``` js', '<!-- x', 'x -->', '<!-- x -->'],
      ...['`', 'a `b', '``', 'c` d', '\\`', '<pre>', 'x</pre>', '<details>', '</details>', '---', '# a', '-', '='],
    );
    const line = fc.tuple(begin, content).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 9 }), (lines) => {
        const text = lines.join('\n');
        // After an empty item of a list the parser goes on with a paragraph that is not there.
        fc.pre(!/(?:^|[ \t>])(?:[-+]|1[.)])\s*$/m.test(text));
        expect(slashes(text)).toEqual(slashesByParser(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['>', 1],
    ['- ', 1],
    ['> - ', 1],
    ['`', 1],
    ['` `` ', 1],
    ['<!-- ', 1],
    ['a <!--\n', 1],
    ['/retry `\n', 1],
    ['1. a\n ', 1],
    ['<a b ', 1],
    ['\\`', 1],
  ])('is found in a moment among ever so many of %j', (text) => {
    const before = process.cpuUsage();
    slashes(`/retry ${text.repeat(65_000 / text.length)}`);
    slashes(text.repeat(65_000 / text.length));

    // To look at all of it from each character is four billion steps. Other work on this machine takes none of this time.
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  });
});
