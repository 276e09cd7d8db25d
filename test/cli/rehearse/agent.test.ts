import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type AgentFlags, readAgent } from '../../../src/cli/rehearse/agent.ts';
import { modelAgentChanges } from '../../../src/cli/rehearse/model-agents.ts';
import { wireModel } from '../../../src/cli/rehearse/wire-model.ts';
import { loadConfig } from '../../../src/plan/config.ts';

const KEY = 'sk-ant-a-key-of-a-person-0123456789';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-path-'));
  await writeFile(join(folder, 'claude'), '#!/bin/sh\n');
  await chmod(join(folder, 'claude'), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

const read = (flags: AgentFlags, environment: NodeJS.ProcessEnv = {}) =>
  readAgent(flags, { PATH: folder, MINE: KEY, ANTHROPIC_API_KEY: 'sk-ant-another-key', ...environment });

describe('the agent that is asked for', () => {
  it('is the scripted one where nobody asks', () => {
    expect(read({})).toBeUndefined();
  });

  it('is a command where it is no name of an agent', () => {
    expect(read({ agent: 'claude -p "$AGENT_WAVES_BRIEF"' })).toEqual({
      kind: 'command',
      command: 'claude -p "$AGENT_WAVES_BRIEF"',
    });
  });

  it('has the key of the variable that is named, and no other', () => {
    expect(read({ agent: 'claude', keyFrom: 'MINE' })).toEqual({
      kind: 'model',
      run: 'claude',
      model: undefined,
      key: KEY,
      address: undefined,
      folder,
    });
  });

  it.each<[string, AgentFlags, NodeJS.ProcessEnv, string]>([
    [
      'whose key nobody names',
      { agent: 'claude' },
      {},
      '--agent claude calls a model: name the variable of your environment that holds its key, as in --key-from ANTHROPIC_API_KEY',
    ],
    [
      'whose variable is not there',
      { agent: 'claude', keyFrom: 'YOURS' },
      {},
      '--key-from names a variable that your environment does not have, or that is empty: export it',
    ],
    [
      'whose key is given in place of its name',
      { agent: 'claude', keyFrom: KEY },
      {},
      '--key-from takes the name of a variable, not its value',
    ],
    [
      'whose key is a key and a line break',
      { agent: 'claude', keyFrom: 'MINE' },
      { MINE: `${KEY}\n${KEY}` },
      'the model key has a space, a line break or a letter that no key has; paste it again',
    ],
    [
      'whose key would travel in the open',
      { agent: 'claude', keyFrom: 'MINE', urlFrom: 'THERE' },
      { THERE: `http://${KEY}@models.example.com` },
      "the model's address http://***@models.example.com is not https: the key would travel in the open; set the input to an https address",
    ],
    [
      'which is not installed',
      { agent: 'codex', keyFrom: 'MINE' },
      {},
      '--agent codex: there is no codex on your PATH; npm install --global @openai/codex',
    ],
    [
      'that is a command, with a model',
      { agent: 'bash agent.sh', model: 'opus' },
      {},
      '--model is for an agent with a model: --agent claude, codex, gemini, copilot',
    ],
  ])('is refused %s', (_, flags, environment, message) => {
    expect(() => read(flags, environment)).toThrow(message);
    expect(message).not.toContain(KEY);
  });
});

describe('the configuration with an agent that has a model', () => {
  const changesOf = (text: string, run: 'claude' | 'codex', model?: string) => {
    const loaded = loadConfig({ file: 'agent-waves.yml', text });
    if (!loaded.ok) throw new Error('the configuration is broken');
    return modelAgentChanges({ kind: 'model', run, model, key: '', address: undefined, folder: '' }, loaded.config);
  };

  it('is as it was where every type runs it already', () => {
    expect(changesOf('', 'claude')).toEqual({});
  });

  it('runs every type by it, and keeps what a run may cost', () => {
    const text = 'agents:\n  general-purpose: { run: claude, model: opus, max_usd: 3 }\n  artist: { run: gemini }\n';

    expect(changesOf(text, 'claude').agents).toMatchObject({
      'general-purpose': { run: 'claude', model: 'opus', max_usd: 3 },
      artist: { run: 'claude' },
    });
  });

  it('leaves out the models of other agents, also those of routes', () => {
    const text =
      'agents:\n  general-purpose: { run: claude, model: opus }\nroutes:\n  - { category: [docs], model: haiku, agent: general-purpose }\n';

    expect(changesOf(text, 'codex')).toMatchObject({
      agents: { 'general-purpose': { run: 'codex' } },
      routes: [{ category: ['docs'], agent: 'general-purpose' }],
    });
    expect(JSON.stringify(changesOf(text, 'codex'))).not.toContain('model');
  });

  it('has one model where a person names one', () => {
    const changes = changesOf('routes:\n  - { category: [docs], model: haiku }\n', 'claude', 'opus');

    expect(changes).toMatchObject({
      agents: { 'general-purpose': { run: 'claude', model: 'opus' } },
      routes: [{ category: ['docs'], model: 'opus' }],
    });
  });
});

describe('the task workflow with a model', () => {
  it.each(['agent-task.yml', 'agent-task-hardened.yml'])(
    'names a secret and a variable, in the step of %s that runs agents and in no other',
    (name) => {
      const workflow = parse(wireModel(readFileSync(`templates/${name}`, 'utf8'), 'codex')) as {
        jobs: Record<string, { steps: { with?: Record<string, string> }[] }>;
      };
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
      const wired = steps.filter((step) => JSON.stringify(step).includes('REHEARSAL_'));

      expect(wired).toHaveLength(1);
      expect(wired[0]?.with).toMatchObject({
        'openai-api-key': `\${{ secrets.REHEARSAL_MODEL_KEY }}`,
        'openai-base-url': `\${{ vars.REHEARSAL_MODEL_ADDRESS }}`,
      });
      expect(['all', 'agent', undefined]).toContain(wired[0]?.with?.stage);
    },
  );

  it('is refused where no step runs agents', () => {
    expect(() => wireModel('jobs:\n  task:\n    steps:\n      - run: echo hello\n', 'claude')).toThrow(
      'no step of agent-waves/agent-waves that runs agents',
    );
  });
});
