import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Assignment } from '../../../src/task/protocol/assignment.ts';
import { type AgentStep, openAgentStep } from '../support/agent-step.ts';
import { type Answer, json, startUpstream, type Upstream } from '../support/upstream.ts';
import { awsStream, IDENTITY, TOKENS, workloadIdentity } from './support/clouds.ts';

let step: AgentStep;
let upstream: Upstream | undefined;
beforeEach(async () => {
  step = await openAgentStep();
});
afterEach(async () => {
  await step.close();
  await upstream?.close();
  upstream = undefined;
});

const CLAUDE: Assignment['agent'] = { agent: 'general-purpose', model: 'sonnet', run: 'claude' };
const TOKEN = 'sk-ant-oat01-real-token-0123456789';
const USED = { model: 'm-1', usage: { input_tokens: 10, output_tokens: 7 } };
const DONE = JSON.stringify({ type: 'result', subtype: 'success', result: 'Done.', total_cost_usd: 3, num_turns: 1 });

/** A Claude Code that keeps its environment and asks its model as the real one does (2.1.332). */
async function install(
  path: string,
  { base, key, prints = DONE }: { readonly base: string; readonly key: string; readonly prints?: string },
): Promise<void> {
  await step.install(
    'claude',
    `#!${process.execPath}
const { writeFileSync } = require('node:fs');
writeFileSync('env.json', JSON.stringify(process.env));
fetch(process.env.${base} + '${path}', { method: 'POST', body: '{"anthropic_version":"x"}', headers: {
  'content-type': 'application/json', 'anthropic-beta': 'one-2026-01-01', authorization: 'Bearer ' + process.env.${key},
} }).then((answer) => answer.text()).then((text) => {
  writeFileSync('answer.txt', text);
  console.log(${JSON.stringify(prints)});
});
`,
  );
}

async function start(answer: Answer): Promise<Upstream> {
  upstream = await startUpstream(answer);
  return upstream;
}

/** Nothing that the agent could see has any of these in it. */
async function expectHidden(secrets: readonly string[]): Promise<void> {
  const answer = await step.inWork('answer.txt');
  const decoded = (answer.match(/[A-Za-z0-9+/]{40,}/g) ?? []).map((text) => Buffer.from(text, 'base64').toString());
  const seen = [await step.inWork('env.json'), answer, ...decoded, step.shown()].join('\n');
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  expect(seen).toContain('http://127.0.0.1:');
  expect(seen).not.toContain(upstream?.url);
}

describe('the token of a subscription', () => {
  const given = (url: string) => ({ INPUT_ANTHROPIC_OAUTH_TOKEN: TOKEN, INPUT_ANTHROPIC_BASE_URL: url });

  it('stays with us, and is sent as a bearer with the beta that it needs', async () => {
    await install('/v1/messages?beta=true', { base: 'ANTHROPIC_BASE_URL', key: 'CLAUDE_CODE_OAUTH_TOKEN' });
    const { url, asked } = await start((response, one) => json({ ...USED, echo: one.headers })(response, one));

    const { end } = await step.run({ agent: CLAUDE, environment: given(url) });

    expect(end.outputs.next).toBe('verify');
    expect(asked[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'anthropic-beta': 'one-2026-01-01,oauth-2025-04-20',
    });
    expect(asked[0]?.headers['x-api-key']).toBeUndefined();
    await expectHidden([TOKEN]);
  });

  it('costs no dollars: none are reported, and max_usd bounds what the price list says', async () => {
    await install('/v1/messages', { base: 'ANTHROPIC_BASE_URL', key: 'CLAUDE_CODE_OAUTH_TOKEN' });
    const { url } = await start(json(USED));

    const { report } = await step.run({ agent: { ...CLAUDE, max_usd: 5 }, environment: given(url) });

    expect(report.cost_usd).toBeUndefined();
    expect(report.tokens).toEqual({ input: 10, output: 7, cached: 0 });
    expect(step.shown()).toContain('::notice title=max_usd is no money here::A subscription pays: $5 bounds');
  });

  it('beside a key is refused: nobody could tell which is billed', async () => {
    await install('/v1/messages', { base: 'ANTHROPIC_BASE_URL', key: 'CLAUDE_CODE_OAUTH_TOKEN' });
    const environment = { ...given(''), INPUT_ANTHROPIC_API_KEY: 'sk-real-key-0123456789' };

    const { conclusion } = await step.run({ agent: CLAUDE, environment });

    expect(conclusion?.failure?.what).toBe(
      'claude was not started: it is given `anthropic-api-key` and `anthropic-oauth-token`, and cannot tell which is to be billed; give the action one of them',
    );
    expect(conclusion).toMatchObject({ outcome: 'infrastructure', needs: 'person' });
    await expect(step.inWork('env.json')).rejects.toThrow('ENOENT');
  });
});

