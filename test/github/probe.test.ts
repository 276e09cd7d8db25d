import { afterEach, describe, expect, it } from 'vitest';
import { isLooking } from '../../src/state/preflight/probe.ts';
import { readGroupRecord, readTaskRecord } from '../../src/state/record.ts';
import { type GitHubScene, githubScene, type SceneInput } from '../support/github-scene.ts';

/** Nobody tells the app which secrets there are, as with the app of app.yml; runs are played step by step. */

const PLAN = {
  id: 'p',
  name: 'P',
  waves: [{ number: 1, title: 'One' }],
  tasks: ['A', 'B', 'C'].map((id) => ({ id, title: `Do ${id}`, wave: 1, estimate: '1h' })),
};
const NO_KEY = {
  what: 'Claude Code has no key: the secret `ANTHROPIC_API_KEY` is empty in the job',
  fix: 'add the secret `ANTHROPIC_API_KEY` of the environment `agent-waves`',
  page: 'https://github.com/acme/daw/settings/environments',
};

let scene: GitHubScene;
afterEach(() => scene.close());

async function started(input: Partial<SceneInput> = {}): Promise<GitHubScene> {
  scene = await githubScene({ plan: PLAN, permissions: {}, ...input });
  await scene.start();
  return scene;
}

const asked = (route: string) => scene.requests.filter((each) => each.route.includes(route)).length;
const looksOf = (id: string) => isLooking(readTaskRecord(bodyOf(id)) ?? {});
const bodyOf = (name: string) => scene.issue(name).body ?? '';
const fitness = () => readGroupRecord(bodyOf('plan'))?.preflight;
const answers = () => scene.comments('plan').map(({ body }) => body ?? '');

/** As the action ends a run that found something. */
const refuse = (key = fitness()?.key ?? '') =>
  scene.run('A').fail('infrastructure', { cause: { kind: 'probe', key, refused: [NO_KEY] } });

describe.each([
  ['a server', {}],
  ['jobs of the repository', { withoutServer: true }],
] as const)('with %s', (_name, input) => {
  it('dispatches one task alone, and the others once its claim says that it has looked', async () => {
    await started(input);
    const first = { running: scene.running(), looks: looksOf('A'), reason: scene.reason('B') };
    await scene.run('A').claim();
    await scene.settle();
    const claimed = scene.running();

    await scene.run('A').tellProbed();
    await scene.settle();

    expect(first).toEqual({
      running: ['A'],
      looks: true,
      reason: 'waits for A, whose run looks first whether work could land here',
    });
    expect(claimed).toEqual(['A']);
    expect(scene.running()).toEqual(['A', 'B', 'C']);
    expect([looksOf('B'), fitness()?.unknown]).toEqual([false, undefined]);
  });

  it('dispatches nothing more where its run found something, says what on the plan issue, and goes on by /retry', async () => {
    await started(input);
    await refuse();
    await scene.settle();
    const held = { running: scene.running(), state: scene.state('B'), said: answers().at(-1) };

    await scene.comment('plan', '/retry');
    await scene.settle();
    const again = { running: scene.running(), looks: looksOf('A') };
    await scene.run('A').complete();
    await scene.settle();

    expect(held).toMatchObject({ running: [], state: 'held' });
    expect(held.said).toContain('**The first run stopped before its agent was started, and nothing was spent**');
    expect(held.said).toContain(NO_KEY.page);
    expect(again).toEqual({ running: ['A'], looks: true });
    expect(scene.running()).toEqual(['B', 'C']);
    expect(readTaskRecord(bodyOf('A'))).toMatchObject({ attempt: 1 });
  });
});

it('says when it will look again, sooner at first, and asks nothing of claims once it was told', async () => {
  await started();
  const soon = await scene.pass();
  scene.later(3_600_000);
  const late = await scene.pass();
  await scene.run('A').claim();
  await scene.run('A').tellProbed();
  await scene.settle();
  const before = asked('/git/ref/');

  await scene.settle();

  expect([soon, late].map((made) => made.kind === 'done' && made.wakeIn)).toEqual([10_000, 240_000]);
  expect(asked('/git/ref/')).toBe(before);
});

it('is told by how the run ended, where its claim was never read', async () => {
  await started();

  await scene.run('A').fail('verification');
  await scene.settle();

  expect(scene.running()).toEqual(['B', 'C']);
});

it('goes alone again where the run ended and told nothing', async () => {
  await started();

  await scene.run('A').end('failure');
  scene.later(10 * 60_000);
  await scene.settle();
  scene.later(10 * 60_000);
  await scene.settle();

  expect(scene.running()).toHaveLength(1);
  expect(scene.dispatches('A') + scene.dispatches('B') + scene.dispatches('C')).toBe(2);
  expect(looksOf(scene.running()[0] ?? '')).toBe(true);
});

it('looks again by itself where the configuration that it was judged by has changed', async () => {
  await started();
  await refuse();
  await scene.settle();

  await scene.push({
    '.github/agent-waves.yml': 'landing: push\nagents:\n  general-purpose: { run: command, command: "true" }\n',
  });
  await scene.settle();
  scene.later(10 * 60_000);
  await scene.settle();

  // A program of one's own needs no key: there is nothing to look for.
  expect(scene.running()).toEqual(['A', 'B', 'C']);
});

it('keeps waiting where a claim of an older dispatch says it, or somebody put other words there', async () => {
  await started();
  await scene.run('A').claim();
  const number = scene.issue('A').number;
  for (const message of ['{"dispatch":0,"run":1,"probed":true}', 'probed']) {
    const { data } = await scene.lead.rest.git.createCommit({
      ...scene.repository,
      message,
      tree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      parents: [],
    });
    await scene.lead.rest.git.updateRef({
      ...scene.repository,
      ref: `agent-waves/claims/${number}`,
      sha: data.sha,
      force: true,
    });
    await scene.settle();

    expect(scene.running(), message).toEqual(['A']);
  }
});

it('sends all at once, and looks at no claim, where everything is told', async () => {
  scene = await githubScene({ plan: PLAN });

  await scene.start();

  expect(scene.running()).toEqual(['A', 'B', 'C']);
  expect([fitness()?.unknown, asked('/git/ref/')]).toEqual([undefined, 0]);
});
