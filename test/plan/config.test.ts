import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasLimit, limitsOfAgent, limitsOfWave, pricedModels, priceOf } from '../../src/plan/budget.ts';
import { type Config, loadConfig } from '../../src/plan/config.ts';
import { formatProblem } from '../../src/plan/load.ts';

const cases = new URL('cases/config/', import.meta.url);
const broken = readdirSync(cases).filter((file) => file.endsWith('.yml'));

describe('a broken configuration', () => {
  it.each(broken)('%s is refused with the messages beside it', async (file) => {
    const text = readFileSync(new URL(file, cases), 'utf8');

    const loaded = loadConfig({ file: 'agent-waves.yml', text });

    const messages = loaded.ok ? [] : loaded.problems.map(formatProblem);
    expect(loaded.ok).toBe(false);
    await expect(`${messages.join('\n')}\n`).toMatchFileSnapshot(`cases/config/${file.replace(/yml$/, 'txt')}`);
  });

  it('is refused, not thrown, whatever the text', () => {
    const pieces = fc.constantFrom(
      'a',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      '{',
      '}',
      '"',
      '&x ',
      '*x',
      '!!set ',
      '? ',
      '|',
      '#',
      '\t',
      '---',
      '%',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((drawn) => drawn.join('')),
        ),
        (text) => {
          const loaded = loadConfig({ file: 'agent-waves.yml', text });

          if (!loaded.ok) expect(loaded.problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('is refused for its size before it is parsed', () => {
    const loaded = loadConfig({ file: 'agent-waves.yml', text: '#'.repeat(200_001) });

    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      'agent-waves.yml:1:1: the file has 200001 characters; at most 200000 are read',
    ]);
  });
});

describe('the defaults', () => {
  it.each([
    ['without a file', undefined],
    ['of an empty file', ''],
    ['of a file of comments', '# nothing yet\n'],
    ['of a file of empty keys', 'agents:\nroutes:\nchecks:\nmax_parallel:\n'],
  ])('%s are those of the documentation', (_, text) => {
    const config = read(text);

    expect(config).toMatchObject({
      plan: 'docs/planning/tasks.json',
      progress: 'PROGRESS.md',
      base: 'default',
      max_parallel: 8,
      attempts: 3,
      advance: 'manual',
      landing: 'merge',
      slice: 300,
      review: 'off',
      review_rounds: 2,
      escalate_model: 'off',
      context: ['AGENTS.md', 'CLAUDE.md', 'agents.md', 'docs/planning/tdd_workflow.md'],
      brief_tokens: 12_000,
      checks: { integration: {} },
      check_tries: 3,
      baseline: false,
      checkpoint: 'git',
      isolation: 'user',
      budget: {},
      guard: 'strict',
      scan: { allow: [] },
      protected: [],
      protected_except: [],
      escalate_to: [],
    });
    expect(config.install).toBeUndefined();
    expect(Object.keys(config.agents)).toEqual(['general-purpose', 'test-runner', 'code-reviewer']);
    expect(config.routes.map(({ match, model }) => [match.join(), model])).toEqual([
      ['CORE-001,INFRA-*', 'haiku'],
      ['MODEL-*,PLANNER-*', 'sonnet'],
      ['MCP-SEC-*', 'sonnet'],
      ['EVAL-*,UAT-*', 'sonnet'],
      ['', 'sonnet'],
    ]);
  });
});

describe('what is written', () => {
  it('turns checks into lists of commands: none is an empty one, an absent one is left to be detected', () => {
    const { checks } = read(`
checks:
  compile: npx tsc
  lint: none
  integration:
    api: [npm run api, { run: npm run web, paths: ["web/**"] }]
`);

    expect(checks.compile).toEqual([{ run: 'npx tsc', paths: [] }]);
    expect(checks.test).toBeUndefined();
    expect(checks.lint).toEqual([]);
    expect(checks.integration.api).toEqual([
      { run: 'npm run api', paths: [] },
      { run: 'npm run web', paths: ['web/**'] },
    ]);
  });

  it('finds nothing under names that every object has', () => {
    const { checks, agents } = read('');

    expect(checks.integration.constructor).toBeUndefined();
    expect(agents.toString).toBeUndefined();
  });

  it('tells an empty list of install commands from none given', () => {
    expect(read('install: []').install).toEqual([]);
  });

  it.each([
    ['slice: 90', 90],
    ['slice: 90min', 90],
    ['slice: 2.5h', 150],
  ])('%s is %i minutes', (text, minutes) => {
    expect(read(text).slice).toBe(minutes);
  });

  it('adds agent types to the known ones and replaces those of the same name', () => {
    const { agents } = read('agents: { general-purpose: { run: codex }, mine: { run: command, command: ./mine } }');

    expect(agents['general-purpose']).toEqual({ run: 'codex' });
    expect(agents.mine).toEqual({ run: 'command', command: './mine' });
    expect(agents['test-runner']).toEqual({ run: 'codex' });
  });

  it('drops the models of the default routes for an agent type that another vendor runs', () => {
    const { routes } = read('agents: { general-purpose: { run: gemini, model: pro } }');

    expect(routes.map(({ agent, model }) => [agent, model])).toEqual([
      ['general-purpose', undefined],
      ['general-purpose', undefined],
      ['general-purpose', undefined],
      ['test-runner', undefined],
      ['code-reviewer', undefined],
    ]);
  });

  it('replaces the default routes as a whole', () => {
    expect(read('routes: [{ category: docs, model: haiku }]').routes).toEqual([
      { match: [], category: ['docs'], model: 'haiku' },
    ]);
  });

  it('accepts everything that the design knows, whether or not this version can do it', () => {
    const config = read('base: agent-waves/{plan}\nlanding: review\ncheckpoint: redis\nreview: code-reviewer\n');

    expect(config).toMatchObject({ base: 'agent-waves/{plan}', landing: 'review', checkpoint: 'redis' });
  });

  it('names people without the at sign', () => {
    expect(read('escalate_to: ["@alice", acme/leads]').escalate_to).toEqual(['alice', 'acme/leads']);
  });
});

function read(text: string | undefined): Config {
  const loaded = loadConfig(text === undefined ? undefined : { file: 'agent-waves.yml', text });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.config;
}

describe('limits of spending', () => {
  it('are those of a wave and an agent type, or of each', () => {
    const config = read(
      'budget: { plan: { usd: 200 }, wave: { each: { runs: 9 }, 3: { usd: 50 } }, agent: { test-runner: { minutes: 60 } } }',
    );

    expect(limitsOfWave(config, 2)).toEqual({ runs: 9 });
    expect(limitsOfWave(config, 3)).toEqual({ usd: 50 });
    expect(limitsOfAgent(config, 'test-runner')).toEqual({ minutes: 60 });
    expect(limitsOfAgent(config, 'general-purpose')).toEqual({});
    expect(hasLimit(config, 'usd')).toBe(true);
    expect(hasLimit(read(''))).toBe(false);
  });

  it('in dollars are kept for an agent that tells no cost where its model has a price', () => {
    const agents = 'agents: { general-purpose: { run: codex, model: gpt-5 } }\nbudget: { plan: { usd: 5 } }\n';

    const config = read(`${agents}prices: { actions_minute: 0.008, "gpt-*": { input: 1, output: 10 } }`);

    expect(priceOf('gpt-5', pricedModels(config))).toEqual({ match: 'gpt-*', input: 1, output: 10 });
    expect(priceOf('openai/gpt-5', pricedModels(config))).toBeUndefined();
  });

  it('of runs and minutes need no price', () => {
    expect(read('agents: { own: { run: command, command: ./x } }\nbudget: { plan: { runs: 5 } }').budget.plan).toEqual({
      runs: 5,
    });
  });

  it('in dollars of one agent type ask for no price of another', () => {
    const text = 'agents: { own: { run: command, command: ./x } }\nbudget: { agent: { test-runner: { usd: 5 } } }';

    expect(loadConfig({ file: 'agent-waves.yml', text }).ok).toBe(true);
  });
});
