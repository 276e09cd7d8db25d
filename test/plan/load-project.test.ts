import { describe, expect, it } from 'vitest';
import { defaultLocation, loadProject } from '../../src/plan/load-project.ts';

const PLAN = JSON.stringify({ name: 'Data Wall', tasks: [{ id: 'A', title: 'First', estimate: 30 }] });
const plan = (text = PLAN) => ({ path: 'docs/planning/tasks.json', text });
const config = (text: string) => ({ path: '.github/agent-waves.yml', text });

describe('loadProject', () => {
  it('gives the plan with its graph and its critical path', () => {
    const loaded = loadProject({ plan: plan(), config: undefined });

    expect(loaded.ok && loaded.project.graph.order).toEqual(['A']);
    expect(loaded.ok && loaded.project.criticalPath).toEqual({ path: ['A'], minutes: 30 });
    expect(loaded.location).toEqual(defaultLocation());
  });

  it('gives the very value that is known where the texts are the same', () => {
    const known = loadProject({ plan: plan(), config: config('max_parallel: 2\n') });

    expect(loadProject({ plan: plan(), config: config('max_parallel: 2\n') }, known)).toBe(known);
    expect(loadProject({ plan: plan(), config: config('max_parallel: 3\n') }, known)).not.toBe(known);
    expect(loadProject({ plan: { ...plan(), path: 'tasks.json' }, config: known.files.config }, known)).not.toBe(known);
  });

  it('says where the project lies also where the plan is not there', () => {
    const { ok, location } = loadProject({
      plan: undefined,
      config: config('plan: tasks.json\nprogress: docs/PROGRESS.md\nbase: work\n'),
    });

    expect(ok).toBe(false);
    expect(location).toEqual({ plan: 'tasks.json', progress: 'docs/PROGRESS.md', base: 'work' });
  });

  it('names a base after the plan, and leaves it where it was while the plan is broken', () => {
    const named = config('base: agent-waves/{plan}\n');
    const known = loadProject({ plan: plan(), config: named });
    const broken = loadProject({ plan: plan('{'), config: named }, known);

    expect(known.location.base).toBe('agent-waves/data-wall');
    expect(broken.ok).toBe(false);
    expect(broken.location.base).toBe('agent-waves/data-wall');
    expect(loadProject({ plan: plan('{'), config: named }).location.base).toBeUndefined();
  });

  it('leaves the base where it was, and everything else at its default, while the configuration is broken', () => {
    const known = loadProject({ plan: plan(), config: config('plan: tasks.json\nbase: work\n') });

    const broken = loadProject({ plan: plan(), config: config('plan: [\n') }, known);

    expect(broken.ok).toBe(false);
    expect(broken.location).toEqual({ ...defaultLocation(), base: 'work' });
  });

  it('refuses settings that this version cannot act on, at their line', () => {
    const loaded = loadProject({ plan: plan(), config: config('max_parallel: 2\nbudget:\n  plan: { usd: 5 }\n') });

    expect(loaded.ok ? [] : loaded.problems).toMatchObject([{ file: '.github/agent-waves.yml', line: 2 }]);
  });
});
