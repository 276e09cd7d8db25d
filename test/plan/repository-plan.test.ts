import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/plan/load.ts';
import { loadRepositoryPlan } from '../../src/plan/repository-plan.ts';

const sound = '{ "name": "Plan", "tasks": [{ "id": "A", "title": "Title" }] }';

describe('a repository', () => {
  it('without a configuration is read with the defaults', () => {
    const loaded = loadRepositoryPlan({ plan: file('tasks.json', sound), config: undefined });

    expect(loaded).toMatchObject({ ok: true, plan: { name: 'Plan' }, config: { max_parallel: 8 } });
  });

  it('whose plan file is gone is refused, naming the path where it should be', () => {
    const config = file('.github/agent-waves.yml', 'plan: plans/first.json\n');

    expect(messages({ plan: undefined, config })).toEqual([
      'plans/first.json:1:1: the plan file is not on the default branch; restore it, or name another as `plan` in the configuration',
    ]);
  });

  it('with both files broken lists the problems of both', () => {
    const plan = file('tasks.json', '{ "name": "Plan" }');
    const config = file('agent-waves.yml', 'landig: push\n');

    expect(messages({ plan, config })).toEqual([
      'agent-waves.yml:1:1: unknown key `landig`; did you mean `landing`?',
      'tasks.json:1:1: `tasks` is missing; add it as a list',
    ]);
  });

  it('whose tasks name an integration check that is not configured is refused at each of them', () => {
    const plan = file(
      'tasks.json',
      `{ "name": "Plan", "tasks": [
        { "id": "A", "title": "Title", "integration": "web" },
        { "id": "B", "title": "Title", "integration": "apis" },
        { "id": "C", "title": "Title", "integration": "constructor" },
        { "id": "D", "title": "Title", "integration": "api" }
      ] }`,
    );

    expect(
      messages({ plan, config: file('agent-waves.yml', 'checks: { integration: { api: npm run api } }') }),
    ).toEqual([
      'tasks.json:2:55: `checks.integration` of the configuration has no `web`; add it there, or name one of api',
      'tasks.json:3:55: `checks.integration` of the configuration has no `apis`; did you mean `api`?',
      'tasks.json:4:55: `checks.integration` of the configuration has no `constructor`; add it there, or name one of api',
    ]);
    expect(messages({ plan, config: undefined })).toHaveLength(4);
  });
});

function file(path: string, text: string) {
  return { path, text };
}

function messages(files: Parameters<typeof loadRepositoryPlan>[0]): readonly string[] {
  const loaded = loadRepositoryPlan(files);
  return loaded.ok ? [] : loaded.problems.map(formatProblem);
}
