import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretsHider } from '../../../../src/task/agent/model-proxy/hide-key.ts';

const KEY = 'sk-ant-api03-Zq7_kX2-mN4pR8tV1wY3bC6dF9gH5jL0';

const keyHider = (key: string) => secretsHider(() => [key]);
const hiderOfKey = keyHider(KEY);

/** @returns What is shown, with hidden parts that touch as one. */
function hidden(chunks: readonly (string | Buffer)[], open = hiderOfKey): string {
  const { take, end } = open();
  const shown = Buffer.concat([...chunks.map((chunk) => take(Buffer.from(chunk as string, 'latin1'))), end()]);
  return shown.toString('latin1').replace(/(?:\*{3})+/g, '***');
}

const each =
  (write: (code: string) => string, of: (letter: string) => boolean = () => true) =>
  (text: string) =>
    [...text]
      .map((letter) => (of(letter) ? write(letter.charCodeAt(0).toString(16).padStart(2, '0')) : letter))
      .join('');
const symbol = (letter: string) => /[^A-Za-z0-9]/.test(letter);

/** How programs write down what they were sent. */
const SPELLINGS: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['in capitals', (text) => text.toUpperCase()],
  ['in small letters', (text) => text.toLowerCase()],
  ['in an address', each((hex) => `%${hex}`, symbol)],
  ['in an address, every letter', each((hex) => `%${hex.toUpperCase()}`)],
  ['in an address, twice', each((hex) => `%25${hex}`)],
  ['in an address, three times', each((hex) => `%2525${hex}`, symbol)],
  ['in JSON, every letter', each((hex) => `\\u00${hex}`)],
  ['in JSON, in JSON', each((hex) => `\\\\u00${hex}`, symbol)],
  ['in JSON, four times', each((hex) => `${'\\'.repeat(8)}u00${hex}`)],
  ['in JavaScript', each((hex) => `\\x${hex}`)],
  ['in HTML', each((hex) => `&#x${hex};`)],
  ['in HTML, by decimals', each((hex) => `&#${Number.parseInt(hex, 16)};`, symbol)],
  ['in HTML, twice', each((hex) => `&amp;#x${hex};`)],
  ['with every symbol escaped', (text) => text.replace(/\W|_/g, '\\$&')],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64 behind a name', (text) => Buffer.from(`x-api-key: ${text}\r\n`).toString('base64')],
  ['in base64 behind a byte more', (text) => Buffer.from(`x-api-key:  ${text}\r\n`).toString('base64')],
  ['in base64 behind another byte more', (text) => Buffer.from(`x-api-key:   ${text}\r\n`).toString('base64')],
  ['in base64 for addresses', (text) => Buffer.from(`"${text}"`).toString('base64url')],
  ['in base64 in an address', (text) => encodeURIComponent(Buffer.from(`Bearer ${text}`).toString('base64'))],
  [
    'in base64 in lines',
    (text) => Buffer.from(`authorization: Bearer ${text}`).toString('base64').replace(/.{30}/g, '$&\r\n'),
  ],
  [
    'in base64 in lines in JSON',
    (text) => JSON.stringify(Buffer.from(text).toString('base64').replace(/.{20}/g, '$&\n')),
  ],
  ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ['in hexadecimal, capitals', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  [
    'in hexadecimal with colons',
    (text) =>
      Buffer.from(text)
        .toString('hex')
        .replace(/..(?=.)/g, '$&:'),
  ],
  [
    'in hexadecimal with spaces',
    (text) =>
      Buffer.from(text)
        .toString('hex')
        .replace(/..(?=.)/g, '$& '),
  ],
  ['as numbers', (text) => JSON.stringify([...Buffer.from(text)])],
  ['as numbers with spaces', (text) => [...Buffer.from(text)].join(', ')],
  ['as hexadecimal numbers', (text) => [...Buffer.from(text)].map((byte) => `0x${byte.toString(16)}`).join(', ')],
  ['as JSON of a buffer', (text) => JSON.stringify(Buffer.from(text))],
  ['in wide characters', (text) => Buffer.from(text, 'utf16le').toString('latin1')],
  ['broken into lines', (text) => text.replace(/.{15}/g, '$&\n')],
  ['cut off in the middle', (text) => text.slice(0, 30)],
  ['without its beginning', (text) => text.slice(20)],
  ['with its middle hidden', (text) => `${text.slice(0, 17)}...${text.slice(-17)}`],
  ['in itself', (text) => text.slice(0, 25) + text],
  ['twice', (text) => text + text],
];

