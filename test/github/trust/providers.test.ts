import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** What becomes of a plan whose runs meet an outage of a model's provider, or find something missing. */

const PLAN = {
  name: 'Waves',
  tasks: [
    { id: 'A', title: 'First', priority: 3 },
    { id: 'B', title: 'Second' },
    { id: 'C', title: 'Of another provider', agent: 'other' },
    { id: 'D', title: 'Third' },
  ],
};

const CONFIG = `landing: push
max_parallel: 2
routes: []
agents:
  other: { run: codex }
`;

const MINUTE = 60_000;

let scene: GitHubScene;
afterEach(() => scene.close());

async function begun(config = CONFIG): Promise<void> {
  scene = await githubScene({ plan: PLAN, config });
  await scene.start();
}

const outage = (agent = 'general-purpose') => ({
  cause: { kind: 'outage', agent, what: 'claude ended: the provider answered with an error (500)' } as const,
});

async function fails(task: string, extra: object): Promise<void> {
  await scene.run(task).fail('infrastructure', extra);
  await scene.settle();
}

const states = () => ['A', 'B', 'C', 'D'].map((id) => scene.state(id)).join(' ');

it('an outage holds the other tasks of its provider, lets those of others go on, and ends by itself', async () => {
  await begun();
  expect(scene.running()).toEqual(['A', 'B']);

  await fails('A', outage());

  expect(states()).toBe('retrying running running held');
  expect(scene.reason('D')).toMatch(
    /^the model's provider fails for claude since \d\d:\d\d; tried again at \d\d:\d\d$/,
  );
  expect(scene.view('A').record.history.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'infrastructure'],
  ]);

  await scene.run('C').complete();
  scene.later(2 * MINUTE);
  await scene.settle();

  expect(scene.running()).toEqual(['B', 'A']);
  expect(scene.run('A').dispatch).toMatchObject({ attempt: 1, dispatch: 2 });
});

it('an outage that lasts is asked less and less often, up to half an hour, and uses no attempt', async () => {
  await begun('landing: push\nmax_parallel: 1\nroutes: []\n');
  const waits: number[] = [];
  for (let round = 0; round < 9; round++) {
    await fails('A', outage());
    const since = scene.now();
    while (scene.running().length === 0) {
      scene.later(MINUTE / 2);
      await scene.settle();
    }
    waits.push(Math.round((scene.now() - since) / MINUTE));
    // Another task of that provider goes first now; the outage is the same.
    if (scene.running()[0] !== 'A') {
      await fails(scene.running()[0] ?? '', outage());
      scene.later(31 * MINUTE);
      await scene.settle();
    }
    if (scene.running()[0] !== 'A') break;
  }

  expect(waits[0]).toBeLessThanOrEqual(2);
  expect(waits.at(-1)).toBeGreaterThan(waits[0] ?? 0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(31);
  expect(scene.view('A').record.attempt).toBe(1);
});

it('an outage after runs that worked is a new one', async () => {
  await begun('landing: push\nmax_parallel: 1\nroutes: []\n');
  await fails('A', outage());
  scene.later(20 * MINUTE);
  await scene.settle();
  await fails(scene.running()[0] ?? '', outage());
  scene.later(40 * MINUTE);
  await scene.settle();
  await scene.run(scene.running()[0] ?? '').complete();
  await scene.settle();
  const next = scene.running()[0] ?? '';

  await fails(next, outage());

  const held = ['A', 'B', 'C', 'D'].filter((id) => scene.state(id) === 'held');
  const until = held.map((id) => (scene.view(id).until ?? 0) - scene.now());
  expect(held.length).toBeGreaterThan(0);
  expect(Math.max(...until)).toBeLessThanOrEqual(2 * MINUTE);
});

const MISSING = {
  needs: 'person',
  cause: {
    kind: 'setup',
    what: 'claude is not installed on the runner',
    fix: 'add `- run: npm install --global @anthropic-ai/claude-code` to the task workflow, before the action',
    agent: 'general-purpose',
  },
} as const;

it('a missing program is asked of a person once, on the task that found it first, and holds who would find the same', async () => {
  await begun();

  await fails('A', MISSING);
  await fails('B', MISSING);

  expect(states()).toBe('needs-human held running held');
  expect(scene.reason('A')).toMatch(
    /^claude is not installed on the runner; add `- run: npm install .*; then comment `\/retry`$/,
  );
  expect(scene.reason('B')).toBe(
    `claude is not installed on the runner, which A (#${scene.number('A')}) asks a person about`,
  );
  expect(scene.running()).toEqual(['C']);
  const asked = (id: string) => scene.comments(id).filter(({ body }) => body.includes('needs a person'));
  expect([asked('A').length, asked('B').length, asked('D').length]).toEqual([1, 0, 0]);
  expect(asked('A')[0]?.body).toContain('npm install --global @anthropic-ai/claude-code');
  expect(asked('A')[0]?.body).toContain('@lead');
});

it('one answer lets all of them go on, with the attempt that they had', async () => {
  await begun();
  await fails('A', MISSING);
  await fails('B', MISSING);
  await scene.comment('C', '/cancel');
  await scene.comment('D', '/cancel');
  await scene.settle();

  await scene.comment('A', '/retry');
  await scene.settle();

  expect([...scene.running()].sort()).toEqual(['A', 'B']);
  expect([scene.run('A').dispatch.attempt, scene.run('B').dispatch.attempt]).toEqual([1, 1]);
});

it('what is missing still is asked for again, once', async () => {
  await begun();
  await fails('A', MISSING);
  await fails('B', MISSING);
  await scene.comment('A', '/retry');
  await scene.settle();

  await fails('A', MISSING);

  expect(scene.state('A')).toBe('needs-human');
  expect(scene.comments('A').filter(({ body }) => body.includes('needs a person'))).toHaveLength(2);
});

it('a model that is not to be had holds the tasks of that model alone', async () => {
  await begun();

  await fails('A', { ...MISSING, cause: { ...MISSING.cause, model: 'sonet' } });

  expect(states()).toBe('needs-human running running ready');
});

it('what the runner lacks for everybody holds everything', async () => {
  await begun();
  const { agent, ...cause } = MISSING.cause;

  await fails('A', { ...MISSING, cause });

  expect(states()).toBe('needs-human running held held');
});

it('whoever leaves out the task that asks lets the next one find out', async () => {
  await begun();
  await fails('A', MISSING);

  await scene.comment('A', '/skip');
  await scene.settle();

  expect(scene.state('D')).toBe('ready');
});