describe('Bedrock', () => {
  const PATH = '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream';
  const given = (url: string) => ({ INPUT_ANTHROPIC_CLOUD: 'bedrock', INPUT_ANTHROPIC_BASE_URL: url, ...IDENTITY });

  it('is asked with a signature of ours, its events are counted, and the agent has no credential of AWS', async () => {
    await install(PATH, { base: 'ANTHROPIC_BEDROCK_BASE_URL', key: 'AWS_BEARER_TOKEN_BEDROCK' });
    const { url, asked } = await start((response, { headers }) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      const start = { type: 'message_start', message: { model: 'm-1', usage: { input_tokens: 10, output_tokens: 1 } } };
      const end = { type: 'message_delta', usage: { output_tokens: 7 }, echo: headers };
      response.end(Buffer.concat([awsStream(start), awsStream(end)]));
    });

    const { end, report } = await step.run({ agent: CLAUDE, environment: given(url) });

    expect(end.outputs.next).toBe('verify');
    expect(asked.map((one) => one.url)).toEqual([PATH]);
    expect(asked[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
      ),
      'x-amz-security-token': IDENTITY.AWS_SESSION_TOKEN,
    });
    expect(report).toMatchObject({ cost_usd: 3, models: { 'm-1': { input: 10, output: 7, cached: 0 } } });
    await expectHidden([IDENTITY.AWS_SECRET_ACCESS_KEY, IDENTITY.AWS_SESSION_TOKEN]);
  });

  it('without credentials of AWS is refused with the action that brings them', async () => {
    const { conclusion } = await step.run({ agent: CLAUDE, environment: { INPUT_ANTHROPIC_CLOUD: 'bedrock' } });

    expect(conclusion?.failure?.what).toContain('put aws-actions/configure-aws-credentials with `role-to-assume`');
    expect(conclusion?.failure?.what).toMatch(/`permissions: id-token: write`$/);
  });
});

describe('Vertex AI', () => {
  const PATH =
    '/projects/walls-1/locations/europe-west1/publishers/anthropic/models/claude-sonnet-5-5:streamRawPredict';

  async function given(url: string, folder = step.folder) {
    const file = join(folder, 'google.json');
    await writeFile(file, JSON.stringify(workloadIdentity(url)));
    return {
      INPUT_ANTHROPIC_CLOUD: 'vertex',
      INPUT_ANTHROPIC_BASE_URL: `${url}/v1`,
      GOOGLE_APPLICATION_CREDENTIALS: file,
      GOOGLE_CLOUD_PROJECT: 'walls-1',
      CLOUD_ML_REGION: 'europe-west1',
    };
  }

  /** GitHub, Google's token service and the model in one. */
  const world: Answer = (response, asked) => {
    const tokens: Record<string, object> = {
      '/github?audience=walls': { value: TOKENS.job },
      '/sts': { access_token: TOKENS.federated, expires_in: 3_600 },
      '/account:generateAccessToken': { accessToken: TOKENS.access, expireTime: '2999-01-01T00:00:00Z' },
    };
    json(tokens[asked.url ?? ''] ?? { ...USED, echo: asked.headers })(response, asked);
  };

  it('is asked with an access token for the identity of the job, of which the agent has nothing', async () => {
    await install(PATH, { base: 'ANTHROPIC_VERTEX_BASE_URL', key: 'ANTHROPIC_AUTH_TOKEN' });
    const { url, asked } = await start(world);

    const { end, report } = await step.run({ agent: CLAUDE, environment: await given(url) });

    expect(end.outputs.next).toBe('verify');
    expect(asked.map((one) => [one.url, one.headers.authorization])).toEqual([
      ['/github?audience=walls', `Bearer ${TOKENS.request}`],
      ['/sts', undefined],
      ['/account:generateAccessToken', `Bearer ${TOKENS.federated}`],
      [`/v1${PATH}`, `Bearer ${TOKENS.access}`],
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toMatchObject({ subjectToken: TOKENS.job, audience: '//iam/walls' });
    expect(report.models).toEqual({ 'm-1': { input: 10, output: 7, cached: 0 } });
    await expectHidden(Object.values(TOKENS));
  });

  it('is not asked where Google gives no token: a person is, and no attempt is used', async () => {
    await install(PATH, { base: 'ANTHROPIC_VERTEX_BASE_URL', key: 'ANTHROPIC_AUTH_TOKEN', prints: 'no result' });
    const { url, asked } = await start(json({ error: TOKENS.job }, 403));

    const { conclusion } = await step.run({ agent: CLAUDE, environment: await given(url) });

    expect(asked.map((one) => one.url)).toEqual(['/github?audience=walls']);
    expect(conclusion).toMatchObject({ outcome: 'infrastructure', needs: 'person' });
    expect(conclusion?.failure?.what).toContain('Google Cloud gave the job no access token');
    await expectHidden(Object.values(TOKENS));
  });

  it('is refused where its credentials lie in the checkout: an agent reads every file there', async () => {
    await install(PATH, { base: 'ANTHROPIC_VERTEX_BASE_URL', key: 'ANTHROPIC_AUTH_TOKEN' });
    const environment = await given('http://127.0.0.1:1', join(step.folder, 'work'));

    const { conclusion } = await step.run({ agent: CLAUDE, environment });

    expect(conclusion?.failure?.what).toContain('lie in the checkout, where the agent could read them; move the file');
    await expect(step.inWork('env.json')).rejects.toThrow('ENOENT');
  });
});

it('a cloud that there is not is refused by its name', async () => {
  const { conclusion } = await step.run({ agent: CLAUDE, environment: { INPUT_ANTHROPIC_CLOUD: 'azure' } });

  expect(conclusion?.failure?.what).toBe(
    'claude was not started: there is no cloud `azure`; set `anthropic-cloud` to bedrock or vertex',
  );
});

it('Copilot CLI without a token of its own is refused, though the job has one that may write', async () => {
  const environment = { INPUT_TOKEN: 'ghs_writes', GITHUB_TOKEN: 'ghs_writes' };

  const { conclusion } = await step.run({ agent: { ...CLAUDE, run: 'copilot' }, environment });

  expect(conclusion?.failure?.what).toBe(
    'copilot was not started: it is given no token; give the job `permissions: copilot-requests: write` and its token to the action as `copilot-token`; an organization has to allow Copilot CLI that is billed to it',
  );
});
