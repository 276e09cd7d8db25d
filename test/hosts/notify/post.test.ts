import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readNotifySettings } from '../../../src/hosts/notify/notify-settings.ts';
import { type Posting, post } from '../../../src/hosts/notify/post.ts';
import { isPublicAddress } from '../../../src/hosts/notify/public-address.ts';

/** Whoever may write a configuration sends nobody to where only this host reaches. */

let asked = 0;
const server = createServer((request, response) => {
  asked++;
  if (request.url === '/away') response.writeHead(307, { location: '/hook' }).end();
  else response.writeHead(200).end();
});
afterEach(async () => {
  asked = 0;
  if (server.listening) await new Promise((closed) => server.close(closed));
});

async function listening(): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

const posting = (url: string, changes: Partial<Posting> = {}): Posting => ({
  url,
  body: '{}',
  secret: undefined,
  delivery: 'acme/daw/5.1',
  event: 'plan-done',
  isPrivateAllowed: false,
  within: 5_000,
  signal: new AbortController().signal,
  ...changes,
});

describe('an address of a network of one’s own', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '127.1', '0x7f.1', '2130706433'])(
    'is not asked as %s',
    async (host) => {
      const port = await listening();

      const posted = await post(posting(`http://${host}:${port}/hook`));

      expect(posted.kind).not.toBe('arrived');
      expect(asked).toBe(0);
    },
  );

  it('is asked where the operator says so', async () => {
    const port = await listening();

    const posted = await post(posting(`http://localhost:${port}/hook`, { isPrivateAllowed: true }));

    expect([posted, asked]).toEqual([{ kind: 'arrived' }, 1]);
  });

  it('is not asked by way of another one', async () => {
    const port = await listening();

    const posted = await post(posting(`http://localhost:${port}/away`, { isPrivateAllowed: true }));

    expect([posted, asked]).toEqual([{ kind: 'refused', why: 'it answered 307' }, 1]);
  });

  it.each([
    ['10.1.2.3', false],
    ['172.31.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.100.100.200', false],
    ['255.255.255.255', false],
    ['140.82.121.3', true],
    ['fd00:ec2::254', false],
    ['fe80::1', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
    ['2002:7f00:1::', false],
    ['2606:50c0:8000::153', true],
    ['localhost', false],
  ])('is told from one of the internet: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });
});

describe('settings of notices', () => {
  it('take only addresses with TLS, and never show one', () => {
    const read = readNotifySettings({
      AGENT_WAVES_NOTIFY_A: 'http://hooks.example/T0/secret-part',
      AGENT_WAVES_NOTIFY_B: 'secret-part',
      AGENT_WAVES_NOTIFY_C: 'https://hooks.example/T0/secret-part',
      AGENT_WAVES_NOTIFY_C_SECRET: 'short',
      NOTIFY_PRIVATE: 'perhaps',
    });

    expect(read.ok).toBe(false);
    const problems = read.ok ? [] : read.problems;
    expect(problems.map((text) => text.split(' ', 1)[0])).toEqual([
      'NOTIFY_PRIVATE',
      'AGENT_WAVES_NOTIFY_A',
      'AGENT_WAVES_NOTIFY_B',
      'AGENT_WAVES_NOTIFY_C_SECRET',
    ]);
    expect(problems.join()).not.toContain('secret-part');
  });
});
