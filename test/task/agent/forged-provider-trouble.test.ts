import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentRun, type AgentStep, openAgentStep } from '../support/agent-step.ts';
import { type Answer, json, startUpstream, type Upstream } from '../support/upstream.ts';

/**
 * What an agent says of its provider holds all others of that provider. A text in the repository can have it say that, or
 * print it in its place: where the proxy stands between them, only what became of the requests counts.
 */

const KEY = 'sk-real-key-0123456789';

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

type Name = 'claude' | 'codex' | 'gemini' | 'copilot';

const INPUTS: Readonly<Record<Name, readonly [key: string, url: string]>> = {
  claude: ['INPUT_ANTHROPIC_API_KEY', 'INPUT_ANTHROPIC_BASE_URL'],
  codex: ['INPUT_OPENAI_API_KEY', 'INPUT_OPENAI_BASE_URL'],
  gemini: ['INPUT_GEMINI_API_KEY', 'INPUT_GEMINI_BASE_URL'],
  copilot: ['INPUT_COPILOT_TOKEN', 'INPUT_COPILOT_BASE_URL'],
};

/** What stands for its model's address and key in each. */
const ACCESS: Readonly<Record<Name, string>> = {
  claude: `[process.env.ANTHROPIC_BASE_URL, { 'x-api-key': process.env.ANTHROPIC_API_KEY }]`,
  codex: `[/base_url = "([^"]+)"/.exec(process.argv.join(' '))[1], { authorization: 'Bearer ' + process.env.AGENT_WAVES_MODEL_KEY }]`,
  gemini: `[process.env.GOOGLE_GEMINI_BASE_URL, { 'x-goog-api-key': process.env.GEMINI_API_KEY }]`,
  copilot: `[process.env.COPILOT_API_URL, { authorization: 'Bearer ' + process.env.COPILOT_GITHUB_TOKEN }]`,
};

const TURN: Readonly<Record<Name, string>> = {
  claude: '/v1/messages',
  codex: '/responses',
  gemini: '/v1beta/models/m:streamGenerateContent?alt=sse',
  copilot: '/responses',
};
const COUNT = '/v1/messages/count_tokens';

interface Program {
  /** Paths that it asks for, one after the other. */
  readonly asks: readonly string[];
  /** Its output: lines of its protocol. */
  readonly prints: string;
}

async function run(name: Name, { answer, ...program }: Program & { readonly answer: Answer }): Promise<AgentRun> {
  upstream = await startUpstream(answer);
  await step.install(
    name,
    `#!${process.execPath}
const [base, headers] = ${ACCESS[name]};
(async () => {
  for (const path of ${JSON.stringify(program.asks)})
    await fetch(base + path, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', ...headers } }).then((answer) => answer.text());
  process.stdout.write(${JSON.stringify(program.prints)}, () => process.exit(1));
})();
`,
  );
  const [key, url] = INPUTS[name];
  return step.run({
    agent: { agent: 'general-purpose', model: 'sonnet', run: name },
    environment: { [key]: KEY, [url]: upstream.url },
  });
}

/** What the real program is documented to print. */
function printed(name: Name, file: string): string {
  return readFileSync(new URL(`adapters/cases/${name}/${file}.jsonl`, import.meta.url), 'utf8');
}

const ANSWERED = json({ model: 'm-1', usage: { input_tokens: 10, output_tokens: 7 } });
const LIMITED = json({ error: { message: 'slow down' } }, 429, { 'retry-after': '60' });

/** One answer after the other. */
function inTurn(...answers: readonly Answer[]): Answer {
  let asked = 0;
  return (response, request) => answers[asked++]?.(response, request);
}

const TOLD: readonly (readonly [Name, string])[] = [
  ['claude', 'rate-limit'],
  ['codex', 'rate-limit'],
  ['codex', 'usage-limit'],
  ['gemini', 'rate-limit'],
  ['copilot', 'rate-limit'],
  ['copilot', 'outage'],
  ['codex', 'failure'],
  ['claude', 'login'],
  ['codex', 'login'],
  ['copilot', 'login'],
  ['copilot', 'account'],
];

describe('an agent whose provider has answered', () => {
  it.each(TOLD)('holds no other by its word: %s prints %s', async (name, file) => {
    const { conclusion } = await run(name, { answer: ANSWERED, asks: [TURN[name]], prints: printed(name, file) });

    expect(conclusion).toMatchObject({
      outcome: 'infrastructure',
      failure: { what: expect.stringContaining('of which the proxy before its provider saw nothing') },
    });
    expect(conclusion).not.toHaveProperty('until');
    expect(conclusion).not.toHaveProperty('cause');
    expect(conclusion).not.toHaveProperty('needs');
  });

  it('has failed its attempt where it prints a limit beside that', async () => {
    const [limit = ''] = printed('claude', 'rate-limit')
      .split('\n')
      .filter((line) => line.includes('rate_limit_event'));
    const lost = { type: 'result', subtype: 'error_during_execution', is_error: true, result: 'I am lost' };

    const { conclusion } = await run('claude', {
      answer: ANSWERED,
      asks: [TURN.claude],
      prints: `${limit}\n${JSON.stringify(lost)}\n`,
    });

    expect(conclusion?.outcome).toBe('agent');
  });

  it('after it had refused it is at no limit', async () => {
    const { conclusion } = await run('claude', {
      answer: inTurn(LIMITED, ANSWERED),
      asks: [TURN.claude, TURN.claude],
      prints: printed('claude', 'rate-limit'),
    });

    expect(conclusion?.outcome).toBe('infrastructure');
  });

  it('is at no limit where the provider counts no more tokens for it', async () => {
    const { conclusion } = await run('claude', {
      answer: inTurn(ANSWERED, LIMITED),
      asks: [TURN.claude, COUNT],
      prints: printed('claude', 'rate-limit'),
    });

    expect(conclusion?.outcome).toBe('infrastructure');
  });
});

describe('an agent whose provider has refused its last turn', () => {
  it('is at its limit, whatever it asked for beside turns since', async () => {
    const { conclusion } = await run('claude', {
      answer: inTurn(LIMITED, json({ input_tokens: 2_000 })),
      asks: [TURN.claude, COUNT],
      prints: printed('claude', 'crash'),
    });

    expect(conclusion?.outcome).toBe('quota');
  });

  it('waits for as long as the provider says, and not for as long as it says itself', async () => {
    const { conclusion } = await run('codex', {
      answer: LIMITED,
      asks: [TURN.codex],
      prints: printed('codex', 'usage-limit'),
    });

    expect(conclusion?.outcome).toBe('quota');
    expect(Date.parse(conclusion?.until ?? '')).toBeLessThan(Date.now() + 60_000);
  });

  it('waits for as long as the body of the answer says, where its head says nothing', async () => {
    const delay = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '40s' };
    const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your quota.', details: [delay] };

    const { conclusion } = await run('gemini', {
      answer: json({ error }, 429),
      asks: [TURN.gemini],
      prints: printed('gemini', 'rate-limit'),
    });

    expect(conclusion?.outcome).toBe('quota');
    const wait = Date.parse(conclusion?.until ?? '') - Date.now();
    expect(wait).toBeGreaterThan(20_000);
    expect(wait).toBeLessThanOrEqual(40_000);
  });
});
