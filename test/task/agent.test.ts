import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AgentReport, Assignment, Conclusion } from '../../src/task/assignment.ts';
import type { Environment, Job } from '../../src/task/job.ts';
import type { StepEnd } from '../../src/task/step.ts';
import { agent } from '../../src/task/steps/agent.ts';
import { virtualClock } from './support/machine.ts';
import { untilGone } from './support/processes.ts';
import { inputsFor, TOOLS } from './support/site.ts';

let folder: string;
let shown: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-agent-'));
  for (const part of ['work', 'desk', 'bin']) await mkdir(join(folder, part));
  shown = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += text;
    return true;
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface AgentCase {
  readonly agent: Assignment['agent'];
  readonly environment?: Environment;
  readonly sliceMinutes?: number;
  readonly signal?: AbortSignal;
  readonly install?: readonly string[];
}

/** Runs the agent step in an empty folder, without git and GitHub: it needs neither. */
async function run({
  agent: routed,
  environment = {},
  sliceMinutes = 1,
  signal,
  install = [],
}: AgentCase): Promise<{ end: StepEnd; report: AgentReport; conclusion: Conclusion | undefined }> {
  const assignment: Assignment = {
    dispatch: inputsFor(12, { attempt: 2 }),
    claim: '',
    base: { branch: 'main', head: '' },
    task: { title: 'Walls', outputs: [] },
    agent: routed,
    rules: { plan: '', progress: '', sliceMinutes, install, checks: { integration: {} }, checkTries: 1, protected: [] },
  };
  const job: Job = {
    owner: 'acme',
    repository: 'small',
    run: 1,
    runAttempt: 1,
    remote: '',
    apiUrl: '',
    runUrl: '',
    token: '',
    workspace: join(folder, 'work'),
    folder,
    summaryFile: undefined,
  };
  const end = await agent({
    job,
    environment: {
      PATH: [join(folder, 'bin'), ...TOOLS].join(':'),
      STEPS: JSON.stringify({ claim: { outputs: { assignment: JSON.stringify(assignment) } } }),
      ...environment,
    },
    clock: virtualClock(),
    signal: signal ?? new AbortController().signal,
  });
  return {
    end,
    report: end.outputs.report as AgentReport,
    conclusion: end.outputs.conclusion as Conclusion | undefined,
  };
}

function command(text: string): Assignment['agent'] {
  return { agent: 'general-purpose', model: 'sonnet', run: 'command', command: text };
}

const CLAUDE: Assignment['agent'] = { agent: 'general-purpose', model: 'sonnet', run: 'claude' };

/** A stand-in that takes what Claude Code takes and says what it says. */
async function installClaude(result: object | undefined, { exit = 0 } = {}): Promise<void> {
  const lines = [
    { type: 'system', subtype: 'init', session_id: 's-1' },
    {
      type: 'assistant',
      message: {
        content: [
          { type: 'text', text: 'I read the brief.' },
          { type: 'tool_use', name: 'Write', input: { file_path: 'a.txt' } },
        ],
      },
    },
    ...(result
      ? [
          {
            type: 'result',
            subtype: 'success',
            is_error: false,
            result: 'All done.',
            session_id: 's-1',
            num_turns: 3,
            total_cost_usd: 0.25,
            ...result,
          },
        ]
      : []),
  ];
  const program = `#!/usr/bin/env bash\nprintf '%s\\n' "$@" > args.txt\ncat > prompt.txt\nenv > env.txt\ncat <<'END'\n${lines.map((line) => JSON.stringify(line)).join('\n')}\nEND\nexit ${exit}\n`;
  await writeFile(join(folder, 'bin/claude'), program);
  await chmod(join(folder, 'bin/claude'), 0o755);
}

const inWork = (file: string): Promise<string> => readFile(join(folder, 'work', file), 'utf8');

test('a command that ends with 0 is done, and its summary file is its report', async () => {
  const { end, report } = await run({
    agent: command(
      'echo "$AGENT_WAVES_TASK $AGENT_WAVES_ATTEMPT $AGENT_WAVES_MODEL" > "$AGENT_WAVES_SUMMARY"; cat "$AGENT_WAVES_BRIEF" || true',
    ),
  });

  expect(end.outputs.next).toBe('verify');
  expect(report.summary).toBe('A-001 2 sonnet');
});

test('a command that fails ends the attempt with the end of its output', async () => {
  const { end, conclusion } = await run({ agent: command('echo "no idea"; exit 3') });

  expect(end.outputs.next).toBe('report');
  expect(conclusion).toEqual({ outcome: 'agent', failure: { what: 'the agent ended with 3', output: 'no idea' } });
});

test('agents see tools, language and a home of their own, and no variable of the job', async () => {
  const canaries = {
    GITHUB_TOKEN: 'canary',
    GITHUB_OUTPUT: '/canary',
    ACTIONS_RUNTIME_TOKEN: 'canary',
    RUNNER_TEMP: '/canary',
    INPUT_TOKEN: 'canary',
    INPUT_ANTHROPIC_API_KEY: 'canary',
    AWS_SECRET_ACCESS_KEY: 'canary',
    NODE_OPTIONS: '--canary',
    LANG: 'C.UTF-8',
  };

  await run({
    agent: command(
      'env -0 | cut -z -d= -f1 | tr "\\0" "\\n" | sort > names.txt; env | grep -c canary > canaries.txt || true',
    ),
    environment: canaries,
  });

  const names = (await inWork('names.txt'))
    .trim()
    .split('\n')
    .filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
  expect(names.filter((name) => name !== 'RUSTUP_HOME')).toEqual([
    'AGENT_WAVES_ATTEMPT',
    'AGENT_WAVES_BRIEF',
    'AGENT_WAVES_MODEL',
    'AGENT_WAVES_PROCESS',
    'AGENT_WAVES_SUMMARY',
    'AGENT_WAVES_TASK',
    'CI',
    'HOME',
    'LANG',
    'PATH',
    'TMPDIR',
  ]);
  expect(await inWork('canaries.txt')).toBe('0\n');
});

