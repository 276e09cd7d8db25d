import { afterEach, describe, expect, it } from 'vitest';
import { apiKey } from '../../../../src/task/agent/model-proxy/credential.ts';
import { APIS } from '../../../../src/task/agent/model-proxy/providers.ts';
import { startModelProxy } from '../../../../src/task/agent/model-proxy/proxy.ts';
import { ANSWERS } from './attacks/answers.ts';
import { get } from './attacks/attack.ts';
import { rawRequest } from './support/raw-request.ts';
import { startScripted } from './support/recorder.ts';

const KEY = 'sk-real-key-0123456789';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0).reverse()) await server.close();
});

async function answeredWith(pieces: readonly (string | Buffer)[]): Promise<string> {
  const provider = await startScripted(pieces.map((piece) => String(piece).replaceAll('{key}', KEY)));
  open.push(provider);
  const proxy = await startModelProxy({ api: APIS.anthropic, upstream: provider.url, credential: apiKey(KEY) });
  open.push(proxy);
  const asked = get('GET /v1/models HTTP/1.1').replace('{key}', proxy.placeholder);
  return rawRequest(proxy.url, [asked.replace('{host}', new URL(proxy.url).host)]);
}

interface Told {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  readonly whole: boolean;
}

/** Reads what the proxy wrote: one answer, with chunks of its own or a length of its own. @throws where it is not one. */
function readAnswer(text: string): Told {
  const [, status = '', lines = '', rest = ''] =
    /^HTTP\/1\.1 (\d{3}) [A-Za-z ]*\r\n((?:.+\r\n)+)\r\n([\s\S]*)$/.exec(text) ?? [];
  const headers = lines.split('\r\n').filter(Boolean);
  expect(status).not.toBe('');
  if (!headers.includes('Transfer-Encoding: chunked'))
    return { status: Number(status), headers, body: rest, whole: true };
  let body = '';
  let at = 0;
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/.exec(rest.slice(at));
    if (!size) return { status: Number(status), headers, body, whole: false };
    at += size[0].length;
    const length = Number.parseInt(size[1] ?? '', 16);
    if (length === 0) {
      expect(rest.slice(at)).toBe('\r\n');
      return { status: Number(status), headers, body, whole: true };
    }
    body += rest.slice(at, at + length);
    at += length + 2;
  }
}

const OURS =
  /^(?:content-type|connection|Date|Transfer-Encoding|Content-Length|request-id|x-ratelimit-[a-z-]+|retry-after): /i;

describe('an answer', () => {
  it.each(ANSWERS.map((one) => [one.name, one] as const))('of %s', async (_, { send, told }) => {
    const raw = await answeredWith(send);

    const answer = readAnswer(raw);
    expect(raw.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(raw).not.toContain(KEY);
    expect(raw).toMatch(/^[\r\n -~]*$/);
    expect(raw).not.toMatch(/smuggled/i);
    expect(answer.headers.filter((line) => !OURS.test(line))).toEqual([]);
    expect(answer.headers.filter((line) => line.toLowerCase() === 'connection: close')).toHaveLength(1);
    if (told === 'refused') {
      expect(answer.status).toBe(502);
      expect(JSON.parse(answer.body)).toMatchObject({
        error: { message: expect.stringMatching(/^agent-waves: the provider /) },
      });
    } else if ('cut' in told) {
      expect(answer).toMatchObject({ status: 200, whole: false });
      expect(told.cut.startsWith(answer.body)).toBe(true);
    } else expect(answer).toMatchObject({ ...told, whole: true });
  });

  it('is refused without following it, and the message says what to do', async () => {
    const raw = await answeredWith([
      'HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\n\r\n',
    ]);

    expect(raw).toContain(
      'answered with a redirect (302), which is not followed: give the action the address where the API is',
    );
    expect(raw).not.toContain('elsewhere');
  });
});