/** @returns The part of a spelling that another key would spell otherwise. */
function ownPart(write: (text: string) => string, key: string): string {
  const [one, other] = [write(key), write(key.replace(/./g, (letter) => (letter === 'x' ? 'K' : 'x')))];
  const from = [...one].findIndex((letter, at) => letter !== other[at]);
  const after = [...one].reverse().findIndex((letter, at) => letter !== other.at(-1 - at));
  return one.slice(from, one.length - after);
}

/** @returns A part of a spelling that is still shown, of a length that tells something. */
function tells(shown: string, own: string): string | undefined {
  const parts = Array.from({ length: Math.max(0, own.length - 23) }, (_, at) => own.slice(at, at + 24));
  return parts.find((part) => shown.includes(part));
}

describe('a key', () => {
  it.each(SPELLINGS)('%s is hidden, and nothing around it', (_, write) => {
    const written = write(KEY);
    const shown = hidden([`{"before":"a b c","echo":"`, written, `","after":"d e f"}`]);

    expect(shown.startsWith('{"before":"a b c","echo":"')).toBe(true);
    expect(shown.endsWith('","after":"d e f"}')).toBe(true);
    expect(shown).toContain('***');
    expect(shown.length).toBeLessThan(
      '{"before":"a b c","echo":"","after":"d e f"}'.length + 0.6 * written.length + 60,
    );
    expect(tells(shown, ownPart(write, KEY))).toBeUndefined();
  });

  it.each(SPELLINGS)('%s is hidden wherever the bytes are divided', (_, write) => {
    const text = `{"echo":"${write(KEY)}","after":1}`;
    const whole = hidden([text]);

    for (let at = 1; at < text.length; at += 1 + (text.length >> 7))
      expect(hidden([text.slice(0, at), text.slice(at)])).toBe(whole);
    expect(hidden([...text])).toBe(whole);
  });

  it('of any letters is hidden in any spelling', () => {
    const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=');
    const keys = fc.string({ unit: letters, minLength: 24, maxLength: 200 });
    const whole = SPELLINGS.filter(([name]) => !/middle|beginning|lines|itself|twice/.test(name));
    const draw = fc.tuple(
      keys,
      fc.constantFrom(...whole),
      fc.string({ unit: fc.constantFrom(...' "{}\n'), maxLength: 20 }),
      fc.nat(),
    );

    fc.assert(
      fc.property(draw, ([key, [, write], around, at]) => {
        const text = around + write(key) + around;
        const cut = at % (text.length + 1);
        const shown = hidden([text.slice(0, cut), text.slice(cut)], keyHider(key));

        expect(shown).toContain('***');
        expect(tells(shown, ownPart(write, key))).toBeUndefined();
      }),
    );
  });

  it('leaves what is none of it as it is, to the byte', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        const bytes = chunks.map((chunk) => Buffer.from(chunk));
        const { take, end } = hiderOfKey();

        expect(Buffer.concat([...bytes.map(take), end()])).toEqual(Buffer.concat(bytes));
      }),
    );
  });

  it.each([
    'data: {"type":"content_block_delta","delta":{"text":"sk-ant"}}\n\n',
    'event: ping\ndata: {}\n\n',
    ': keep alive\n\n',
    'data: [DONE]\n\n',
    'data: {"text":"a line\\n\\n"}\r\n\r\n',
  ])('holds no event back: %j', (event) => {
    expect(hiderOfKey().take(Buffer.from(event)).toString()).toBe(event);
  });

  it('shows what a provider shows of it', () => {
    const text = `Incorrect API key provided: ${KEY.slice(0, 8)}****${KEY.slice(-4)}.`;

    expect(hidden([text])).toBe(text);
  });

  it('that is no key hides nothing', () => {
    expect(hidden(['a test of tests'], keyHider('test'))).toBe('a test of tests');
  });

  it('without end is held back no longer than a moment', () => {
    const { take, end } = hiderOfKey();

    const shown = Array.from({ length: 5_000 }, () => take(Buffer.from(KEY)).toString()).join('') + end().toString();

    expect(tells(shown, KEY)).toBeUndefined();
    expect(shown.length).toBeLessThan(1_000);
  });
});

it('several secrets are hidden, those too that there were none of when the proxy was started', () => {
  const secrets = [KEY];
  const open = secretsHider(() => secrets);
  secrets.push('ya29.a0AfH6SMBx-0123456789abcdef');

  const shown = hidden(
    [`one ${KEY.slice(0, 20)}`, `${KEY.slice(20)} two ya29.a0AfH6SM`, 'Bx-0123456789abcdef three'],
    open,
  );

  expect(shown).toBe('one *** two *** three');
});
