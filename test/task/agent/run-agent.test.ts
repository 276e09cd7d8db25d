import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Assignment } from '../../../src/task/protocol/assignment.ts';
import { eventually } from '../../support/waiting.ts';
import { type AgentStep, command, openAgentStep } from '../support/agent-step.ts';
import { untilGone } from '../support/processes.ts';
import { type Answer, json, startUpstream, type Upstream } from '../support/upstream.ts';

type Name = 'claude' | 'codex' | 'gemini' | 'copilot';

const REAL = 'sk-real-key-0123456789';

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

function agentOf(run: Name, limits: Pick<Assignment['agent'], 'max_usd' | 'max_turns'> = {}): Assignment['agent'] {
  return { agent: 'general-purpose', model: 'sonnet', run, ...limits };
}

interface StandIn {
  /** Documented output that it prints. */
  readonly prints: string;
  readonly exit?: number;
  /** Statements that run before it prints. */
  readonly first?: string;
  /** Statements that run when it has printed, in place of its end. */
  readonly instead?: string;
}

/** A program of this name that keeps what it was given, and prints what the real one is documented to print. */
async function install(name: Name, { prints, exit = 0, first = '', instead }: StandIn): Promise<void> {
  const output = await readFile(new URL(`adapters/cases/${name}/${prints}.jsonl`, import.meta.url), 'utf8');
  await step.install(
    name,
    `#!${process.execPath}
const { readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const keep = (file, value) => writeFileSync(file, JSON.stringify(value));
keep('argv.json', process.argv.slice(2));
keep('env.json', process.env);
keep('stdin.json', readFileSync(0, 'utf8'));
(async () => {
  ${first}
  process.stdout.write(${JSON.stringify(output)}, () => { ${instead ?? `process.exit(${exit})`} });
})();
`,
  );
}

async function given<Value>(file: 'argv' | 'env' | 'stdin'): Promise<Value> {
  return JSON.parse(await step.inWork(`${file}.json`)) as Value;
}

/** What each real program does with its address and key, or its settings: one request to its model. */
const ASKS: Readonly<Record<Name, string>> = {
  claude: asks(`process.env.ANTHROPIC_BASE_URL + '/v1/messages'`, `'x-api-key': process.env.ANTHROPIC_API_KEY`),
  codex: asks(
    `/base_url = "([^"]+)"/.exec(process.argv.join(' '))[1] + '/responses'`,
    `authorization: 'Bearer ' + process.env.AGENT_WAVES_MODEL_KEY`,
  ),
  gemini: `if (JSON.parse(readFileSync(process.env.HOME + '/.gemini/settings.json')).security.auth.selectedType !== 'gemini-api-key')
    throw new Error('Invalid auth method selected.');
  ${asks(`process.env.GOOGLE_GEMINI_BASE_URL + '/v1beta/models/m:streamGenerateContent?alt=sse'`, `'x-goog-api-key': process.env.GEMINI_API_KEY`)}`,
  copilot: asks(
    `process.env.COPILOT_API_URL + '/v1/messages'`,
    `authorization: 'Bearer ' + process.env.COPILOT_GITHUB_TOKEN`,
  ),
};

function asks(address: string, key: string): string {
  return `const answer = await fetch(${address}, { method: 'POST', body: '{}',
    headers: { 'content-type': 'application/json', ${key} } });
  const reader = answer.body.getReader();
  console.error('answered ' + Buffer.from((await reader.read()).value));
  while (!(await reader.read()).done);`;
}

const PROVIDERS: Readonly<Record<Name, string>> = {
  claude: 'ANTHROPIC',
  codex: 'OPENAI',
  gemini: 'GEMINI',
  copilot: 'COPILOT',
};
const KEY_HEADERS: Readonly<Record<Name, string>> = {
  claude: 'x-api-key',
  codex: 'authorization',
  gemini: 'x-goog-api-key',
  copilot: 'authorization',
};
/** Without a token Copilot CLI is not started. */
const COPILOT_TOKEN = { INPUT_COPILOT_TOKEN: REAL };

