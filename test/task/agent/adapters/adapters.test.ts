import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AgentRequest, AgentResult } from '../../../../src/task/agent/adapter.ts';
import { ADAPTERS } from '../../../../src/task/agent/adapters/adapters.ts';
import { type AgentState, foldAgentEvent, INITIAL_STATE } from '../../../../src/task/agent/agent-state.ts';
import { interpretEnd } from '../../../../src/task/agent/interpret-end.ts';
import type { Traffic } from '../../../../src/task/agent/model-proxy/traffic.ts';
import { problemOutcome } from '../../../../src/task/agent/problem-outcome.ts';
import type { ProgramResult } from '../../../../src/task/process/run-program.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');

type Run = keyof typeof ADAPTERS;

/** Reads documented output as a run would, and says what it means. */
function ended(
  run: Run,
  file: string,
  {
    code = 0,
    traffic,
    why = 'exit',
    isFresh = true,
  }: { code?: number; traffic?: Traffic; why?: ProgramResult['why']; isFresh?: boolean } = {},
): AgentResult {
  const adapter = ADAPTERS[run];
  const text = readFileSync(new URL(`cases/${run}/${file}.jsonl`, import.meta.url), 'utf8');
  const state = text
    .split('\n')
    .flatMap((line) => adapter.read(line) ?? [])
    .reduce<AgentState>((known, event) => foldAgentEvent(known, { event, now: NOW }), INITIAL_STATE);
  const program = { code, why, tail: '', seconds: 1 };
  return interpretEnd({
    adapter,
    state,
    program,
    traffic,
    maxUsd: 2.5,
    agent: 'general-purpose',
    isFresh,
    limitMs: 60_000,
    now: NOW,
  });
}

const NOTHING: Traffic = {
  requests: 0,
  hasTurns: false,
  tokens: { input: 0, output: 0, cached: 0 },
  models: {},
  limit: undefined,
  failure: undefined,
};

describe('an agent that is done', () => {
  it('Claude Code reports summary, session, turns, tokens and cost', () => {
    expect(ended('claude', 'success')).toEqual({
      kind: 'done',
      summary: 'I wrote the walls and the tests pass.',
      session: '4f1c2a9e-3f0b-4b9b-9f0a-5d6f4f6b8a11',
      turns: 3,
      tokens: { input: 6640, output: 310, cached: 5400 },
      costUsd: 0.0421,
      worked: true,
    });
  });

  it('Codex reports summary, session, tokens, the replies that it showed, and no cost', () => {
    expect(ended('codex', 'success')).toEqual({
      kind: 'done',
      summary: 'I wrote src/a.txt.',
      session: '0199a213-81c0-7800-8aa1-bbab2a035a53',
      turns: 3,
      tokens: { input: 24763, output: 122, cached: 24448 },
      costUsd: undefined,
      worked: true,
    });
  });

  it('Gemini CLI reports the pieces of its last words as a summary, session, tokens, and no cost', () => {
    expect(ended('gemini', 'success')).toEqual({
      kind: 'done',
      summary: 'The walls stand.',
      session: '8f0c9f4e-2f5e-4a39-a3f2-0b8c0f1f6b77',
      turns: 2,
      tokens: { input: 12000, output: 460, cached: 8000 },
      costUsd: undefined,
      worked: true,
    });
  });

  it('Copilot CLI reports the session that we named, the replies that it showed, and neither tokens nor cost', () => {
    expect(ended('copilot', 'success')).toEqual({
      kind: 'done',
      summary: 'It is done.',
      session: '6a0f3c1e-0000-4000-8000-000000000001',
      turns: 2,
      tokens: undefined,
      costUsd: undefined,
      worked: true,
    });
  });

  it('Copilot CLI that was asked to end is not done, though its last line says that it ended with 0', () => {
    expect(ended('copilot', 'aborted', { why: 'limit' }).kind).toBe('slice');
    expect(ended('copilot', 'aborted').kind).toBe('crashed');
  });

  it.each(['limit', 'halted'] as const)('and does not leave is done: it was ended by %s after its result', (why) => {
    expect(ended('claude', 'success', { why }).kind).toBe('done');
    expect(ended('claude', 'max-turns', { why }).kind).toBe('turns');
    expect(ended('claude', 'crash', { why }).kind).toBe(why === 'limit' ? 'slice' : 'budget');
  });

  it('and was cut at the end of its slice has given no result, though Claude Code prints one', () => {
    expect(ended('claude', 'interrupted', { why: 'limit' }).kind).toBe('slice');
    expect(ended('claude', 'interrupted', { why: 'halted' }).kind).toBe('budget');
  });

  it('is not done where its last answer broke off, whatever it makes of the rest', () => {
    const tokens = { input: 9_000, output: 700, cached: 10 };
    const failure = { kind: 'outage', what: 'the provider broke off its answer', isPartial: true } as const;
    const traffic = { requests: 4, hasTurns: true, tokens, models: {}, limit: undefined, failure };

    expect(ended('gemini', 'success', { traffic })).toMatchObject({
      kind: 'outage',
      failure: { what: 'gemini ended in the middle of an answer: the provider broke off its answer' },
    });
  });

  it('what the proxy counted beats what the agent says that it used', () => {
    const tokens = { input: 9_000, output: 700, cached: 10 };
    const traffic = {
      requests: 4,
      hasTurns: true,
      tokens,
      models: { opus: tokens },
      limit: undefined,
      failure: undefined,
    };

    expect(ended('claude', 'success', { traffic })).toMatchObject({ tokens, models: { opus: tokens } });
  });
});

