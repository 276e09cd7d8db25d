import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/plan/config.ts';
import { routeAttempt, routeTask } from '../../src/plan/route.ts';
import { id } from './loaded.ts';

describe('with the default routes', () => {
  it.each([
    ['CORE-001', undefined, 'general-purpose', 'haiku'],
    ['CORE-002', undefined, 'general-purpose', 'sonnet'],
    ['INFRA-003', undefined, 'general-purpose', 'haiku'],
    ['MODEL-001', undefined, 'general-purpose', 'sonnet'],
    ['MCP-SEC-004', undefined, 'general-purpose', 'sonnet'],
    ['EVAL-002', undefined, 'test-runner', 'sonnet'],
    ['UAT-001', undefined, 'test-runner', 'sonnet'],
    ['MY-UAT-001', undefined, 'general-purpose', 'sonnet'],
    ['OPS-001', 'setup', 'general-purpose', 'haiku'],
    ['OPS-001', 'testing', 'test-runner', 'sonnet'],
    ['OPS-001', 'review', 'code-reviewer', 'sonnet'],
    ['OPS-001', 'gardening', 'general-purpose', 'sonnet'],
  ])('%s of category %s goes to %s with %s', (task, category, agent, model) => {
    expect(routeTask({ id: id(task), category }, config(''))).toEqual({ agent, model, run: 'claude' });
  });
});

describe('what a person wrote in `agents`', () => {
  const TASKS: readonly (readonly [string, string | undefined])[] = [
    ['CORE-001', undefined],
    ['MODEL-001', undefined],
    ['EVAL-002', undefined],
    ['X-1', 'review'],
    ['X-2', undefined],
  ];
  const routed = (text: string) =>
    TASKS.map(([task, category]) => {
      const { run, model } = routeTask({ id: id(task), category }, config(text));
      return `${run} ${model}`;
    });

  it('counts alone: of general-purpose moved to another program, nothing goes to Claude', () => {
    expect(new Set(routed('agents: { general-purpose: { run: codex } }'))).toEqual(new Set(['codex default']));
  });

  it('counts before the model of a default route', () => {
    const text = 'agents: { general-purpose: { run: claude, model: haiku } }';

    expect(new Set(routed(text))).toEqual(new Set(['claude haiku']));
  });

  it('counts for its own type only, where general-purpose is not written', () => {
    expect(routed('agents: { test-runner: { run: claude, model: opus } }')).toEqual([
      ...['claude haiku', 'claude sonnet', 'claude opus', 'claude sonnet', 'claude sonnet'],
    ]);
  });

  it('leaves a type its own entry beside general-purpose', () => {
    const text = 'agents: { general-purpose: { run: codex }, code-reviewer: { run: gemini, model: pro } }';

    expect(routed(text)).toEqual([...Array(3).fill('codex default'), 'gemini pro', 'codex default']);
  });

  it('leaves the models of the default routes where it names none of its own', () => {
    const text = 'agents: { general-purpose: { run: claude, max_usd: 5 } }';

    expect(routed(text)[0]).toBe('claude haiku');
  });

  it('does not go before a route that a person wrote', () => {
    const text = 'agents: { general-purpose: { run: claude, model: haiku } }\nroutes: [{ match: ["*"], model: opus }]';

    expect(new Set(routed(text))).toEqual(new Set(['claude opus']));
  });
});

describe('precedence', () => {
  const routes = 'routes: [{ match: ["A-*"], agent: test-runner, model: haiku }, { match: ["*"], model: opus }]\n';

  it("a task's own fields beat its route", () => {
    const task = { id: id('A-1'), agent: 'code-reviewer', model: 'mine' };

    expect(routeTask(task, config(routes))).toEqual({ agent: 'code-reviewer', model: 'mine', run: 'claude' });
  });

  it('the first route that matches beats later ones', () => {
    expect(routeTask({ id: id('A-1') }, config(routes))).toMatchObject({ agent: 'test-runner', model: 'haiku' });
    expect(routeTask({ id: id('B-1') }, config(routes))).toMatchObject({ agent: 'general-purpose', model: 'opus' });
  });

  it("a task that names another agent than its route gets that agent's model", () => {
    expect(routeTask({ id: id('A-1'), agent: 'code-reviewer' }, config(routes)).model).toBe('sonnet');
  });

  it('a route without a model leaves the choice to the agent type', () => {
    const text = 'agents: { mine: { run: gemini, model: pro } }\nroutes: [{ match: ["*"], agent: mine }]';

    expect(routeTask({ id: id('A-1') }, config(text))).toEqual({ agent: 'mine', model: 'pro', run: 'gemini' });
  });

  it('an agent type that names no model gets the default of its program', () => {
    const text = 'agents: { general-purpose: { run: codex } }';

    expect(routeTask({ id: id('A-1') }, config(text)).model).toBe('default');
  });
});

