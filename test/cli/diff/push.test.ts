import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffCommand } from '../../../src/cli/diff.ts';
import type { GitHubScene } from '../../support/github-scene.ts';
import { CONFIG, midway, onGitHub, PLAN, planScene, steady, writes } from '../support/plan-scene.ts';

const PLAN_PATH = 'docs/planning/tasks.json';
const CONFIG_PATH = '.github/agent-waves.yml';

interface Printed {
  readonly changed: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly starts: readonly { readonly task: string; readonly attempt: number }[];
  readonly comments: readonly { readonly issue: number; readonly text: string }[];
  readonly notice: string | null;
}

let scene: GitHubScene;
let folder: string;
beforeEach(async () => {
  scene = await planScene();
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-push-'));
  await promisify(execFile)('git', ['init', '--quiet'], { cwd: folder });
  await write(CONFIG_PATH, CONFIG);
});
afterEach(async () => {
  await scene.close();
  await rm(folder, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** The plan in the folder, and on the way to GitHub. */
async function edit(plan: object) {
  await write(PLAN_PATH, JSON.stringify(plan));
  const diff = (...args: readonly string[]) =>
    onGitHub(scene, diffCommand(), { args: ['--plan', join(folder, PLAN_PATH), ...args] });
  return {
    diff,
    json: async () => JSON.parse((await diff('--json')).stdout) as Printed,
    push: async () => {
      await scene.pushPlan(plan);
      await scene.settle();
    },
  };
}

const [A, B, C, D] = PLAN.tasks;
const E = { id: 'E', title: 'Paint', wave: 2, estimate: '1h' };

describe('agent-waves diff against a repository on GitHub', () => {
  it('says what a push would do, which is what it then does', async () => {
    await midway(scene);
    const { diff, push, json } = await edit({ ...PLAN, tasks: [A, { ...B, title: 'Pour it' }, C, E] });
    scene.requests.splice(0);

    const { code, stdout } = await diff();
    const said = await json();

    await expect(steady(stdout)).toMatchFileSnapshot('golden/push.txt');
    expect(code).toBe(0);
    expect(writes(scene)).toEqual([]);
    const before = scene.issues().map(({ number }) => number);
    const dispatched = scene.github.runs().length;
    await push();
    const made = scene.issues().filter(({ number }) => !before.includes(number));
    expect(made.map(({ title }) => title)).toEqual(['E: Paint']);
    expect(scene.issue('B').title).toBe('B: Pour it');
    expect(scene.issues().find(({ title }) => title === 'D: Brick')?.state_reason).toBe('not_planned');
    expect(scene.running()).toEqual(['B', 'E']);
    expect(said.counts).toMatchObject({ add: 1, remove: 1, start: scene.github.runs().length - dispatched, cancel: 0 });
    expect(said.starts).toEqual([{ task: 'E', attempt: 1 }]);
  });

  it('says which run is cancelled when its task is taken out', async () => {
    await midway(scene);
    const { diff } = await edit({ ...PLAN, tasks: [A, C, { ...D, dependencies: ['A'] }] });

    const { stdout } = await diff();

    expect(stdout).toContain(`- B, run ${scene.run('B').id} is cancelled`);
    expect(stdout).toContain(`- #${scene.number('B')} B: Pour, closed as not planned`);
    expect(stdout).toMatch(
      /Plan: 0 to add, \d to change, 1 to remove; \d runs? would start; 1 run would be cancelled\n$/,
    );
  });

  it('says what people would be asked where much is taken out at once, and that nothing is closed', async () => {
    await midway(scene);
    const many = Array.from({ length: 8 }, (_, place) => ({
      id: `X-${place}`,
      title: 'More',
      wave: 1,
      dependencies: ['D'],
    }));
    await scene.pushPlan({ ...PLAN, tasks: [...PLAN.tasks, ...many] });
    await scene.settle();
    const { json, push } = await edit(PLAN);

    const said = await json();
    await push();

    expect(said.counts).toMatchObject({ add: 0, remove: 0 });
    expect(said.notice).toMatch(/^8 unfinished tasks are gone from the plan at once; comment \/accept on #1/);
    expect(said.comments).toEqual([{ issue: 1, text: expect.stringMatching(/^8 unfinished tasks are gone/) }]);
    expect(scene.comments('plan').at(-1)?.body).toMatch(/^8 unfinished tasks are gone/);
    expect(scene.issue('X-1').state).toBe('open');
  });

  it('says what another configuration would start', async () => {
    await midway(scene);
    await scene.pushPlan({ ...PLAN, tasks: [...PLAN.tasks, { ...E, id: 'F' }, E] });
    await scene.settle();
    await write(CONFIG_PATH, CONFIG.replace('max_parallel: 2', 'max_parallel: 3'));
    const { diff } = await edit({ ...PLAN, tasks: [...PLAN.tasks, { ...E, id: 'F' }, E] });

    const { stdout } = await diff();

    expect(scene.running()).toHaveLength(2);
    expect(stdout).toContain('~ max_parallel: 2 → 3');
    expect(stdout).toMatch(/Plan: 0 to add, \d to change, 0 to remove; 1 run would start\n$/);
  });

  it('counts every issue, however many GitHub takes in a minute', async () => {
    await midway(scene);
    const many = Array.from({ length: 150 }, (_, place) => ({ ...E, id: `X-${place}`, dependencies: ['D'] }));
    const { json } = await edit({ ...PLAN, tasks: [...PLAN.tasks, ...many] });

    expect((await json()).counts).toMatchObject({ add: 150, remove: 0, start: 0 });
  });

  it('counts nothing that is due without the push', async () => {
    await scene.settle();
    await scene.label('plan', 'agent:start');
    const { diff } = await edit(PLAN);

    const { code, stdout } = await diff('--exit-code');

    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing on GitHub would change.')]);
  });

  it('exits with 2 where something would change and that was asked, and with 1 for whatever is wrong', async () => {
    await midway(scene);
    const { diff } = await edit({ ...PLAN, tasks: [A, B, C, { ...D, title: 'Other' }] });
    const changed = await diff('--exit-code');
    const elsewhere = await diff('--exit-code', '--repo', 'acme/other');
    const both = await diff('HEAD');
    const broken = await (await edit({ ...PLAN, tasks: [{ ...A, deps: [] }] })).diff('--exit-code');

    expect(changed.code).toBe(2);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining('GitHub cannot be asked')]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('name HEAD, or a repository on GitHub')]);
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('write `dependencies`')]);
  });

  it('takes every task as new where the repository has no plan yet', async () => {
    await scene.push({ [PLAN_PATH]: undefined });
    const { diff } = await edit(PLAN);

    const { stdout } = await diff();

    expect(stdout).toMatch(/every task is new[\s\S]*\+ D: Brick[\s\S]*Plan: 4 to add, 0 to change, 0 to remove\n$/);
  });
});
