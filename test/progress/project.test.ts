import { describe, expect, it } from 'vitest';
import { picturePath } from '../../src/plan/projected-paths.ts';
import type { Projection } from '../../src/progress/project.ts';
import type { TaskRecord } from '../../src/state/record.ts';
import { at, DONE, LIVE, scene } from '../decide/scene.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { projectionOf } from '../support/projection.ts';

const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })]);
const config = configOf('progress: docs/State.md\n');

const PAGE = 'docs/State.md';
const PICTURES = (['plan-light', 'plan-dark', 'timeline-light', 'timeline-dark'] as const).map((name) =>
  picturePath(PAGE, name),
);

function projected(
  records: Readonly<Record<string, Partial<TaskRecord>>>,
  { page, now = 0 }: { readonly page?: string | undefined; readonly now?: number } = {},
): Projection {
  const { look, world } = scene({ plan, config, records });
  const progress = page === undefined ? undefined : { path: PAGE, text: page };
  const file = { path: 'docs/planning/tasks.json', text: '' };
  const snapshot = world.snapshot({ plan: file, config: undefined, progress });
  const seen = { ...snapshot, now: snapshot.now + now };
  return projectionOf({ plan, config, snapshot: seen, decision: look() });
}

const RUNS = { A: { attempt: 1, slice: 1, dispatch: 1, live: LIVE } };
const LANDED = { A: { attempt: 1, slice: 1, dispatch: 1, done: { ...DONE, at: at(60) } } };

describe('what is committed', () => {
  it('is the page with its pictures, in the folder that is called after it', () => {
    const { files } = projected(RUNS);

    expect([...files.keys()].filter((path) => path !== 'docs/planning/tasks.json')).toEqual([PAGE, ...PICTURES]);
    expect(PICTURES[0]).toBe('docs/State-pictures/plan-light.svg');
    expect(files.get(PAGE)).toContain('src="State-pictures/plan-light.svg"');
    for (const path of PICTURES) expect(files.get(path)).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  it('is nothing of that where the page says it already, whatever the time', () => {
    const page = projected(RUNS).files.get(PAGE);

    const { files } = projected(RUNS, { page, now: 3_600_000 });

    expect([PAGE, ...PICTURES].filter((path) => files.has(path))).toEqual([]);
  });

  it('is the page alone where its pictures show the same', () => {
    const page = projected(RUNS).files.get(PAGE)?.replace('**Slots:**', '**Places:**');

    const { files } = projected(RUNS, { page });

    expect([PAGE, ...PICTURES].filter((path) => files.has(path))).toEqual([PAGE]);
  });

  it('is all of it again once a task has landed', () => {
    const page = projected(RUNS).files.get(PAGE);

    const before = projected(RUNS).files;
    const { files } = projected(LANDED, { page });

    for (const path of PICTURES) {
      expect(files.get(path)).toBeDefined();
      expect(files.get(path)).not.toBe(before.get(path));
    }
  });
});