async function withKey(name: Name, answer: Answer): Promise<Record<string, string>> {
  upstream = await startUpstream(answer);
  const provider = PROVIDERS[name];
  return {
    [name === 'copilot' ? 'INPUT_COPILOT_TOKEN' : `INPUT_${provider}_API_KEY`]: REAL,
    [`INPUT_${provider}_BASE_URL`]: upstream.url,
  };
}

describe.each<[Name, string, string]>([
  ['claude', 'I wrote the walls and the tests pass.', 'Turn 2 · Bash npm test'],
  ['codex', 'I wrote src/a.txt.', "Turn 1 · command bash -lc 'cat brief.md'"],
  ['gemini', 'The walls stand.', 'Turn 1 · run_shell_command npm test'],
  ['copilot', 'It is done.', 'Turn 1 · bash echo hello > made.txt'],
])('%s', (name, summary, title) => {
  it('is told where the brief is, and its work goes on to verification', async () => {
    await install(name, { prints: 'success' });

    const { end, report } = await step.run({ agent: agentOf(name), environment: COPILOT_TOKEN });

    expect(end.outputs.next).toBe('verify');
    expect(report.summary).toBe(summary);
    const prompt = `${await given('stdin')} ${(await given<string[]>('argv')).join(' ')}`;
    expect(prompt).toContain(`Read the brief at ${join(step.folder, 'desk/brief.md')}`);
    expect(prompt).toContain('--model sonnet');
    expect(step.shown()).toContain(`::group::${title}\n`);
  });

  it('is asked to end by SIGINT, and everything of it is gone', async () => {
    const first = `keep('pid.json', process.pid);
      process.on('SIGINT', () => { keep('signal.json', 'SIGINT'); process.exit(130); });`;
    const instead = `console.log('ready'); setInterval(() => {}, 1000);`;
    await install(name, { prints: 'crash', first, instead });
    const cancel = new AbortController();
    const ended = step.run({ agent: agentOf(name), environment: COPILOT_TOKEN, signal: cancel.signal });
    await eventually('the agent works', () => step.shown().includes('ready'));

    cancel.abort();

    await expect(ended).rejects.toThrow('the run was cancelled while the agent worked');
    expect(await step.inWork('signal.json')).toBe('"SIGINT"');
    await untilGone(Number(await step.inWork('pid.json')));
  });

  it('is named with the command that installs it where it is not installed, and no attempt is used', async () => {
    const { conclusion } = await step.run({
      agent: agentOf(name),
      environment: { ...COPILOT_TOKEN, PATH: join(step.folder, 'bin') },
    });

    expect(conclusion?.outcome).toBe('infrastructure');
    expect(conclusion?.failure?.what).toMatch(
      new RegExp(
        `^${name} is not installed on the runner; ${name === 'copilot' ? 'set `copilot: true`' : `put its key into the secret \`${PROVIDERS[name]}_API_KEY\``} .*, or add \`- run: npm install --global @`,
      ),
    );
    expect([conclusion?.cause?.kind, conclusion?.needs]).toEqual(['setup', 'person']);
  });

  it('that is refused, crashes or may not log in ends as that', async () => {
    const outcomes: string[] = [];
    for (const prints of ['refusal', 'crash', 'login']) {
      await install(name, { prints, exit: prints === 'login' && name === 'gemini' ? 41 : 1 });
      outcomes.push(
        (await step.run({ agent: agentOf(name), environment: COPILOT_TOKEN })).conclusion?.outcome ?? 'none',
      );
    }

    expect(outcomes).toEqual(['agent', 'infrastructure', 'infrastructure']);
  });
});

