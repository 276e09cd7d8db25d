import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLocation, type LoadedProject, loadProject } from '../../src/plan/load-project.ts';
import { planTexts } from './random-plan.ts';

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

  it('refuses a limit that nobody could keep, at the line of the agent that tells no cost', () => {
    const text = 'budget: { plan: { usd: 5 } }\nagents:\n  general-purpose: { run: gemini }\n';

    const loaded = loadProject({ plan: plan(), config: config(text) });

    expect(loaded.ok ? [] : loaded.problems).toMatchObject([{ file: '.github/agent-waves.yml', line: 3 }]);
  });

  it('keeps what did not change, of tasks that the app wrote the status of everything but the status', () => {
    const written = ['A', 'B', 'C'].map((id) => ({ id, title: `Task ${id}`, dependencies: id === 'C' ? ['A'] : [] }));
    const files = (tasks: readonly object[]) => ({
      plan: plan(JSON.stringify({ name: 'Data Wall', tasks })),
      config: undefined,
    });
    const known = loaded(files(written));
    const [first, ...others] = written;

    const again = loaded(files([{ ...first, status: 'completed', agent_id: 'A1' }, ...others]), known);
    const begun = loaded(files([{ ...first, started_at: '2026-01-01T00:00:00Z' }, ...others]), known);
    const grown = loaded(files([{ ...first, estimate: 5 }, ...others]), known);

    expect(again.project.plan.tasks.map((task, place) => task === known.project.plan.tasks[place])).toEqual([
      false,
      true,
      true,
    ]);
    expect(again.project.plan.tasks[0]?.status).toBe('completed');
    expect(again.project.graph).toBe(known.project.graph);
    expect(again.project.config).toBe(known.project.config);
    expect(begun.project.plan).toBe(known.project.plan);
    expect(grown.project.graph).not.toBe(known.project.graph);
    expect(grown.project.plan.tasks[1]).toBe(known.project.plan.tasks[1]);
  });

  it('says the same whatever was loaded before', () => {
    fc.assert(
      fc.property(planTexts(), fc.array(edits, { maxLength: 4 }), fc.boolean(), (source, drawn, hasConfig) => {
        const files = { plan: plan(source.text), config: hasConfig ? config('max_parallel: 2\n') : undefined };
        let known = loadProject({ ...files, config: undefined });
        let text = source.text;

        for (const edit of drawn) {
          text = edited(text, edit);
          const again = loadProject({ ...files, plan: plan(text) }, known);
          expect(facts(again)).toEqual(facts(loadProject({ ...files, plan: plan(text) })));
          known = again;
        }
      }),
    );
  });
});

function loaded(files: Parameters<typeof loadProject>[0], known?: LoadedProject): LoadedProject & { ok: true } {
  const project = loadProject(files, known);
  if (!project.ok) throw new Error(project.problems[0]?.message);
  return project;
}

/** A field of some task, or a thing of the plan, is written otherwise. */
const edits = fc.record({
  pick: fc.nat(11),
  field: fc.constantFrom('status', 'status', 'status', 'title', 'estimate', 'dependencies', 'priority', 'wave', 'none'),
  value: fc.constantFrom<unknown>('completed', 'pending', 'in_progress', 7, 2, [], ['T-0'], undefined),
  plan: fc.constantFrom({}, {}, {}, { name: 'Other' }, { waves: [] }, { id: 'other' }),
  moved: fc.constantFrom('', '', 'last', 'gone'),
});

type Edit = typeof edits extends fc.Arbitrary<infer E> ? E : never;

function edited(text: string, { pick, field, value, moved, ...edit }: Edit): string {
  const file = JSON.parse(text);
  const place = pick % Math.max(1, file.tasks.length);
  const tasks = file.tasks.map((task: object, nth: number) => (nth === place ? { ...task, [field]: value } : task));
  if (moved !== '') {
    const [one] = tasks.splice(place, 1);
    if (moved === 'last') tasks.push(one);
  }
  return JSON.stringify({ ...file, ...edit.plan, tasks });
}

function facts(project: LoadedProject): unknown {
  const { files, ...rest } = project;
  if (!project.ok) return rest;
  const { plan: read, config: settings, graph, longestPaths, criticalPath } = project.project;
  const edges = [graph.order, [...graph.sequence], [...graph.before.to], [...graph.needed], [...graph.depth]];
  return { location: project.location, read, settings, longestPaths, criticalPath, edges };
}
