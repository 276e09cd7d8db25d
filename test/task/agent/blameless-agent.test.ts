import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentRun, type AgentStep, command, openAgentStep } from '../support/agent-step.ts';
import { type Answer, events, json, startUpstream, type Upstream } from '../support/upstream.ts';

/** What is not the work's costs no attempt: agents at a scripted provider, each of which has used a tool before it fails. */

const KEY = 'sk-real-key-0123456789';
const STARTED = { type: 'message_start', message: { model: 'm-1', usage: { input_tokens: 9, output_tokens: 1 } } };

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

type Name = 'claude' | 'codex' | 'gemini';

const ASKS: Readonly<Record<Name, string>> = {
  claude: `[process.env.ANTHROPIC_BASE_URL + '/v1/messages', { 'x-api-key': process.env.ANTHROPIC_API_KEY }]`,
  codex: `[/base_url = "([^"]+)"/.exec(process.argv.join(' '))[1] + '/responses', { authorization: 'Bearer ' + process.env.AGENT_WAVES_MODEL_KEY }]`,
  gemini: `[process.env.GOOGLE_GEMINI_BASE_URL + '/v1beta/models/m:streamGenerateContent?alt=sse', { 'x-goog-api-key': process.env.GEMINI_API_KEY }]`,
};

/** What each prints when it has used a tool. */
const ACTS: Readonly<Record<Name, object>> = {
  claude: {
    type: 'assistant',
    message: { id: 'm1', content: [{ type: 'tool_use', name: 'Write', input: { file_path: 'src/a.txt' } }] },
  },
  codex: {
    type: 'item.completed',
    item: { id: 'i1', type: 'file_change', changes: [{ path: 'src/a.txt', kind: 'add' }] },
  },
  gemini: { type: 'tool_use', tool_name: 'write_file', parameters: { file_path: 'src/a.txt' } },
};

interface Program {
  /** It has done something before. */
  readonly acts?: boolean;
  /** Its own words, as the last line of its protocol. */
  readonly ends?: object;
  /** It hangs up in the middle of the answer. */
  readonly hangsUp?: boolean;
  /** What it does at the end, in place of leaving with 1. */
  readonly last?: string;
}

/** A program that asks its provider once more, whatever comes of it, and then says that it failed, or nothing. */
async function install(
  name: Name,
  { acts = true, ends, hangsUp = false, last = 'process.exit(1)' }: Program,
): Promise<void> {
  const lines = [...(acts ? [ACTS[name]] : []), ...(ends ? [ends] : [])].map((line) => `${JSON.stringify(line)}\n`);
  await step.install(
    name,
    `#!${process.execPath}
const [address, headers] = ${ASKS[name]};
const hangUp = new AbortController();
(async () => {
  try {
    const answer = await fetch(address, { method: 'POST', signal: hangUp.signal, body: '{}', headers: { 'content-type': 'application/json', ...headers } });
    ${hangsUp ? 'await answer.body.getReader().read(); hangUp.abort();' : 'await answer.text();'}
  } catch {}
  process.stdout.write(${JSON.stringify(lines.join(''))}, () => { ${last} });
})();
`,
  );
}

const INPUTS: Readonly<Record<Name, string>> = { claude: 'ANTHROPIC', codex: 'OPENAI', gemini: 'GEMINI' };

interface Case extends Program {
  readonly answer: Answer;
  readonly sliceMinutes?: number;
}

async function run(name: Name, { answer, sliceMinutes = 1, ...program }: Case): Promise<AgentRun> {
  upstream = await startUpstream(answer);
  await install(name, program);
  const environment = { [`INPUT_${INPUTS[name]}_API_KEY`]: KEY, [`INPUT_${INPUTS[name]}_BASE_URL`]: upstream.url };
  return step.run({ agent: { agent: 'general-purpose', model: 'sonnet', run: name }, environment, sliceMinutes });
}