it.each(['claude', 'codex', 'gemini'] as const)(
  '%s with a login of its own that meets a limit of its provider is no failure of the attempt',
  async (name) => {
    await install(name, { prints: 'rate-limit', exit: 1 });

    const { end, conclusion } = await step.run({ agent: agentOf(name) });

    expect(end.outputs.next).toBe('report');
    expect(conclusion?.outcome).toBe('quota');
  },
);

describe.each(['claude', 'codex', 'gemini', 'copilot'] as const)('the key of %s', (name) => {
  const counts = { input: 10, output: 7, cached: 0 };
  const used =
    name === 'gemini'
      ? { modelVersion: 'm-1', usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 7 } }
      : { model: 'm-1', usage: { input_tokens: 10, output_tokens: 7 } };

  it('stays with us: the agent gets an address on this machine and a placeholder', async () => {
    await install(name, { prints: 'success', first: ASKS[name] });

    const { report } = await step.run({ agent: agentOf(name), environment: await withKey(name, json(used)) });

    const [asked] = upstream?.asked ?? [];
    expect(asked?.headers[KEY_HEADERS[name]]).toContain(REAL);
    const seen = JSON.stringify([await given('env'), await given('argv'), await given('stdin')]);
    expect(seen).toContain('http://127.0.0.1:');
    expect(seen).not.toContain(REAL);
    expect(seen).not.toContain(upstream?.url);
    expect(report).toMatchObject({ tokens: counts, models: { 'm-1': counts } });
  });

  it('is counted for where the slice ends in the middle of an answer', async () => {
    await install(name, { prints: 'crash', first: ASKS[name] });
    const part = {
      claude: { type: 'message_start', message: used },
      codex: { type: 'response.completed', response: used },
      gemini: used,
      copilot: { type: 'message_start', message: used },
    }[name];
    const hangs: Answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(part)}\n\n`);
    };

    const environment = await withKey(name, hangs);
    const { report, conclusion } = await step.run({ agent: agentOf(name), environment, sliceMinutes: 0.03 });

    expect(conclusion?.outcome).toBe('continued');
    expect(step.shown()).toContain('answered data:');
    expect(report).toMatchObject({ tokens: counts, models: { 'm-1': counts } });
  });

  it('opens nothing when the agent has ended', async () => {
    await install(name, { prints: 'success', first: ASKS[name] });

    await step.run({ agent: agentOf(name), environment: await withKey(name, json(used)) });

    const seen = JSON.stringify([await given('env'), await given('argv')]);
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(seen) ?? [];
    await expect(fetch(address)).rejects.toThrow('fetch failed');
  });

  it('is at its limit until the provider says: the result says it, too', async () => {
    await install(name, { prints: 'rate-limit', exit: 1, first: ASKS[name] });
    const limited = json({ error: { message: 'slow down' } }, 429, { 'retry-after': '3600' });
    const before = Date.now();

    const { conclusion } = await step.run({ agent: agentOf(name), environment: await withKey(name, limited) });

    expect(conclusion?.outcome).toBe('quota');
    const wait = Date.parse(conclusion?.until ?? '') - before;
    expect(wait).toBeGreaterThanOrEqual(3_600_000 - 1);
    expect(wait).toBeLessThan(3_660_000);
  });

  it('reaches the agent directly where the machine has a proxy to the network', async () => {
    await install(name, { prints: 'success' });
    const environment = { ...(await withKey(name, json(used))), HTTPS_PROXY: 'http://user:hunter22@proxy.example:1' };

    await step.run({ agent: agentOf(name), environment });

    expect(await given('env')).toMatchObject({ NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' });
  });
});

it('Copilot CLI that has said that it is at a limit is asked to leave, and holds the runner no longer', async () => {
  await install('copilot', {
    prints: 'stays-limited',
    first: ASKS.copilot,
    instead: "process.on('SIGINT', () => process.exit(1)); setInterval(() => {}, 1000);",
  });
  const limited = json({ error: { message: 'slow down' } }, 429, { 'retry-after': '3600' });
  const environment = await withKey('copilot', limited);
  const began = Date.now();

  const { conclusion } = await step.run({ agent: agentOf('copilot'), environment, sliceMinutes: 3 });

  expect(conclusion?.outcome).toBe('quota');
  expect(Date.now() - began).toBeLessThan(120_000);
});

const IS_ROOT = process.getuid?.() === 0;

it.skipIf(!IS_ROOT)(
  'Gemini CLI finds its settings as another user, also where it left a link in their place',
  async () => {
    const first = `${ASKS.gemini}
    rmSync(process.env.HOME + '/.gemini', { recursive: true });
    symlinkSync('/etc', process.env.HOME + '/.gemini');`;
    await install('gemini', { prints: 'success', first });
    const environment = await withKey('gemini', json({}));
    await step.run({ agent: agentOf('gemini'), environment, isolation: 'user' });

    const { end } = await step.run({ agent: agentOf('gemini'), environment, isolation: 'user' });

    expect(end.outputs.next).toBe('verify');
    expect(existsSync('/etc/settings.json')).toBe(false);
  },
);

it('no agent without a key of its own sees the keys of the others', async () => {
  const keys = {
    INPUT_ANTHROPIC_API_KEY: 'canary-a',
    INPUT_OPENAI_API_KEY: 'canary-o',
    INPUT_GEMINI_API_KEY: 'canary-g',
    INPUT_ANTHROPIC_OAUTH_TOKEN: 'canary-t',
    INPUT_COPILOT_TOKEN: 'canary-c',
    AWS_SECRET_ACCESS_KEY: 'canary-s',
    GOOGLE_APPLICATION_CREDENTIALS: '/canary-f',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-i',
  };

  await step.run({ agent: command('env > env.txt'), environment: keys });

  expect(await step.inWork('env.txt')).not.toContain('canary');
});

it('a secret that an agent prints is hidden in log, file, summary and failure', async () => {
  const print = `console.log('I found ${REAL}'); console.error('and ${REAL.slice(0, 9)}' + '${REAL.slice(9)}');`;
  await install('gemini', { prints: 'crash', exit: 1, first: print });

  const { conclusion } = await step.run({ agent: agentOf('gemini'), environment: { INPUT_GEMINI_API_KEY: REAL } });

  const file = await readFile(join(step.folder, 'logs/agent.log'), 'utf8');
  for (const text of [step.shown(), file, conclusion?.failure?.output ?? '']) {
    expect(text).toContain('I found ***');
    expect(text).not.toContain(REAL);
  }
});

it('a summary that holds a secret is hidden, too', async () => {
  const { report } = await step.run({
    agent: command(`echo "the key is ${REAL}" > "$AGENT_WAVES_SUMMARY"`),
    environment: { INPUT_GEMINI_API_KEY: REAL },
  });

  expect(report.summary).toBe('the key is ***');
});

describe('what a budget has reserved', () => {
  /** 10 tokens of input and 7 of output at a dollar for a thousand. */
  const COST = 0.017;
  const prices = [{ match: '*', input: 1_000, output: 1_000 }];

  it.each(['claude', 'codex', 'gemini', 'copilot'] as const)(
    'ends the slice of %s at or under it, whatever the program tells or does',
    async (name) => {
      const bounded = ASKS[name].replace("body: '{}'", `body: '${bodyOf(name)}'`);
      const again = `for (let asked = 0; asked < 20; asked++) await (async () => { ${bounded} })().catch(() => undefined);`;
      await install(name, { prints: 'crash', first: again, instead: 'setInterval(() => {}, 1000)' });
      const capUsd = 0.1;

      const environment = await withKey(name, json(usedBy(name)));
      const { report, conclusion } = await step.run({
        agent: agentOf(name),
        environment,
        capUsd,
        prices,
        sliceMinutes: 10,
      });

      expect(conclusion).toEqual({ outcome: 'continued', cause: { kind: 'cap-reached', usd: capUsd } });
      expect(report.cost_usd).toBeLessThanOrEqual(capUsd);
      expect(report.cost_usd).toBeCloseTo(COST * (upstream?.asked.length ?? 0), 9);
      expect(upstream?.asked.length).toBeGreaterThan(1);
    },
  );

  it('is what a program is told, and its own end by it is no failure of the attempt', async () => {
    await install('claude', { prints: 'budget', exit: 1 });

    const { report, conclusion } = await step.run({ agent: agentOf('claude', { max_usd: 9 }), capUsd: 2.5 });

    expect((await given<string[]>('argv')).join(' ')).toContain('--max-budget-usd 2.5');
    expect(conclusion).toEqual({ outcome: 'continued', cause: { kind: 'cap-reached', usd: 2.5 } });
    expect(report.cost_usd).toBe(2.61);
  });

  it('starts no program where nothing of it is left', async () => {
    await install('claude', { prints: 'success' });

    const { conclusion } = await step.run({ agent: agentOf('claude'), capUsd: 0 });

    expect(conclusion).toEqual({ outcome: 'continued', cause: { kind: 'cap-reached', usd: 0 } });
    await expect(given('argv')).rejects.toThrow();
  });

  it('is not believed to be less spent than the proxy counted', async () => {
    await install('claude', { prints: 'success', first: ASKS.claude });
    const dear = [{ match: '*', input: 1e6, output: 1e6 }];

    const environment = await withKey('claude', json(usedBy('claude')));
    const { report } = await step.run({ agent: agentOf('claude'), environment, prices: dear });

    expect(report.cost_usd).toBe(17);
  });
});

/** With a bound of its own, so that little is kept for one request. */
function bodyOf(name: Name): string {
  const bound = {
    claude: { max_tokens: 10 },
    codex: { max_output_tokens: 10 },
    gemini: { generationConfig: { maxOutputTokens: 10 } },
    copilot: { max_tokens: 10 },
  }[name];
  return JSON.stringify({ model: 'm', ...bound });
}

function usedBy(name: Name): object {
  if (name === 'gemini') return { modelVersion: 'm', usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 7 } };
  return { model: 'm', usage: { input_tokens: 10, output_tokens: 7 } };
}

describe('max_usd', () => {
  it('is given to Claude Code, which ends by itself when it is used up', async () => {
    await install('claude', { prints: 'budget', exit: 1 });

    const { report, conclusion } = await step.run({ agent: agentOf('claude', { max_usd: 2.5 }) });

    expect((await given<string[]>('argv')).join(' ')).toContain('--max-budget-usd 2.5');
    expect(conclusion).toMatchObject({ outcome: 'agent', failure: { what: 'claude used up max_usd' } });
    expect(report.cost_usd).toBe(2.61);
  });

  it('ends an agent that has reported more and goes on', async () => {
    const first = `keep('pid.json', process.pid);`;
    await install('claude', { prints: 'budget', first, instead: 'setInterval(() => {}, 1000)' });

    const { conclusion } = await step.run({ agent: agentOf('claude', { max_usd: 2.5 }), sliceMinutes: 10 });

    expect(conclusion?.failure?.what).toBe('claude used up max_usd');
    await untilGone(Number(await step.inWork('pid.json')));
  });

  it.each(['codex', 'gemini', 'copilot'] as const)(
    'cannot be held for %s, which reports no cost: the log says so',
    async (name) => {
      await install(name, { prints: 'success' });

      const { report } = await step.run({ agent: agentOf(name, { max_usd: 2.5 }), environment: COPILOT_TOKEN });

      expect(step.shown()).toContain(`::warning title=max_usd is not held::${name} reports no cost`);
      expect(report.cost_usd).toBeUndefined();
    },
  );
});

describe.each<[Name, string]>([
  ['claude', '--resume s-1'],
  ['codex', 'resume s-1 -'],
  ['gemini', '--resume s-1'],
  ['copilot', '--resume=s-1'],
])('a session of %s', (name, words) => {
  it('goes on where the assignment names one', async () => {
    await install(name, { prints: 'success' });

    const { end } = await step.run({ agent: agentOf(name), environment: COPILOT_TOKEN, session: 's-1' });

    expect(end.outputs.next).toBe('verify');
    expect((await given<string[]>('argv')).join(' ')).toContain(words);
  });

  it('that is gone is begun anew', async () => {
    const gone = `if (process.argv.join(' ').includes('s-1')) {
      console.error('No conversation found with session ID: s-1');
      process.exit(1);
    }`;
    await install(name, { prints: 'success', first: gone });

    const { end } = await step.run({ agent: agentOf(name), environment: COPILOT_TOKEN, session: 's-1' });

    expect(end.outputs.next).toBe('verify');
    expect((await given<string[]>('argv')).join(' ')).not.toContain('s-1');
    expect(step.shown()).toContain(
      `Session s-1 cannot be resumed (${name} ended with 1 and without a result): the agent starts anew`,
    );
  });
});

describe('max_turns', () => {
  it('is given to Claude Code, and to Gemini CLI by its settings', async () => {
    await install('claude', { prints: 'max-turns', exit: 1 });
    const { conclusion } = await step.run({ agent: agentOf('claude', { max_turns: 2 }) });

    expect((await given<string[]>('argv')).join(' ')).toContain('--max-turns 2');
    expect(conclusion).toMatchObject({ outcome: 'agent', failure: { what: 'claude reached its limit of turns' } });

    await install('gemini', {
      prints: 'max-turns',
      exit: 53,
      first: `keep('settings.json', JSON.parse(readFileSync(process.env.HOME + '/.gemini/settings.json')));`,
    });
    await step.run({ agent: agentOf('gemini', { max_turns: 2 }) });

    expect(JSON.parse(await step.inWork('settings.json'))).toMatchObject({ model: { maxSessionTurns: 2 } });
  });

  it.each(['codex', 'gemini', 'copilot'] as const)('ends %s at the first reply beyond it', async (name) => {
    const first = `keep('pid.json', process.pid);`;
    await install(name, { prints: 'crash', first, instead: 'setInterval(() => {}, 1000)' });
    // The one reply of this output is beyond it.
    const none = { agent: agentOf(name, { max_turns: 0 }), environment: COPILOT_TOKEN, sliceMinutes: 0.5 };

    const { conclusion } = await step.run(none);

    expect(conclusion).toMatchObject({
      outcome: 'agent',
      failure: { what: `${name} was ended: it has used up its 0 turns (max_turns)` },
    });
    await untilGone(Number(await step.inWork('pid.json')));
  });

  it('lets an agent end by itself at the last reply that it has', async () => {
    await install('codex', { prints: 'success' });

    const { end } = await step.run({ agent: agentOf('codex', { max_turns: 3 }) });

    expect(end.outputs.next).toBe('verify');
  });
});

it('a cancelled step ends the agent and its proxy', async () => {
  const cancel = new AbortController();
  const instead = `keep('pid.json', process.pid); console.log('ready'); setInterval(() => {}, 1000);`;
  await install('claude', { prints: 'crash', instead });
  const environment = await withKey('claude', json({}));
  const ended = step.run({ agent: agentOf('claude'), environment, signal: cancel.signal });
  await eventually('the agent works', () => step.shown().includes('ready'));

  cancel.abort();

  await expect(ended).rejects.toThrow('the run was cancelled while the agent worked');
  await untilGone(Number(await step.inWork('pid.json')));
  const { ANTHROPIC_BASE_URL = '' } = await given<Record<string, string>>('env');
  await expect(fetch(ANTHROPIC_BASE_URL)).rejects.toThrow('fetch failed');
});
