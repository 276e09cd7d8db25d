import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, code, html, inline, prose, proseWithLinks } from '../../src/state/markdown.ts';

describe('inline', () => {
  it.each([
    ['Core backend', 'Core backend'],
    ['Server-sent events (SSE), v2.1 – 80% done!', 'Server-sent events (SSE), v2.1 – 80% done!'],
    ['snake_case and C++ & Go', 'snake_case and C++ & Go'],
    ['mail a.b@example.org', 'mail a.b@example.org'],
    ['--fail, +1 and -v', '--fail, +1 and -v'],
    ['Füße 日本語 👩‍💻', 'Füße 日本語 👩‍💻'],
  ])('leaves ordinary text as it is: %s', (text, expected) => {
    expect(inline(text)).toBe(expected);
  });

  it.each([
    ['a cell border', 'a | b', 'a \\| b'],
    ['an escaped cell border', 'a \\| b', 'a \\\\\\| b'],
    ['a line break', 'a\r\n\n# b', 'a # b'],
    ['a comment', '<!-- x -->', '&lt;!-- x --&gt;'],
    ['a rule', '--', '\\--'],
    ['the line under a heading', '=', '\\='],
    ['code', '`rm`', '\\`rm\\`'],
    ['emphasis', '*a* _b_ ~c~', '\\*a\\* \\_b\\_ \\~c\\~'],
    ['a link', '[x](javascript:1)', '\\[x\\](javascript:1)'],
    ['an entity', '&lt;b&gt; &#64;x', '&amp;lt;b&amp;gt; &amp;#&#8203;64;x'],
    ['a mention', 'ask @someone, (@acme/team)', 'ask @&#8203;someone, (@&#8203;acme/team)'],
    ['a closing keyword', 'Fixes #7', 'Fixes #&#8203;7'],
    ['a closing keyword for another repository', 'closes acme/x#7', 'closes acme/x#&#8203;7'],
    ['a closing keyword before an address', 'Fixes: https://h/a/b/issues/7', 'Fix&#8203;es: https://h/a/b/issues/7'],
    ['a short reference', 'see GH-7', 'see GH-&#8203;7'],
    ['mathematics', '$x$', '\\$x\\$'],
    ['a heading', '## Title', '\\## Title'],
    ['a list item', '- x', '\\- x'],
    ['a numbered item', '1. x', '1\\. x'],
    ['zero-width signs', 'cl\u200bos\u2060es #\u200b7', 'closes #&#8203;7'],
    ['joiners among letters that need none', '@\u200da\u200d\u200db', '@&#8203;ab'],
    ['signs that turn the direction of text', 'a\u202eb\u2066c\u200f', 'abc'],
    ['a terminal escape', 'a\u001b[31mb\u0007', 'a\\[31mb'],
    ['half of a surrogate pair', 'a\ud800', 'a\ufffd'],
  ])('disarms %s', (_name, text, expected) => {
    expect(inline(text)).toBe(expected);
  });

  it('never lets through a line break, a bare cell border, a tag, a mention or a reference', () => {
    const piece = fc.constantFrom(
      '|',
      '\\',
      '\n',
      '<',
      '!--',
      '-->',
      '`',
      '@',
      'a',
      '#',
      '7',
      'Fixes ',
      '\u200b',
      '&',
      ';',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }))), (pieces) => {
        const shown = inline(pieces.join(''));

        expect(shown).not.toMatch(/[\n\r<>\p{Cc}\u200b\u202a-\u202e]/u);
        expect(shown.replace(/\\[\\|`]/g, '')).not.toMatch(/[|`]/);
        expect(shown).not.toMatch(/(?:^|[^\p{L}\p{N}])@[a-z0-9]/iu);
        expect(shown.replaceAll('&#8203;', '~')).not.toMatch(/#\d/);
      }),
    );
  });
});

describe('block', () => {
  it('keeps paragraphs and lists, and nothing else that Markdown would act on', () => {
    const text =
      '\n\n  First line\r\nsecond | line\n\n\n\n# Heading\n> quote\n---\n===\n```\n* one\n2) two\n    code\n<b>@you</b>\n';

    expect(block(text)).toBe(
      [
        'First line',
        'second \\| line',
        '',
        '\\# Heading',
        '&gt; quote',
        '\\---',
        '\\===',
        '\\`\\`\\`',
        '- one',
        '2. two',
        'code',
        '&lt;b&gt;@&#8203;you&lt;/b&gt;',
      ].join('\n'),
    );
  });

  it('disarms an item as it does a line', () => {
    expect(block('- [ ] Fixes #7\n- - - x')).toBe('- \\[ \\] Fixes #&#8203;7\n- \\- - x');
  });
});

describe('html', () => {
  it('shows text inside an element without backslashes', () => {
    expect(html('</summary> "A" & _b_ | @x\n#1')).toBe(
      '&lt;/summary&gt; &quot;A&quot; &amp; _b_ | @&#8203;x #&#8203;1',
    );
  });
});

describe('prose', () => {
  it.each([
    ['raise `timeout-minutes` in its workflow', 'raise `timeout-minutes` in its workflow'],
    ['`@lead` and @lead', '`@lead` and @&#8203;lead'],
    ['unknown key `a*b`; *c* closes #1', 'unknown key `a*b`; \\*c\\* closes #&#8203;1'],
    ['a lone ` of somebody', 'a lone \\` of somebody'],
    ['a tag `<b>`', 'a tag \\`&lt;b&gt;\\`'],
    ['a cell `a|b`', 'a cell \\`a\\|b\\`'],
  ])('shows %s with its code, and all else as text', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  it('links the issues of a text of ours', () => {
    expect(proseWithLinks('comment `/accept` on #1')).toBe('comment `/accept` on #1');
  });

  it('shows foreign words as code that they cannot leave', () => {
    expect(code('a`b<!-- c')).toBe('`a b !-- c`');
  });
});
