import { describe, expect, it } from 'vitest';
import { type ConfigAnswers, configText } from '../../../src/cli/init/config-text.ts';
import { defaultConfig, loadConfig } from '../../../src/plan/config.ts';

const FOUND = {
  defaultBranch: 'main',
  checks: [
    { name: 'compile', commands: [] },
    { name: 'test', commands: [{ run: 'npm test', paths: [], why: 'from the `test` script of package.json' }] },
    { name: 'lint', commands: [] },
  ],
  install: [{ run: 'npm ci', why: 'from package-lock.json' }],
} as const;

const CLAUDE: ConfigAnswers = { landing: 'merge', agent: 'claude', model: 'sonnet', maxParallel: 8 };

const textFor = (answers: Partial<ConfigAnswers> = {}, found: Partial<typeof FOUND> = {}) =>
  configText({
    found: { ...FOUND, ...found },
    answers: { ...CLAUDE, ...answers },
    planPath: 'docs/planning/tasks.json',
  });

function configFor(answers: Partial<ConfigAnswers> = {}) {
  const loaded = loadConfig({ file: 'agent-waves.yml', text: textFor(answers) });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.config;
}

describe('the configuration that init writes', () => {
  it('is for people to read', async () => {
    await expect(textFor()).toMatchFileSnapshot('../golden/init/agent-waves.yml');
  });

  it('says what counts without any, with the default routes spelled out', () => {
    const { routes, ...rest } = configFor();
    const { routes: usual, ...others } = defaultConfig();

    expect(rest).toEqual(others);
    expect(routes).toEqual(usual.map(({ isDefault, ...route }) => route));
  });

  it.each(['codex', 'gemini', 'copilot'] as const)('gives %s no model of Claude', (agent) => {
    const { agents, routes } = configFor({ agent, model: undefined });

    expect(Object.values(agents)).toEqual([{ run: agent }, { run: agent }, { run: agent }]);
    expect(routes.map(({ model }) => model)).toEqual(routes.map(() => undefined));
    expect(routes.map(({ agent: type }) => type)).toContain('test-runner');
  });

  it('lets a model that was asked for count for every task', () => {
    const { agents, routes } = configFor({ model: 'opus' });

    expect(agents['test-runner']).toEqual({ run: 'claude', model: 'opus' });
    expect(routes.map(({ model }) => model)).toEqual(routes.map(() => undefined));
  });

  it('holds a plan elsewhere, landing and slots', () => {
    const text = configText({
      found: FOUND,
      answers: { ...CLAUDE, landing: 'push', maxParallel: 3 },
      planPath: 'other/plan.json',
    });

    expect(loadConfig({ file: '', text })).toMatchObject({
      ok: true,
      config: { plan: 'other/plan.json', landing: 'push', max_parallel: 3 },
    });
  });

  it('keeps what files are called inside its comments', () => {
    const why = 'from a\nlanding: push #\u2028\u001b[2J';
    const text = configText({ found: { ...FOUND, install: [{ run: 'x', why }] }, answers: CLAUDE, planPath: 'p.json' });

    expect(text).toContain('#   install: x, from a<U+000A>landing: push #<U+2028><U+001B>[2J');
    expect(loadConfig({ file: '', text })).toMatchObject({ ok: true, config: { landing: 'merge' } });
  });

  it('says that nothing can be told to be done where no check was found', () => {
    const text = configText({
      found: { ...FOUND, checks: FOUND.checks.map(({ name }) => ({ name, commands: [] })) },
      answers: CLAUDE,
      planPath: 'p.json',
    });

    expect(text).toContain('# Without any check nobody can tell good work from bad');
  });
});
