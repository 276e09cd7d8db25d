import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiKey } from '../../../../src/task/agent/model-proxy/credential.ts';
import { APIS } from '../../../../src/task/agent/model-proxy/providers.ts';
import { type ModelProxy, startModelProxy } from '../../../../src/task/agent/model-proxy/proxy.ts';
import type { Arrival, Attack } from './attacks/attack.ts';
import { CHUNKINGS } from './attacks/chunks.ts';
import { CODINGS } from './attacks/codings.ts';
import { CONNECTIONS } from './attacks/connections.ts';
import { HEADS } from './attacks/heads.ts';
import { LENGTHS } from './attacks/lengths.ts';
import { TARGETS } from './attacks/targets.ts';
import { rawRequest } from './support/raw-request.ts';
import { type Recorder, startRecorder } from './support/recorder.ts';

const KEY = 'sk-real-key-0123456789';

let provider: Recorder;
let proxy: ModelProxy;
beforeEach(async () => {
  provider = await startRecorder();
});
afterEach(async () => {
  await proxy.close();
  await provider.close();
});

/** For those who wait for what does not come. */
const SHORT = { headMs: 200, requestMs: 400 };

/** Starts a proxy that is attacked. */
async function begin({ waits }: Attack): Promise<void> {
  const limits = waits ? SHORT : {};
  proxy = await startModelProxy({ api: APIS.anthropic, upstream: provider.url, credential: apiKey(KEY), limits });
}

function bytesOf({ send }: Attack): readonly string[] {
  const { host } = new URL(proxy.url);
  return send.map((piece) => piece.replaceAll('{key}', proxy.placeholder).replaceAll('{host}', host));
}

/** What was sent to the provider, connection by connection. @throws where any of it is not of our framing. */
function arrivals(): readonly Arrival[] {
  return provider.connections.filter((bytes) => bytes.length > 0).map(readOurs);
}

const FAMILIES: readonly (readonly [string, readonly Attack[]])[] = [
  ['lengths', LENGTHS],
  ['codings', CODINGS],
  ['chunks', CHUNKINGS],
  ['heads', HEADS],
  ['addresses and methods', TARGETS],
  ['connections', CONNECTIONS],
];

describe.each(FAMILIES)('an attack by %s', (_, attacks) => {
  it.each(attacks.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await begin(one);

    const answer = await rawRequest(proxy.url, bytesOf(one));

    const arrived = one.arrives ? [one.arrives] : [];
    expect(provider.requests).toEqual(arrived);
    expect(arrivals()).toEqual(arrived);
    expect(provider.connections).toHaveLength(arrived.length);
    expect(answer).not.toContain(KEY);
    expect([...answer.matchAll(/HTTP\/1\.1 /g)].length).toBeLessThanOrEqual(1);
    expect(answer.startsWith('HTTP/1.1 200 ')).toBe(one.arrives !== undefined);
  });
});

describe.each(FAMILIES)('an attack by %s that arrives in pieces', (_, attacks) => {
  it.each(attacks.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await begin(one);
    const whole = bytesOf(one).join('');

    const answer = await rawRequest(
      proxy.url,
      [0, 1, 2].map((part) => third(whole, part)),
    );

    // What is a request by itself may have gone on before the rest was seen.
    expect(arrivals().length).toBeLessThanOrEqual(1);
    expect(provider.requests).toEqual(arrivals());
    if (one.arrives) expect(provider.requests).toEqual([one.arrives]);
    expect(answer).not.toContain(KEY);
  });
});

it('there are more than a hundred of them, each by a name of its own', () => {
  const names = FAMILIES.flatMap(([, attacks]) => attacks.map(({ name }) => name));

  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(200);
});

function third(text: string, part: number): string {
  return text.slice(Math.floor((part * text.length) / 3), Math.floor(((part + 1) * text.length) / 3));
}

/** Headers that the proxy writes to a provider, where an agent sent no others that are allowed. */
const OURS = ['host', 'accept', 'content-type', 'accept-encoding', 'x-api-key', 'content-length', 'connection'];

/** Reads the bytes of a connection as one request of the proxy's own framing. @throws where there is anything else. */
function readOurs(bytes: Buffer): Arrival {
  const text = bytes.toString('latin1');
  const [, method = '', url = '', lines = '', body = ''] =
    /^(GET|POST) ([!-~]+) HTTP\/1\.1\r\n((?:[a-z-]+: [ -~]*\r\n)+)\r\n([\s\S]*)$/.exec(text) ?? [];
  const headers = lines.split('\r\n').flatMap((line) => (line ? [/^([a-z-]+): (.*)$/.exec(line)?.slice(1) ?? []] : []));
  const named = Object.fromEntries(headers) as Record<string, string>;
  expect(headers.map(([name]) => name).filter((name) => !OURS.includes(name ?? ''))).toEqual([]);
  expect(Object.keys(named)).toHaveLength(headers.length);
  expect(named).toMatchObject({ host: new URL(provider.url).host, 'x-api-key': KEY, connection: 'close' });
  expect(named['accept-encoding']).toBe('identity');
  expect(named['content-length']).toBe(method === 'POST' ? String(body.length) : undefined);
  expect(text.split(KEY)).toHaveLength(2);
  expect(text).not.toContain('smuggled');
  return { method: method as Arrival['method'], url, body };
}