const reset: Answer = (response) => response.destroy();
const cut: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: ${JSON.stringify(STARTED)}\n\n`, () => response.destroy());
};

const OUTAGES: readonly (readonly [string, Answer])[] = [
  ['500', json({ type: 'error', error: { type: 'api_error', message: 'Internal server error' } }, 500)],
  ['502 of something in between', (response) => response.writeHead(502).end('<html>Bad gateway</html>')],
  ['503', json({ error: { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' } }, 503)],
  ['529', json({ type: 'error', error: { type: 'overloaded_error' } }, 529)],
  ['a connection that is reset', reset],
  ['a stream that is cut', cut],
  ['a stream that ends with an error', events([STARTED, { type: 'error', error: { type: 'overloaded_error' } }])],
  [
    'a response that failed',
    events([{ type: 'response.failed', response: { error: { code: 'server_error', message: 'sorry' } } }]),
  ],
];

describe.each(['claude', 'codex', 'gemini'] as const)('%s that worked', (name) => {
  it.each(OUTAGES)('costs no attempt at %s, which holds its provider', async (_, answer) => {
    const { end, conclusion } = await run(name, { answer });

    expect(end.outputs.next).toBe('report');
    expect(conclusion).toMatchObject({
      outcome: 'infrastructure',
      cause: { kind: 'outage', agent: 'general-purpose' },
    });
    expect(conclusion?.needs).toBeUndefined();
  });

  it('costs an attempt where its provider answers, and it says that it failed', async () => {
    const ends = {
      claude: { type: 'result', subtype: 'error_during_execution', is_error: true, result: 'I am lost' },
      codex: { type: 'turn.failed', error: { message: 'I am lost' } },
      gemini: { type: 'result', status: 'error', error: { type: 'Error', message: 'I am lost' } },
    }[name];

    const { conclusion } = await run(name, { answer: json({}), ends });

    expect(conclusion?.outcome).toBe('agent');
  });

  it('that was refused what it asked for is no outage', async () => {
    const { conclusion } = await run(name, {
      answer: json({ error: { type: 'invalid_request_error', message: 'prompt is too long' } }, 400),
    });

    expect(conclusion?.cause).toBeUndefined();
  });
});

const ASKED: readonly (readonly [what: string, name: Name, answer: Answer, fix: string])[] = [
  [
    'an empty account',
    'claude',
    json({ error: { type: 'invalid_request_error', message: 'Your credit balance is too low' } }, 400),
    'put money',
  ],
  [
    'an empty account, told as a limit',
    'codex',
    json({ error: { code: 'insufficient_quota', type: 'insufficient_quota' } }, 429),
    'put money',
  ],
  ['a bill that is not paid', 'codex', json({ error: {} }, 402), 'put money'],
  [
    'an unknown model',
    'claude',
    json({ error: { type: 'not_found_error', message: 'model: sonet' } }, 404),
    '`model` of general-purpose',
  ],
  [
    'an unknown model',
    'codex',
    json({ error: { code: 'model_not_found', message: 'The model does not exist' } }, 400),
    '`model` of general-purpose',
  ],
  [
    'an unknown model',
    'gemini',
    json({ error: { code: 404, status: 'NOT_FOUND', message: 'models/m is not found' } }, 404),
    '`model` of general-purpose',
  ],
  ['a wrong key', 'claude', json({ error: { type: 'authentication_error' } }, 401), 'the secret `ANTHROPIC_API_KEY`'],
  [
    'a wrong key',
    'gemini',
    json(
      { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'API key not valid. Please pass a valid API key.' } },
      400,
    ),
    'the secret `GEMINI_API_KEY`',
  ],
  [
    'an address that moved',
    'claude',
    (response) => response.writeHead(301, { location: 'https://elsewhere.example' }).end(),
    '`anthropic-base-url`',
  ],
];

it.each(ASKED)('%s (%s) is asked of a person at once, with what fixes it', async (_, name, answer, fix) => {
  const { conclusion } = await run(name, { answer });

  expect(conclusion).toMatchObject({ outcome: 'infrastructure', needs: 'person', cause: { kind: 'setup' } });
  expect(conclusion?.failure?.what).toContain(fix);
});

it('a key that can be none is asked of a person, and nothing is sent', async () => {
  const { conclusion } = await step.run({
    agent: { agent: 'general-purpose', model: 'sonnet', run: 'claude' },
    environment: { INPUT_ANTHROPIC_API_KEY: 'sk-two words' },
  });

  expect(conclusion).toMatchObject({ outcome: 'infrastructure', needs: 'person', cause: { kind: 'setup' } });
  expect(JSON.stringify(conclusion)).not.toContain('two words');
});

it('a slice in which the provider never answered is an outage, and does not stall the attempt', async () => {
  const { conclusion, report } = await run('claude', {
    answer: json({}, 500),
    acts: false,
    last: 'setInterval(() => {}, 1000)',
    sliceMinutes: 0.03,
  });

  expect(conclusion).toMatchObject({ outcome: 'infrastructure', cause: { kind: 'outage' } });
  expect(report.stalled).toBeUndefined();
});

it('an outage in the middle that the agent has overcome is none', async () => {
  let asked = 0;
  const { conclusion } = await run('claude', {
    answer: (response, request) => (asked++ === 0 ? json({}, 500) : json({}))(response, request),
    last: `fetch(address, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', ...headers } })
      .then((answer) => answer.text()).then(() => process.exit(1))`,
    ends: { type: 'result', subtype: 'error_during_execution', is_error: true, result: 'I am lost' },
  });

  expect(conclusion?.outcome).toBe('agent');
});

it('an answer that the agent itself hangs up on is no outage', async () => {
  const { conclusion } = await run('claude', {
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(STARTED)}\n\n`);
    },
    hangsUp: true,
  });

  expect(conclusion).toMatchObject({ outcome: 'infrastructure' });
  expect(conclusion?.cause).toBeUndefined();
});

describe('a program that is not there', () => {
  it.each([
    ['the command itself', 'no-such-agent --now', 'installs `no-such-agent`'],
    ['one in its script', 'printf "uv run x\\n" > run.sh; bash run.sh', '`- run: pipx install uv`'],
  ])('is asked of a person with the step that brings it: %s', async (_, text, fix) => {
    const { conclusion } = await step.run({ agent: command(text), environment: { PATH: '/usr/bin:/bin' } });

    expect(conclusion).toMatchObject({ outcome: 'infrastructure', needs: 'person', cause: { kind: 'setup' } });
    expect(conclusion?.failure?.what).toContain(fix);
  });

  it('is asked of a person where the install needs it, and no agent starts', async () => {
    const { conclusion } = await step.run({
      agent: command('touch started'),
      install: ['pnpm install --frozen-lockfile'],
      environment: { PATH: '/usr/bin:/bin' },
    });

    expect(conclusion).toMatchObject({
      outcome: 'infrastructure',
      needs: 'person',
      cause: {
        kind: 'setup',
        what: '`pnpm` is not installed on the runner',
        fix: 'add `- run: npm install --global pnpm` to the task workflow, before the action',
      },
    });
    expect(conclusion?.cause).not.toHaveProperty('agent');
    await expect(step.inWork('started')).rejects.toThrow('ENOENT');
  });
});