describe('agent types', () => {
  it('a command is handed on with its program', () => {
    const text = 'agents: { general-purpose: { run: command, command: node agent.mjs, model: any } }\nroutes: []';

    expect(routeTask({ id: id('A-1') }, config(text))).toEqual({
      agent: 'general-purpose',
      model: 'any',
      run: 'command',
      command: 'node agent.mjs',
    });
  });

  it('the limit of what a run may cost goes with its agent type', () => {
    const text = 'agents: { general-purpose: { run: claude, model: sonnet, max_usd: 2.5 } }';

    expect(routeTask({ id: id('A-1') }, config(text))).toEqual({
      agent: 'general-purpose',
      model: 'sonnet',
      run: 'claude',
      max_usd: 2.5,
    });
  });

  it('one without an entry of its own is run as general-purpose is', () => {
    expect(routeTask({ id: id('A-1'), agent: 'translator' }, config(''))).toEqual({
      agent: 'translator',
      model: 'sonnet',
      run: 'claude',
    });
  });
});

describe('the model of an attempt', () => {
  const text = 'attempts: 3\nescalate_model: opus\n';

  it.each([
    ['an early attempt keeps the model of the route', { attempt: 2, ceiling: undefined }, text, 'sonnet'],
    ['the last attempt gets the stronger model', { attempt: 3, ceiling: undefined }, text, 'opus'],
    ['the ceiling moves with /retry: attempt 3 of 6 is not the last', { attempt: 3, ceiling: 6 }, text, 'sonnet'],
    ['the last attempt after /retry gets the stronger model', { attempt: 6, ceiling: 6 }, text, 'opus'],
    ['without escalate_model the last attempt is like the others', { attempt: 3, ceiling: undefined }, '', 'sonnet'],
  ])('%s', (_, { attempt, ceiling }, source, model) => {
    const routed = routeAttempt({
      task: { id: id('CORE-002') },
      config: config(source),
      attempt: { attempt, ceiling, model: undefined },
    });

    expect(routed).toEqual({ agent: 'general-purpose', model, run: 'claude' });
  });

  it('the stronger model beats the task’s own on the last attempt', () => {
    const task = { id: id('CORE-002'), model: 'haiku' };

    expect(
      routeAttempt({ task, config: config(text), attempt: { attempt: 3, ceiling: undefined, model: undefined } }).model,
    ).toBe('opus');
  });

  it.each([1, 3])('a model that a person asked for beats everything, on attempt %i', (attempt) => {
    const task = { id: id('CORE-001'), model: 'haiku' };

    expect(
      routeAttempt({ task, config: config(text), attempt: { attempt, ceiling: undefined, model: 'mine' } }).model,
    ).toBe('mine');
  });
});

describe('globs', () => {
  it.each([
    ['A-*', 'A-1', true],
    ['A-*', 'a-1', false],
    ['*', 'A-1', true],
    ['*-1', 'A-1', true],
    ['A*1*', 'A-1-1', true],
    ['A-1*1', 'A-1', false],
    ['*SEC*', 'MCP-SEC-001', true],
    ['A.1', 'A-1', false],
    ['A-1', 'A-10', false],
    [`${'*a'.repeat(30)}b`, 'a'.repeat(64), false],
  ])('%s on %s: %s', (glob, task, expected) => {
    const text = `agents: { hit: { run: claude } }\nroutes: [{ match: ["${glob}"], agent: hit }]`;

    expect(routeTask({ id: id(task) }, config(text)).agent === 'hit').toBe(expected);
  });
});

function config(text: string) {
  const loaded = loadConfig({ file: 'agent-waves.yml', text });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}