test('an agent that is not finished in time is ended with everything that it started, wherever that hides', async () => {
  const stubborn = `trap '' TERM; (sleep 300 & echo $! > child.txt; wait) & setsid sleep 300 & echo $! > escaped.txt; sleep 300`;

  const { conclusion } = await run({ agent: command(stubborn), sliceMinutes: 0.01 });

  expect(conclusion?.failure?.what).toBe('the agent was not finished after 0.01 minutes (slice)');
  for (const file of ['child.txt', 'escaped.txt']) await untilGone(Number(await inWork(file)));
}, 20_000);

test('what an agent leaves running ends with it', async () => {
  await run({
    agent: command('sleep 300 & echo $! > left.txt; setsid nohup sleep 300 > /dev/null 2>&1 & echo $! > daemon.txt'),
  });

  for (const file of ['left.txt', 'daemon.txt']) await untilGone(Number(await inWork(file)));
});

test('a cancelled step ends its agent and leaves no verdict', async () => {
  const cancel = new AbortController();
  const ended = run({ agent: command('sleep 300 & echo $! > child.txt; echo ready; wait'), signal: cancel.signal });
  await vi.waitUntil(() => shown.includes('ready'), { timeout: 10_000 });

  cancel.abort();

  await expect(ended).rejects.toThrow('the run was cancelled while the agent worked');
  await untilGone(Number(await inWork('child.txt')));
});

test('workflow commands in the output of an agent are text', async () => {
  await run({ agent: command('echo "::set-env name=X::y"; echo "::error::fake"') });

  const [, word] = /::stop-commands::(\S+)/.exec(shown) ?? [];
  expect(word).toBeDefined();
  expect(shown.indexOf('::error::fake')).toBeGreaterThan(shown.indexOf('::stop-commands::'));
  expect(shown.indexOf(`::${word}::`)).toBeGreaterThan(shown.indexOf('::error::fake'));
});

test('an install that fails ends the attempt before the agent starts', async () => {
  const { conclusion } = await run({ agent: command('touch started'), install: ['echo broken lock; exit 1'] });

  expect(conclusion).toMatchObject({
    outcome: 'agent',
    failure: { what: expect.stringContaining('`echo broken lock; exit 1` failed'), output: 'broken lock' },
  });
  await expect(inWork('started')).rejects.toThrow('ENOENT');
});

test('Claude Code gets its prompt by standard input and its key from the action, and reports what it cost', async () => {
  await installClaude({});

  const { end, report } = await run({ agent: CLAUDE, environment: { INPUT_ANTHROPIC_API_KEY: 'sk-test' } });

  expect(end.outputs.next).toBe('verify');
  expect(report).toMatchObject({ summary: 'All done.', session: 's-1', turns: 3, cost_usd: 0.25 });
  expect(await inWork('prompt.txt')).toContain(join(folder, 'desk/brief.md'));
  expect((await inWork('args.txt')).split('\n')).toEqual(
    expect.arrayContaining(['-p', 'stream-json', '--verbose', 'acceptEdits', '--model', 'sonnet']),
  );
  expect(await inWork('env.txt')).toContain('ANTHROPIC_API_KEY=sk-test');
  expect(shown).toContain('I read the brief.\n> Write {"file_path":"a.txt"}');
});

test.each([
  ['a turn limit', { subtype: 'error_max_turns' }, 0, 'agent', 'claude did not finish: error_max_turns'],
  [
    'an error with success as its subtype',
    { is_error: true, api_error_status: 500 },
    1,
    'agent',
    "claude did not finish: the model's provider answered 500, exit code 1",
  ],
  ['a rate limit', { is_error: true, api_error_status: 429 }, 1, 'quota', "the model's provider answered 429"],
  [
    'an end that its reason tells',
    { is_error: true, terminal_reason: 'prompt_too_long' },
    1,
    'agent',
    'claude did not finish: prompt_too_long, exit code 1',
  ],
])('Claude Code that ends with %s has not finished', async (_, result, exit, outcome, what) => {
  await installClaude(result, { exit });

  const { conclusion } = await run({ agent: CLAUDE });

  expect(conclusion).toMatchObject({ outcome, failure: { what } });
});

test('Claude Code that dies without a result has not finished', async () => {
  await installClaude(undefined, { exit: 1 });

  const { conclusion } = await run({ agent: CLAUDE });

  expect(conclusion).toMatchObject({ outcome: 'agent', failure: { what: 'claude ended with 1 and without a result' } });
});

test('an agent that is not installed is named with the command that installs it', async () => {
  const { conclusion } = await run({ agent: CLAUDE, environment: { PATH: '/usr/bin:/bin' } });

  expect(conclusion?.failure?.what).toBe(
    'claude is not installed on the runner; add a step that does: npm install --global @anthropic-ai/claude-code',
  );
});

test('endless output of an agent is bounded in the log and in memory, and its end is kept', async () => {
  const { conclusion } = await run({
    agent: command('yes "a line of text that goes on and on" | head -c 30000000; echo; echo the end; exit 1'),
  });

  expect(shown.length).toBeLessThan(3_000_000);
  expect(conclusion?.failure?.output).toMatch(/the end$/);
});
