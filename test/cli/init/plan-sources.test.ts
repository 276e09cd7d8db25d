import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPlanSources } from '../../../src/cli/init/plan-sources.ts';

const CASES = 'test/planning/import/cases';
const PLAN = 'docs/planning/tasks.json';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'agent-waves-sources-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(source: string, path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await cp(join(CASES, source), join(root, path), { recursive: true });
}

async function found() {
  const { usable, passed } = await findPlanSources(root, PLAN);
  return { usable: usable.map(({ path, imported }) => `${path}: ${imported.format.name}`), passed };
}

describe('plans in another form', () => {
  it.each([
    ['task-master/tags.json', '.taskmaster/tasks/tasks.json', 'task-master'],
    ['beads/issues.jsonl', '.beads/issues.jsonl', 'beads'],
    ['ccpm/checkout', '.claude/epics/checkout', 'ccpm'],
    ['bernstein/plan.yaml', 'plan.yaml', 'bernstein'],
    ['markdown/execution-plan.md', 'docs/planning/execution-plan.md', 'markdown'],
    ['markdown/execution-plan.md', 'ROADMAP.md', 'markdown'],
  ])('are found: %s at %s', async (source, path, format) => {
    await put(source, path);

    expect(await found()).toEqual({ usable: [`${path}: ${format}`], passed: [] });
  });

  it('are named as they lie in the repository, in the plan and in what is to be looked at', async () => {
    await put('markdown/execution-plan.md', 'docs/plan.md');

    const [source] = (await findPlanSources(root, PLAN)).usable;

    expect(source?.imported.notes.map(({ file }) => file)).toContain('docs/plan.md');
    expect(source?.imported.text).not.toContain(root);
  });

  it('come newest feature first, and a feature that is done is passed', async () => {
    const item = (mark: string) =>
      `## Phase 1: Setup\n\n- [${mark}] T001 Make src/a.py\n- [${mark}] T002 Make src/b.py\n`;
    for (const [name, mark] of [
      ['001-old', 'x'],
      ['002-mid', ' '],
      ['003-new', ' '],
    ] as const) {
      await mkdir(join(root, 'specs', name), { recursive: true });
      await writeFile(join(root, 'specs', name, 'tasks.md'), item(mark));
    }

    expect(await found()).toEqual({
      usable: ['specs/003-new/tasks.md: spec-kit', 'specs/002-mid/tasks.md: spec-kit'],
      passed: [{ path: 'specs/001-old/tasks.md', why: 'every task of it is done (spec-kit task list)' }],
    });
  });

  it('are passed where they cannot be imported, and files that are none are not spoken of', async () => {
    await put('markdown/broken.md', 'PLAN.md');
    await writeFile(join(root, 'TODO.md'), '# Later\n\nSomething.\n');

    expect(await found()).toEqual({
      usable: [],
      passed: [
        {
          path: 'PLAN.md',
          why: expect.stringMatching(/^it cannot be imported \(Markdown plan\): .*`agent-waves import`/),
        },
      ],
    });
  });

  it('are not looked for through links', async () => {
    await put('beads/issues.jsonl', 'elsewhere/issues.jsonl');
    await symlink(join(root, 'elsewhere'), join(root, '.beads'));
    await symlink(join(root, 'elsewhere/issues.jsonl'), join(root, 'plan.yaml'));

    expect(await found()).toEqual({ usable: [], passed: [] });
  });
});
