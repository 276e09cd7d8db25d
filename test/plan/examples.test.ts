import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/plan/config.ts';
import { criticalPath, lowerBound } from '../../src/plan/critical-path.ts';
import { buildGraph } from '../../src/plan/graph.ts';
import { routeTask } from '../../src/plan/route.ts';
import { loaded } from './loaded.ts';

const examples = ['daw', 'small'] as const;

describe('the reference plan', () => {
  const plan = planOf('daw');
  const graph = buildGraph(plan);

  it('has the 47 tasks, 76 dependencies and 161 hours of the specification', () => {
    expect(plan.tasks).toHaveLength(47);
    expect(plan.tasks.flatMap(({ dependencies }) => dependencies)).toHaveLength(76);
    expect(plan.tasks.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(161 * 60);
  });

  it('has a critical path of 23.5 hours', () => {
    expect(criticalPath(plan, graph)).toEqual({
      path: ['CORE-001', 'CORE-002', 'MODEL-001', 'VALIDATOR-001', 'POLICY-001', 'POLICY-002'],
      minutes: 23.5 * 60,
    });
    expect(lowerBound(plan, 8)).toBe(23.5 * 60);
    expect(lowerBound(plan, 4)).toBe((161 * 60) / 4);
  });

  it('has 11 dependencies that others imply', () => {
    expect([...graph.reduced.values()].flat()).toHaveLength(76 - 11);
  });

  it('has the ten waves with their titles', () => {
    expect(plan.waves.map(({ number, title }) => `${number} ${title}`)).toEqual([
      '1 Foundation',
      '2 Core Backend',
      '3 Security & Auth',
      '4 Core Agents',
      '5 Planner',
      '6 Executor',
      '7 Validator',
      '8 Frontend & UAT',
      '9 Eval & Operations',
      '10 Orchestrator',
    ]);
  });

  it('sends its tasks to agents and models as the table of the specification says', () => {
    const config = configOf('daw');
    const chosen: Record<string, number> = {};
    for (const task of plan.tasks) {
      const { agent, model } = routeTask(task, config);
      chosen[`${agent} ${model}`] = (chosen[`${agent} ${model}`] ?? 0) + 1;
    }

    expect(chosen).toEqual({
      'general-purpose haiku': 5,
      'general-purpose sonnet': 34,
      'test-runner sonnet': 6,
      'code-reviewer sonnet': 2,
    });
  });
});

describe('the plan that the guide to `init` shows', () => {
  it('is read as it stands there, and says by an id who it is', () => {
    const written = /```json\n([\s\S]*?)```/.exec(text('../../docs/guides/init.md'))?.[1] ?? '';

    const plan = loaded({ file: 'init.md', text: written });

    expect([plan.id, plan.idFromName, plan.tasks.length]).toEqual(['shop', undefined, 2]);
  });
});

describe.each(examples)('the example %s', (name) => {
  it('says by an id of its own who it is, whatever it is called', () => {
    expect(planOf(name)).toMatchObject({ id: name });
    expect(planOf(name)).not.toHaveProperty('idFromName');
  });

  it('gives every task a module and a test of its own, named by its id', () => {
    for (const { id, outputs, touches } of planOf(name).tasks) {
      const area = id.split('-')[0]?.toLowerCase();
      const file = id.toLowerCase();
      expect(outputs).toEqual([`src/${area}/${file}.ts`, `test/${area}/${file}.test.ts`]);
      expect(touches).toEqual(outputs);
    }
  });

  it('says what every task is for and when it is done', () => {
    for (const { description, acceptance, category } of planOf(name).tasks) {
      expect(description.length).toBeGreaterThan(20);
      expect(acceptance.length).toBeGreaterThan(0);
      expect(category).toBeDefined();
    }
  });

  it('names only integration checks that its configuration has', () => {
    const known = Object.keys(configOf(name).checks.integration);
    const named = planOf(name).tasks.flatMap(({ integration }) => integration ?? []);

    expect(named.length).toBeGreaterThan(0);
    for (const integration of named) expect(known).toContain(integration);
  });

  it('fits the published schemas', () => {
    const ajv = new Ajv2020({ strict: false });
    const planFits = ajv.compile(JSON.parse(text('../../schemas/tasks.schema.json')));
    const configFits = ajv.compile(JSON.parse(text('../../schemas/config.schema.json')));

    planFits(JSON.parse(text(`../../examples/${name}/docs/planning/tasks.json`)));
    configFits(load(text(`../../examples/${name}/.github/agent-waves.yml`)));

    expect([planFits.errors, configFits.errors]).toEqual([null, null]);
  });
});

describe('the published schemas', () => {
  it.each(['tasks', 'config'])('describe every field of %s', (name) => {
    const lacking: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key !== 'properties') visit(value, `${path}/${key}`);
        else {
          for (const [field, inner] of Object.entries(value as Record<string, { description?: string }>)) {
            if (inner.description === undefined) lacking.push(`${path}/${field}`);
            visit(inner, `${path}/${field}`);
          }
        }
      }
    };

    visit(JSON.parse(text(`../../schemas/${name}.schema.json`)), '');

    expect(lacking).toEqual([]);
  });

  it('refuse what the loader refuses: unknown keys in the configuration, tasks without an id', () => {
    const ajv = new Ajv2020({ strict: false });

    const config = ajv.compile(JSON.parse(text('../../schemas/config.schema.json')));
    const plan = ajv.compile(JSON.parse(text('../../schemas/tasks.schema.json')));

    expect(config({ max_paralel: 3 })).toBe(false);
    expect(plan({ name: 'Plan', tasks: [{ title: 'Title' }] })).toBe(false);
    expect(plan({ name: 'Plan', tasks: [{ id: 'A', title: 'Title', owner: 'me' }] })).toBe(true);
  });
});

function planOf(name: (typeof examples)[number]) {
  return loaded({ file: 'tasks.json', text: text(`../../examples/${name}/docs/planning/tasks.json`) });
}

function configOf(name: (typeof examples)[number]) {
  const config = loadConfig({ file: 'agent-waves.yml', text: text(`../../examples/${name}/.github/agent-waves.yml`) });
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  return config.config;
}

function text(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
