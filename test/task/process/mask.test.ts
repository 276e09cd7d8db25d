import { expect, test } from 'vitest';
import { masker, secretsIn } from '../../../src/task/process/mask.ts';
import { ProgramOutput } from '../../../src/task/process/program-output.ts';

const KEY = 'sk-ant-"quoted"+key/1';

test('keys, tokens and the passwords of proxies are secrets; ids and addresses are none', () => {
  const environment = {
    INPUT_TOKEN: 'ghs_abcdef',
    INPUT_ANTHROPIC_API_KEY: KEY,
    INPUT_OPENAI_API_KEY: '',
    HTTPS_PROXY: 'http://user:p%40ssword@proxy.example:8080',
    INPUT_TASK: 'CORE-001',
    INPUT_ANTHROPIC_BASE_URL: 'https://gateway.example',
    PATH: '/usr/bin',
  };

  expect(secretsIn(environment)).toEqual([KEY, 'ghs_abcdef', 'p%40ssword', 'p@ssword']);
});

test('a value too short to be a secret hides nothing', () => {
  expect(secretsIn({ INPUT_TOKEN: 'abc' })).toEqual([]);
});

test.each([
  ['as it is', KEY],
  ['in JSON', JSON.stringify({ key: KEY })],
  ['in an address', `https://a.example/?key=${encodeURIComponent(KEY)}`],
  ['in base64', Buffer.from(KEY).toString('base64')],
])('a secret is hidden %s', (_, text) => {
  const hidden = masker([KEY])(`before ${text} after`);

  expect(hidden).toMatch(/^before .*\*\*\*.* after$/);
  expect(hidden).not.toContain(text);
});

test('a secret that comes in pieces is hidden, at the cut of an endless line too', () => {
  const secret = 'ghs_0123456789';
  const seen: string[] = [];
  const file: string[] = [];
  const line = (text: string) => {
    seen.push(text);
    return text;
  };
  const output = new ProgramOutput({
    view: { line, end: () => undefined },
    mask: masker([secret]),
    keep: (text) => file.push(text),
  });
  const stream = {};

  output.add(stream, 'one ghs_01234');
  output.add(stream, '56789 two\n');
  output.add(stream, `${'x'.repeat(1_000_000 - 4_100)}${secret}`);
  output.add(stream, 'y'.repeat(4_090));
  const tail = output.end();

  expect(seen[0]).toBe('one *** two');
  for (const text of [seen.join(''), file.join(''), tail]) {
    expect(text).toContain('***');
    expect(text).not.toMatch(/ghs_|56789/);
  }
});
