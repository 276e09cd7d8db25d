import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfig, loadConfig } from '../../../src/plan/config.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import { diffJson, diffText } from '../../../src/planning/diff/diff-text.ts';
import { isChanged, type PlanVersion, planDiff } from '../../../src/planning/diff/plan-diff.ts';
import { planChangeComment } from '../../../src/text/plan-change.ts';
import { planTexts } from '../../plan/random-plan.ts';

const TASKS = [
  { id: 'A', title: 'Schema', estimate: '2h', status: 'completed', outputs: ['db/schema.sql'] },
  { id: 'B', title: 'API', estimate: '3h', dependencies: ['A'], acceptance: ['Answers 200, always'] },
  { id: 'C', title: 'Pages', estimate: '1h', dependencies: ['A'], touches: ['src/web/**'] },
  { id: 'E', title: 'Old work', estimate: '30min' },
];
const REPLANNED = [
  TASKS[0],
  { ...TASKS[1], estimate: '5h', dependencies: ['A', 'D'], acceptance: ['Answers 200, always', 'Is documented'] },
  { ...TASKS[2], touches: ['src/web/**', 'src/shared/**'], title: 'Pages and\nforms'.replace('\n', ' ') },
  { id: 'D', title: 'Login', estimate: '90min', dependencies: ['A'] },
];

function version(tasks: readonly unknown[], { name = 'Shop', config = '' } = {}): PlanVersion {
  const loaded = loadPlan({ file: 'tasks.json', text: JSON.stringify({ name, tasks }) });
  const settings = loadConfig({ file: 'agent-waves.yml', text: config });
  if (!loaded.ok || !settings.ok) throw new Error('neither is broken here');
  return { plan: loaded.plan, config: settings.config };
}

const PRICED = 'agents:\n  general-purpose:\n    run: claude\n    cost_per_hour: 4\n';
const change = planDiff({
  before: version(TASKS, { config: `max_parallel: 2\n${PRICED}` }),
  after: version(REPLANNED, { name: 'Shop, second try', config: `max_parallel: 3\nlanding: push\n${PRICED}` }),
});

describe('what a change of the plan would change', () => {
  it('is told on the command line as in change.txt, and to programs as in change.json', async () => {
    await expect(`${diffText(change)}\n`).toMatchFileSnapshot('cases/change.txt');
    await expect(`${JSON.stringify(diffJson(change), null, 2)}\n`).toMatchFileSnapshot('cases/change.json');
  });

  it('is told on a pull request as in change.md', async () => {
    await expect(planChangeComment({ kind: 'readable', change })).toMatchFileSnapshot('cases/change.md');
  });

  it('is every task where there was no plan that can be read', async () => {
    const first = planDiff({ before: undefined, after: version(TASKS) });

    await expect(`${diffText(first)}\n`).toMatchFileSnapshot('cases/first-plan.txt');
    await expect(planChangeComment({ kind: 'readable', change: first })).toMatchFileSnapshot('cases/first-plan.md');
  });

  it('is said of broken ones, and of pull requests that no longer change it', async () => {
    const problems = [
      { file: 'tasks.json', line: 3, column: 5, message: 'a task has no `deps`; write `dependencies`' },
    ];

    await expect(planChangeComment({ kind: 'unreadable', problems })).toMatchFileSnapshot('cases/unreadable.md');
    await expect(planChangeComment({ kind: 'untouched' })).toMatchFileSnapshot('cases/untouched.md');
  });

  it('is nothing between a plan and itself, written in whatever way', () => {
    fc.assert(
      fc.property(planTexts(), ({ text }) => {
        const loaded = loadPlan({ file: 'tasks.json', text });
        fc.pre(loaded.ok);
        const plan = { plan: loaded.plan, config: defaultConfig() };
        const again = loadPlan({ file: 'tasks.json', text: JSON.stringify(JSON.parse(text)) });

        const same = planDiff({ before: plan, after: again.ok ? { ...plan, plan: again.plan } : plan });

        expect(isChanged(same)).toBe(false);
        expect(diffText(same)).toBe('Nothing that the app goes by would change.');
      }),
      { numRuns: 30 },
    );
  });

  it('names each task of either plan once, as added, removed, changed or not at all', () => {
    fc.assert(
      fc.property(planTexts(), planTexts(), (one, other) => {
        const [before, after] = [one, other].map(({ text }) => loadPlan({ file: 'tasks.json', text }));
        fc.pre(before?.ok === true && after?.ok === true);
        if (!before?.ok || !after?.ok) return;
        const config = defaultConfig();

        const found = planDiff({ before: { plan: before.plan, config }, after: { plan: after.plan, config } });

        const old = new Set(before.plan.tasks.map(({ id }) => id));
        const now = new Set(after.plan.tasks.map(({ id }) => id));
        expect(found.added.map(({ id }) => id).sort()).toEqual([...now].filter((id) => !old.has(id)).sort());
        expect(found.removed.map(({ id }) => id).sort()).toEqual([...old].filter((id) => !now.has(id)).sort());
        expect(found.changed.every(({ id }) => old.has(id) && now.has(id))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('of thousands of tasks fits into one comment, and is looked ahead in the first order that is found', () => {
    const many = Array.from({ length: 4_000 }, (_, index) => ({
      id: `T-${index}`,
      title: 'x'.repeat(190),
      dependencies: index % 7 === 0 ? [] : [`T-${index - 1}`],
    }));

    const large = planDiff({ before: version([]), after: version(many) });

    expect(planChangeComment({ kind: 'readable', change: large }).length).toBeLessThan(60_000);
    expect(large.after.forecast?.minutes).toBeGreaterThan(0);
  });
});
