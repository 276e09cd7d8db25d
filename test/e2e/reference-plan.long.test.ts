import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentWaves, type Ended, newFolder, readJson, removeFolder } from './support/command.ts';
import { git, isAncestor, type Landing, landings, mostAtOnce, type Tenure, tenures } from './support/world.ts';

const SLOTS = 8;

interface Plan {
  readonly tasks: readonly { readonly id: string; readonly dependencies: readonly string[]; readonly status: string }[];
}

interface Issue {
  readonly title: string;
  readonly comments_list: readonly { readonly body: string }[];
}

/** As `npm run rehearse` carries it out: with real compilers and test runners, on eight slots. */
describe('the reference plan of 47 tasks and 76 dependencies', () => {
  let scratch: string;
  let out: string;
  let ended: Ended;
  let plan: Plan;
  let landed: ReadonlyMap<string, Landing>;
  /** By task: its only run. */
  let held: ReadonlyMap<string, Tenure>;

  beforeAll(async () => {
    scratch = await newFolder();
    out = join(scratch, 'out');
    ended = await agentWaves(['rehearse', '--out', out]);
    const gitDir = join(out, 'remote.git');
    plan = JSON.parse(await git(gitDir, 'show', 'main:docs/planning/tasks.json')) as Plan;
    landed = new Map((await landings(gitDir)).map((landing) => [landing.task, landing]));
    const runs = new Map((await tenures(out)).map((tenure) => [tenure.run, tenure]));
    const issues = await readJson<readonly Issue[]>(out, 'issues.json');
    held = new Map(
      issues.flatMap(({ title, comments_list }) => {
        const tenure = runs.get(Number(/"run": (\d+)/.exec(comments_list[0]?.body ?? '')?.[1]));
        return tenure ? [[title.split(':', 1)[0] ?? '', tenure] as const] : [];
      }),
    );
  });
  afterAll(() => removeFolder(scratch));

  it('is completed: 47 tasks landed, each once', async () => {
    expect(ended.stdout).toContain('47 of 47 tasks completed, 0 failed or blocked, 47 attempts');
    expect(ended.code).toBe(0);
    expect(plan.tasks.map(({ status }) => status)).toEqual(plan.tasks.map(() => 'completed'));
    const titles = (await landings(join(out, 'remote.git'))).map(({ task }) => task);
    expect(titles.sort()).toEqual(plan.tasks.map(({ id }) => id).sort());
  });

  it('keeps the order of all 76 dependencies: landed before the claim, and below the commit', async () => {
    const edges = plan.tasks.flatMap(({ id, dependencies }) => dependencies.map((on) => ({ id, on })));
    expect(edges).toHaveLength(76);

    for (const { id, on } of edges) {
      const [work, ground] = [landed.get(id), landed.get(on)];
      const below = work && ground && (await isAncestor(join(out, 'remote.git'), ground.commit, work.parent));
      expect(below, `${on} landed below ${id}`).toBe(true);
      const [claimed, reported] = [held.get(id)?.claimed, held.get(on)?.reported];
      expect(reported, `${on} was over before ${id} was claimed`).toBeLessThanOrEqual(claimed ?? 0);
    }
  });

  it(`never has more than ${SLOTS} tasks between claim and result`, () => {
    expect(held.size).toBe(47);
    expect(mostAtOnce([...held.values()])).toBeLessThanOrEqual(SLOTS);
    expect(mostAtOnce([...held.values()])).toBeGreaterThan(1);
  });

  it('says how many requests each task took', async () => {
    const { requests } = await readJson<{ requests: { by_route: Record<string, number> } }>(out, 'report.json');
    const api = Object.entries(requests.by_route).filter(([route]) => !route.startsWith('git '));
    const perTask = api.reduce((sum, [, count]) => sum + count, 0) / plan.tasks.length;
    console.log(ended.stdout.slice(ended.stdout.indexOf('47 of 47')));

    expect(perTask).toBeLessThan(25);
  });
});
