import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import { afterEach, describe, expect, it } from 'vitest';
import { awsCredential } from '../../../../src/task/agent/model-proxy/aws-credential.ts';
import { subscriptionToken, type Unproven } from '../../../../src/task/agent/model-proxy/credential.ts';
import { googleCredential } from '../../../../src/task/agent/model-proxy/google-credential.ts';
import { json, startUpstream, type Upstream } from '../../support/upstream.ts';
import { IDENTITY, TOKENS, workloadIdentity } from '../support/clouds.ts';

const ASKED: Unproven = {
  method: 'POST',
  url: new URL('https://models.example/v1/messages'),
  headers: {},
  body: Buffer.from('{}'),
  keyHeader: 'x-api-key',
};

describe('the token of a subscription', () => {
  it.each([
    [undefined, 'oauth-2025-04-20'],
    ['one, oauth-2025-04-20', 'one, oauth-2025-04-20'],
    ['one,two', 'one,two,oauth-2025-04-20'],
  ])('is sent as a bearer wherever the agent had the placeholder, with its beta beside %s', async (given, sent) => {
    const headers: Record<string, string> = given === undefined ? {} : { 'anthropic-beta': given };

    const proof = await subscriptionToken('sk-ant-oat01-a').prove({ ...ASKED, headers });

    expect(proof).toEqual({
      kind: 'proven',
      headers: { authorization: 'Bearer sk-ant-oat01-a', 'anthropic-beta': sent },
    });
  });
});

describe('a signature for AWS', () => {
  it('is what the library of AWS in Claude Code 2.1.332 makes of the same request: colons in an address count', async () => {
    // As it arrived at a server on loopback, with credentials that are none.
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-amz-content-sha256': 'b8332970422434b7645b1521a2cfd588ac5a5047b5d7c8cf8c392abb52580ab7',
      'x-app': 'cli',
      'x-claude-code-session-id': '1792c4c5-d181-4418-8d82-bd3c4649c62a',
      'x-stainless-arch': 'x64',
      'x-stainless-lang': 'js',
      'x-stainless-os': 'Linux',
      'x-stainless-package-version': '0.128.0',
      'x-stainless-retry-count': '0',
      'x-stainless-runtime': 'node',
      'x-stainless-runtime-version': 'v26.12.1',
      'x-stainless-timeout': '8',
    };

    const { headers: signed } = await new AwsV4Signer({
      method: 'POST',
      url: 'http://127.0.0.1:18452/model/eu.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke',
      headers,
      allHeaders: true,
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      sessionToken: 'session-token-example',
      service: 'bedrock',
      region: 'eu-west-1',
      datetime: '20261129T101916Z',
    }).sign();

    expect(signed.get('authorization')).toMatch(/9a840ad7f4d997d51c6755444429280905e4946b4f8e9a3d030836ebfc0a84a2$/);
  });

  it('is for the body and the address of one request', async () => {
    const credential = awsCredential(
      {
        accessKeyId: 'A',
        secretAccessKey: IDENTITY.AWS_SECRET_ACCESS_KEY,
        sessionToken: undefined,
        region: 'eu-west-1',
      },
      () => 0,
    );
    const url = new URL('https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/invoke');
    const requests = [
      { ...ASKED, url },
      { ...ASKED, url },
      { ...ASKED, url, body: Buffer.from('{"a":1}') },
      { ...ASKED, url: new URL(`${url.href}-with-response-stream`) },
    ];

    const proofs = await Promise.all(requests.map((request) => credential.prove(request)));

    const [one, same, ...others] = proofs.map((proof) => JSON.stringify(proof));
    expect(one).toBe(same);
    expect(new Set([one, ...others]).size).toBe(3);
    expect(proofs[0]).toMatchObject({ headers: { 'x-amz-date': '19700101T000000Z' } });
  });
});

describe('an access token of Google', () => {
  let upstream: Upstream;
  let folder: string;
  afterEach(async () => {
    await upstream.close();
    await rm(folder, { recursive: true });
  });

  it('is asked for once by all who ask at the same time, and again before it ends', async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-waves-google-'));
    const file = join(folder, 'google.json');
    let now = 0;
    upstream = await startUpstream((response, asked) => {
      const answer =
        asked.method === 'GET' ? { value: TOKENS.job } : { access_token: `${TOKENS.access}-${now}`, expires_in: 3_600 };
      json(answer)(response, asked);
    });
    await writeFile(
      file,
      JSON.stringify({ ...workloadIdentity(upstream.url), service_account_impersonation_url: undefined }),
    );
    const found = googleCredential({ file, workspace: '/checkout', environment: {}, now: () => now });
    if (found.kind !== 'usable') throw new Error(found.what);
    const { prove, secrets } = found.credential;

    await Promise.all([prove(ASKED), prove(ASKED)]);
    now = 3_000_000;
    await prove(ASKED);

    expect(upstream.asked).toHaveLength(2);
    expect(secrets()).toEqual([`${TOKENS.access}-0`]);

    now = 3_400_000;
    const proof = await prove(ASKED);

    expect(upstream.asked).toHaveLength(4);
    expect(proof).toMatchObject({ headers: { authorization: `Bearer ${TOKENS.access}-3400000` } });
  });
});