describe('an agent that is not done', () => {
  it.each<[Run, string, number, AgentResult['kind'], string]>([
    ['claude', 'rate-limit', 1, 'quota', "claude was refused by the model's provider: 429"],
    ['claude', 'budget', 1, 'budget', 'claude used up max_usd'],
    ['claude', 'max-turns', 1, 'turns', 'claude reached its limit of turns'],
    ['claude', 'refusal', 1, 'refused', 'claude was refused by the model'],
    ['claude', 'login', 1, 'login', "claude did not finish: api_error, the model's provider answered 401"],
    ['claude', 'crash', 1, 'crashed', 'claude ended with 1 and without a result'],
    ['codex', 'rate-limit', 1, 'quota', 'codex says: exceeded retry limit, last status: 429 Too Many Requests'],
    ['codex', 'usage-limit', 1, 'quota', "codex says: You've hit your usage limit."],
    ['codex', 'refusal', 1, 'refused', 'codex says: Your prompt was flagged'],
    ['codex', 'content-filter', 1, 'refused', 'codex says: stream disconnected before completion'],
    ['codex', 'login', 1, 'login', 'codex says: unexpected status 401 Unauthorized'],
    ['codex', 'failure', 1, 'outage', 'codex says: stream disconnected before completion'],
    ['codex', 'crash', 101, 'crashed', 'codex ended with 101 and without a result'],
    ['gemini', 'rate-limit', 1, 'quota', 'gemini says: You exceeded your current quota'],
    ['gemini', 'max-turns', 53, 'turns', 'gemini reached its limit of turns'],
    ['gemini', 'max-turns-on-stderr', 53, 'turns', 'gemini reached its limit of turns'],
    ['gemini', 'refusal', 1, 'refused', 'gemini says: Response blocked'],
    ['gemini', 'blocked', 0, 'refused', 'gemini says: The model response was blocked due to safety settings.'],
    ['gemini', 'login', 41, 'login', 'gemini could not log in'],
    ['gemini', 'crash', 1, 'crashed', 'gemini ended with 1 and without a result'],
    ['copilot', 'rate-limit', 1, 'quota', 'copilot says: 429'],
    ['copilot', 'filtered', 0, 'refused', 'copilot was refused by the model'],
    ['copilot', 'no-model', 1, 'model', 'copilot says: Error: Model "gpt-4.1" from --model flag is not available.'],
    ['copilot', 'refusal', 1, 'refused', 'The prompt was filtered: content management policy'],
    ['copilot', 'account', 1, 'account', 'copilot says: 402'],
    ['copilot', 'login', 1, 'login', 'copilot says: 401 Authorization error.'],
    ['copilot', 'outage', 1, 'outage', 'copilot says: '],
    ['copilot', 'crash', 1, 'crashed', 'copilot ended with 1 and without a result'],
  ])('%s: %s (exit code %i) is %s', (run, file, code, kind, what) => {
    const end = ended(run, file, { code });

    expect(end.kind).toBe(kind);
    expect(end.failure?.what).toContain(what);
  });

  it.each<[Run, string, string | undefined]>([
    ['claude', 'rate-limit', '2026-11-23T12:00:00.000Z'],
    // It says four days, and is believed for five hours where nobody else saw it.
    ['codex', 'usage-limit', '2026-11-23T15:00:00.000Z'],
    ['codex', 'rate-limit', undefined],
    ['gemini', 'rate-limit', '2026-11-23T10:00:12.500Z'],
  ])('%s: %s says when its limit ends where it is told', (run, file, until) => {
    const end = ended(run, file, { code: 1 });

    expect(end.until === undefined ? undefined : new Date(end.until).toISOString()).toBe(until);
    expect(end.failure?.what.includes('its limit ends at')).toBe(until !== undefined);
  });

  it('a limit that the proxy saw tells when it ends, and explains a crash', () => {
    const until = NOW + 90_000;
    const traffic = {
      requests: 1,
      hasTurns: true,
      tokens: { input: 0, output: 0, cached: 0 },
      models: {},
      limit: { until },
      failure: undefined,
    };

    expect(ended('codex', 'rate-limit', { code: 1, traffic })).toMatchObject({ kind: 'quota', until });
    expect(ended('codex', 'crash', { code: 101, traffic })).toMatchObject({ kind: 'quota', until });
  });

  it('a limit is believed for eight days at most', () => {
    const limit = { until: NOW + 30 * 86_400_000 };
    const traffic = {
      requests: 1,
      hasTurns: true,
      tokens: { input: 0, output: 0, cached: 0 },
      models: {},
      limit,
      failure: undefined,
    };

    expect(ended('codex', 'rate-limit', { code: 1, traffic })).toMatchObject({ kind: 'quota', until: undefined });
  });

  it('says what is wrong with key or model before its first turn, unless an agent was there before', () => {
    const traffic = { ...NOTHING, requests: 1 };

    expect(ended('copilot', 'no-model', { code: 1, traffic }).kind).toBe('model');
    expect(ended('gemini', 'login', { code: 41, traffic }).kind).toBe('login');
    expect(ended('gemini', 'login', { code: 41, traffic, isFresh: false }).kind).toBe('crashed');
    expect(ended('gemini', 'login', { code: 41, traffic: { ...traffic, hasTurns: true } }).kind).toBe('crashed');
  });

  it('keeps what it used and its session, for the bill and for the next run', () => {
    expect(ended('claude', 'budget', { code: 1 })).toMatchObject({
      session: '4f1c2a9e-3f0b-4b9b-9f0a-5d6f4f6b8a11',
      turns: 3,
      costUsd: 2.61,
    });
  });

  it('costs an attempt for a closed list alone, and for a failure only where something was done', () => {
    const kinds = [
      ...(['quota', 'outage', 'login', 'account', 'model', 'address', 'missing', 'crashed'] as const),
      ...(['slice', 'budget', 'turns', 'refused', 'failed'] as const),
    ];

    expect(kinds.filter((kind) => problemOutcome(kind, true) === 'agent')).toEqual([
      ...['budget', 'turns', 'refused', 'failed'],
    ]);
    expect(kinds.filter((kind) => problemOutcome(kind, false) === 'agent')).toEqual(['budget', 'turns', 'refused']);
  });
});

