import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsCredential } from '../../../../src/task/agent/model-proxy/aws-credential.ts';
import { apiKey } from '../../../../src/task/agent/model-proxy/credential.ts';
import { type ModelProxy, startModelProxy } from '../../../../src/task/agent/model-proxy/proxy.ts';
import { IDENTITY } from '../support/clouds.ts';
import { CLOUD_TARGETS, type Targets } from './attacks/cloud-targets.ts';
import { rawRequest } from './support/raw-request.ts';
import { type Recorder, startRecorder } from './support/recorder.ts';

const KEY = 'real-token-0123456789abcdef';
const AWS = awsCredential({
  accessKeyId: IDENTITY.AWS_ACCESS_KEY_ID,
  secretAccessKey: IDENTITY.AWS_SECRET_ACCESS_KEY,
  sessionToken: IDENTITY.AWS_SESSION_TOKEN,
  region: IDENTITY.AWS_REGION,
});

let provider: Recorder;
let proxy: ModelProxy;
beforeEach(async () => {
  provider = await startRecorder();
});
afterEach(async () => {
  await proxy.close();
  await provider.close();
});

async function begin({ name, api }: Targets): Promise<void> {
  const credential = name === 'Bedrock' ? AWS : apiKey(KEY);
  proxy = await startModelProxy({ api, upstream: `${provider.url}${api.prefix}`, credential });
}

const BODY = '{"model":"m"}';

function send(start: string, key = `Bearer ${proxy.placeholder}`): Promise<string> {
  const body = start.startsWith('POST') ? BODY : '';
  const type = body ? ['content-type: application/json', `content-length: ${body.length}`] : [];
  const head = [`${start} HTTP/1.1`, `host: ${new URL(proxy.url).host}`, `authorization: ${key}`, ...type];
  return rawRequest(proxy.url, [`${head.join('\r\n')}\r\n\r\n${body}`]);
}

describe.each(CLOUD_TARGETS.map((targets) => [targets.name, targets] as const))('%s', (_, targets) => {
  it.each(targets.passes)('is asked %s', async (start) => {
    await begin(targets);

    const answer = await send(start);

    const [method, url] = start.split(' ');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(provider.requests).toMatchObject([{ method, url, body: method === 'POST' ? BODY : '' }]);
    expect(provider.connections[0]?.toString()).not.toContain(proxy.placeholder);
  });

  it.each(targets.refused)('is not asked %s', async (start) => {
    await begin(targets);

    const answer = await send(start);

    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(provider.connections).toEqual([]);
  });

  it('is not asked for a program that has not the placeholder', async () => {
    await begin(targets);
    const [start = ''] = targets.passes;

    const answers = [await send(start, 'Bearer guessed'), await send(start, 'AWS4-HMAC-SHA256 Credential=A')];

    expect(answers.map((answer) => answer.slice(9, 12))).toEqual(['401', '401']);
    expect(provider.connections).toEqual([]);
  });
});

it('a program that signs a request itself is not signed for: the header of a key is ours', async () => {
  await begin(CLOUD_TARGETS[0] as Targets);

  await send(`POST /model/m/invoke`, `Bearer ${proxy.placeholder}\r\nx-amz-security-token: mine\r\nx-amz-date: 2001`);

  const sent = provider.connections[0]?.toString() ?? '';
  expect(sent).toContain(`x-amz-security-token: ${IDENTITY.AWS_SESSION_TOKEN}`);
  expect(sent).not.toMatch(/mine|x-amz-date: 2001/);
  expect(sent).not.toContain(IDENTITY.AWS_SECRET_ACCESS_KEY);
});
