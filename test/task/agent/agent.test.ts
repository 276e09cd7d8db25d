import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/waiting.ts';
import { type AgentStep, command, openAgentStep } from '../support/agent-step.ts';
import { untilGone } from '../support/processes.ts';

let step: AgentStep;

beforeEach(async () => {
  step = await openAgentStep();
});
afterEach(() => step.close());

test('a command that ends with 0 is done, and its summary file is its report', async () => {
  const { end, report } = await step.run({
    agent: command(
      'echo "$AGENT_WAVES_TASK $AGENT_WAVES_ATTEMPT $AGENT_WAVES_MODEL" > "$AGENT_WAVES_SUMMARY"; cat "$AGENT_WAVES_BRIEF" || true',
    ),
  });

  expect(end.outputs.next).toBe('verify');
  expect(report.summary).toBe('A-001 2 sonnet');
});

test('a command that fails ends the attempt with the end of its output', async () => {
  const { end, conclusion } = await step.run({ agent: command('echo "no idea"; exit 3') });

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

  await step.run({
    agent: command(
      'env -0 | cut -z -d= -f1 | tr "\\0" "\\n" | sort > names.txt; env | grep -c canary > canaries.txt || true',
    ),
    environment: canaries,
  });

  const names = (await step.inWork('names.txt'))
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
  expect(await step.inWork('canaries.txt')).toBe('0\n');
});

test('an agent that is not finished in time is ended with everything that it started, wherever that hides', async () => {
  const stubborn = `trap '' TERM; (sleep 300 & echo $! > child.txt; wait) & setsid sleep 300 & echo $! > escaped.txt; sleep 300`;

  const { conclusion } = await step.run({ agent: command(stubborn), sliceMinutes: 0.01 });

  expect(conclusion).toEqual({ outcome: 'continued' });
  for (const file of ['child.txt', 'escaped.txt']) await untilGone(Number(await step.inWork(file)));
});

test('what an agent leaves running ends with it', async () => {
  await step.run({
    agent: command('sleep 300 & echo $! > left.txt; setsid nohup sleep 300 > /dev/null 2>&1 & echo $! > daemon.txt'),
  });

  for (const file of ['left.txt', 'daemon.txt']) await untilGone(Number(await step.inWork(file)));
});

test('a cancelled step ends its agent and leaves no verdict', async () => {
  const cancel = new AbortController();
  const ended = step.run({
    agent: command('sleep 300 & echo $! > child.txt; echo ready; wait'),
    signal: cancel.signal,
  });
  await eventually('the agent works', () => step.shown().includes('ready'));

  cancel.abort();

  await expect(ended).rejects.toThrow('the run was cancelled while the agent worked');
  await untilGone(Number(await step.inWork('child.txt')));
});

test('workflow commands in the output of an agent are text', async () => {
  await step.run({ agent: command('echo "::set-env name=X::y"; echo "::error::fake"') });

  const said = step.shown();
  const before = said.slice(0, said.indexOf('::error::fake'));
  const words = [...before.matchAll(/::stop-commands::(\S+)/g)].map(([, word]) => word);
  expect(words.filter((word) => !before.includes(`\n::${word}::`))).toEqual([words.at(-1)]);
  expect(said.slice(before.length)).toContain(`::${words.at(-1)}::`);
});

test('an install that fails ends the run before the agent starts, and costs no attempt', async () => {
  const { conclusion } = await step.run({ agent: command('touch started'), install: ['echo broken lock; exit 1'] });

  expect(conclusion).toMatchObject({
    outcome: 'infrastructure',
    failure: { what: expect.stringContaining('`echo broken lock; exit 1` failed'), output: 'broken lock' },
  });
  await expect(step.inWork('started')).rejects.toThrow('ENOENT');
});

test('endless output of an agent is bounded in the log and in memory, and its end is kept', async () => {
  const { conclusion } = await step.run({
    agent: command('yes "a line of text that goes on and on" | head -c 30000000; echo; echo the end; exit 1'),
  });

  expect(step.shown().length).toBeLessThan(3_000_000);
  expect(conclusion?.failure?.output).toMatch(/the end$/);
});