describe('what is started', () => {
  const request: AgentRequest = {
    task: 'A-001',
    attempt: 1,
    model: 'best',
    command: 'bash agent.sh',
    brief: '/desk/brief.md',
    summary: '/desk/summary.md',
    maxUsd: undefined,
    maxTurns: undefined,
    newSession: '6a0f',
    access: undefined,
  };
  const access = { key: 'placeholder', url: 'http://127.0.0.1:4321/v1', source: { kind: 'key' } } as const;

  it.each(['claude', 'codex', 'gemini', 'copilot'] as const)('%s takes the model, unless nobody named one', (run) => {
    const { start } = ADAPTERS[run];

    expect(start(request).argv.join(' ')).toContain('--model best');
    expect(start({ ...request, model: 'default' }).argv).not.toContain('--model');
  });

  it('Claude Code holds the limits that it is given, and is pointed at the proxy', () => {
    const { argv, environment } = ADAPTERS.claude.start({ ...request, maxUsd: 2.5, maxTurns: 40, access });

    expect(argv.slice(-4)).toEqual(['--max-budget-usd', '2.5', '--max-turns', '40']);
    expect(environment).toMatchObject({ ANTHROPIC_BASE_URL: access.url, ANTHROPIC_API_KEY: 'placeholder' });
  });

  it('Codex reaches the proxy as a provider of its own, by a key from its environment', () => {
    const { argv, environment, input } = ADAPTERS.codex.start({ ...request, access });

    expect(argv.slice(0, 5)).toEqual(['codex', 'exec', '--json', '--sandbox', 'danger-full-access']);
    expect(argv).toContain(
      'model_providers.agent_waves={ name = "agent-waves", base_url = "http://127.0.0.1:4321/v1", env_key = "AGENT_WAVES_MODEL_KEY", wire_api = "responses" }',
    );
    expect(argv.at(-1)).toBe('-');
    expect(environment).toEqual({ AGENT_WAVES_MODEL_KEY: 'placeholder' });
    expect(input).toContain('/desk/brief.md');
  });

  it('Gemini CLI is pointed at the proxy by its settings, and asks nobody', () => {
    const { argv, environment, home } = ADAPTERS.gemini.start({ ...request, access });

    expect(JSON.parse(home?.['.gemini/settings.json'] ?? '')).toEqual({
      privacy: { usageStatisticsEnabled: false },
      security: { auth: { selectedType: 'gemini-api-key' } },
    });
    expect(environment).toMatchObject({ GOOGLE_GEMINI_BASE_URL: access.url, GEMINI_API_KEY: 'placeholder' });
    expect(argv).toEqual(expect.arrayContaining(['stream-json', '--approval-mode=yolo', '--prompt']));
    expect(environment).toMatchObject({ GEMINI_CLI_TRUST_WORKSPACE: 'true' });
  });

  it.each([
    [{ kind: 'subscription' }, { CLAUDE_CODE_OAUTH_TOKEN: 'placeholder', ANTHROPIC_BASE_URL: access.url }],
    [
      { kind: 'bedrock', region: 'eu-west-1' },
      {
        CLAUDE_CODE_USE_BEDROCK: '1',
        CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1',
        AWS_BEARER_TOKEN_BEDROCK: 'placeholder',
        AWS_REGION: 'eu-west-1',
        ANTHROPIC_BEDROCK_BASE_URL: access.url,
      },
    ],
    [
      { kind: 'vertex', project: 'walls', region: 'global' },
      {
        CLAUDE_CODE_USE_VERTEX: '1',
        CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
        ANTHROPIC_AUTH_TOKEN: 'placeholder',
        ANTHROPIC_VERTEX_PROJECT_ID: 'walls',
        CLOUD_ML_REGION: 'global',
        ANTHROPIC_VERTEX_BASE_URL: access.url,
      },
    ],
  ] as const)('Claude Code is told what stands behind the proxy: %o', (source, variables) => {
    const { environment } = ADAPTERS.claude.start({ ...request, access: { ...access, source } });

    expect(environment).toEqual({ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', ...variables });
  });

  it('Copilot CLI begins a session of our naming, is pointed at the proxy with all it asks, and asks nobody', () => {
    const { argv, environment, session } = ADAPTERS.copilot.start({ ...request, access });

    expect([argv[1], session]).toEqual(['--session-id=6a0f', '6a0f']);
    expect(argv).toEqual(expect.arrayContaining(['--allow-all-tools', '--no-ask-user', '--disable-builtin-mcps']));
    expect(environment).toEqual({
      COPILOT_GITHUB_TOKEN: 'placeholder',
      COPILOT_API_URL: access.url,
      COPILOT_DEBUG_GITHUB_API_URL: access.url,
    });
  });

  it.each([
    ['claude', '-p --resume s-1 --output-format'],
    ['codex', '--model best resume s-1 -'],
    ['gemini', 'gemini --resume s-1 --output-format'],
    ['copilot', 'copilot --resume=s-1 --output-format'],
  ] as const)('%s goes on with a session', (run, words) => {
    const launch = ADAPTERS[run].resume(request, 's-1');

    expect(launch?.argv.join(' ')).toContain(words);
    expect(`${launch?.input} ${launch?.argv.join(' ')}`).toContain('Go on with task A-001');
  });

  it('a command cannot go on with a session: it starts anew', () => {
    expect(ADAPTERS.command.resume(request, 's-1')).toBeUndefined();
    expect(ADAPTERS.command.start(request).argv).toEqual(['bash', '--norc', '-c', 'bash agent.sh']);
  });
});
