import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

const PLAN = {
  name: 'DAW',
  waves: [{ number: 1, title: 'Foundation' }],
  tasks: [
    { id: 'A', title: 'First', wave: 1, description: 'What the agent wants to know.' },
    { id: 'B', title: 'Second', wave: 1 },
    { id: 'C', title: 'Third', wave: 1, dependencies: ['A'] },
  ],
};
const BROKEN = { ...PLAN, tasks: [{ id: 'A', title: 'First', depends_on: ['C'] }] };
const CONFIG = '.github/agent-waves.yml';

let scene: GitHubScene;
afterEach(() => scene.close());

const openIssues = () => scene.issues().filter(({ state }) => state === 'open');
const dispatches = () => scene.github.runs().length;

it('says on an issue of its own that a first plan is broken, edits it with every push, and makes it the plan’s', async () => {
  scene = await githubScene({ plan: BROKEN });

  await scene.settle();
  expect(scene.issues()).toMatchObject([{ title: 'Plan', state: 'open', labels: [{ name: 'agent-waves:plan' }] }]);
  expect(scene.issue(1).body).toContain('depends_on');
  await scene.pushPlan('{');
  await scene.settle();
  expect(scene.issue(1).body).toContain('docs/planning/tasks.json:1:2');
  expect(scene.issue(1).body).not.toContain('depends_on');
  expect(scene.issues()).toHaveLength(1);

  await scene.pushPlan(PLAN);
  await scene.start();

  expect(scene.issue(1).body).toContain('of 3 tasks completed');
  expect(scene.issues().filter(({ title }) => title.startsWith('Plan'))).toHaveLength(1);
  expect(scene.running()).toEqual(['A', 'B']);
});

it('makes no second issue where a person closes the one that says so, and opens it for the plan once that can be read', async () => {
  scene = await githubScene({ plan: BROKEN });
  await scene.settle();

  await scene.edit(1, { state: 'closed' });
  await scene.settle();
  expect(scene.issues()).toHaveLength(1);
  scene.restart();
  await scene.pushPlan('{');
  await scene.settle();
  expect(scene.issues()).toMatchObject([{ state: 'closed', body: expect.stringContaining('tasks.json:1:2') }]);
  await scene.pushPlan(PLAN);
  await scene.settle();
  await scene.label(1, 'agent:start');
  await scene.settle();

  expect([scene.issue(1).state, scene.decision()?.planIssue, scene.running()]).toEqual(['open', 1, ['A', 'B']]);
});

it('makes no second issue for a plan under way whose own a person has closed, and goes on once both are mended', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.edit('plan', { state: 'closed' });
  await scene.settle();

  await scene.pushPlan('{');
  await scene.settle();
  scene.restart();
  await scene.settle();
  expect(scene.issues().filter(({ title }) => title.startsWith('Plan'))).toMatchObject([
    { state: 'closed', body: expect.stringContaining('tasks.json:1:2') },
  ]);
  await scene.pushPlan(PLAN);
  await scene.edit('plan', { state: 'open' });
  await scene.settle();

  expect([scene.issue('plan').body?.includes('tasks.json:1:2'), scene.running()]).toEqual([false, ['A', 'B']]);
});

it('says that a first configuration is broken, wherever the plan lies that it would name', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.push({ 'docs/planning/tasks.json': undefined, [CONFIG]: 'plan: [\n' });

  await scene.settle();

  expect(scene.issue(1).body).toContain(`${CONFIG}:`);
});

it('lets what runs land and report, starts nothing new, and goes on once the plan is mended', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  const described = scene.issue('B').body;
  await scene.pushPlan(BROKEN);
  await scene.settle();
  const before = dispatches();

  await scene.run('A').complete();
  await scene.settle();
  await scene.run('B').complete();
  await scene.settle();

  expect(['A', 'B', 'C'].map((name) => scene.issue(name).state)).toEqual(['closed', 'closed', 'open']);
  expect(dispatches()).toBe(before);
  expect(scene.issue('wave 1').state).toBe('open');
  expect(await scene.plan()).toEqual(BROKEN);
  await scene.pushPlan(PLAN);
  await scene.settle();
  expect(scene.running()).toEqual(['C']);
  expect(described).toContain(scene.issue('B').title.slice(3));
});

it('obeys /cancel on a running task while the plan is broken', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  const run = scene.run('A');
  await run.claim();
  await scene.pushPlan('{');
  await scene.settle();

  await scene.comment('A', '/cancel');
  await scene.settle();

  expect(scene.running()).toEqual(['B']);
  expect(scene.state('A')).toBe('held');
  expect(scene.issue('A').body).toContain('What the agent wants to know.');
  await scene.pushPlan(PLAN);
  await scene.settle();
  expect(scene.reason('A')).toContain('cancelled by lead');
});

it('keeps /pause, and says beside every answer that nothing starts yet', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.pushPlan('{');
  await scene.settle();

  await scene.comment('wave 1', '/pause');
  await scene.comment('plan', '/start');
  await scene.settle();
  await scene.pushPlan(PLAN);
  await scene.settle();
  await scene.run('A').complete();
  await scene.settle();

  expect(scene.reason('C')).toContain('wave 1 is paused');
  expect(scene.comments('plan').map(({ body }) => body)).toEqual([
    '/start',
    expect.stringMatching(/It is started already\..*Nothing new starts: the plan cannot be read: .*tasks\.json:1:2: /s),
  ]);
});

it('answers /why and /status by the records, and says what is wrong', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.push({ [CONFIG]: 'max_paralel: 2\n' });
  await scene.settle();

  await scene.comment('A', '/why');
  await scene.comment('C', '/why');
  await scene.comment('plan', '/status');
  await scene.settle();

  expect(scene.comments('A').at(-1)?.body).toContain('**A** is running on A1');
  expect(scene.comments('C').at(-1)?.body).toContain('max_parallel');
  const status = scene.comments('plan').at(-1)?.body;
  expect(status).toContain('3 tasks: 2 running, 1 held.');
  expect(status).toContain('max_parallel');
});

it('names keys as code, and lists all that there are on the plan issue alone', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.push({ [CONFIG]: 'something_else: 2\n' });
  await scene.settle();

  await scene.comment('C', '/why');
  await scene.comment('plan', '/resume');
  await scene.settle();

  const answers = [scene.comments('C').at(-1)?.body ?? '', scene.comments('plan').at(-1)?.body ?? ''];
  for (const text of answers) {
    expect(text).toContain('unknown key `something_else`; known here: `');
    expect(text.match(/known here/g)).toHaveLength(1);
    expect([text.includes('\\'), text.length < 600]).toEqual([false, true]);
  }
  expect(scene.issue('plan').body).toContain('`max_parallel`');
  expect(scene.issue('plan').body).not.toContain('\\`');
});

it('says it again on the same issue to a process that remembers nothing, and does nothing twice', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.push({ [CONFIG]: 'attempts: many\n' });
  await scene.settle();
  const { length } = scene.issues();

  scene.restart();
  const made = await scene.settle();

  expect(made.kind === 'refused' && made.decision.effects).toEqual([]);
  expect(scene.issues()).toHaveLength(length);
});

it('makes an issue for a broken plan after the one before was finished, and closes none for it', async () => {
  scene = await githubScene({ plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] } });
  await scene.start();
  await scene.run('A').complete();
  await scene.settle();
  expect(openIssues()).toEqual([]);

  await scene.pushPlan('{');
  await scene.settle();
  scene.restart();
  await scene.settle();

  expect(openIssues()).toMatchObject([{ title: 'Plan: DAW', body: expect.stringContaining('tasks.json:1:2') }]);
});

it('keeps a wave open of which the broken plan may hold more than is known', async () => {
  const task = { id: 'A', title: 'First', wave: 1 };
  scene = await githubScene({ plan: { name: 'DAW', tasks: [task] } });
  await scene.start();
  await scene.pushPlan({ name: 'DAW', tasks: [task, { id: 'B', title: 'Second', wave: 1, needs: ['A'] }] });
  await scene.settle();

  await scene.run('A').complete();
  await scene.settle();

  expect(['A', 'wave 1', 'plan'].map((name) => scene.issue(name).state)).toEqual(['closed', 'open', 'open']);
});

it('asks nobody for help before it can read again how often a task is to be tried', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\n' });
  await scene.start();
  await scene.pushPlan('{');
  await scene.settle();

  await scene.run('A').fail();
  await scene.settle();
  const told = scene.comments('A').length;
  expect(scene.labels('A')).not.toContain('agent:needs-human');
  await scene.pushPlan(PLAN);
  await scene.settle();

  expect(scene.state('A')).toBe('needs-human');
  expect(scene.labels('A')).toContain('agent:needs-human');
  expect(scene.comments('A').slice(told)).toMatchObject([{ body: expect.stringContaining('needs a person') }]);
});

it('makes no issue where the plan was taken out of the repository after it was finished', async () => {
  scene = await githubScene({ plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] } });
  await scene.start();
  await scene.run('A').complete();
  await scene.settle();
  const { length } = scene.issues();

  await scene.push({ 'docs/planning/tasks.json': undefined });
  await scene.settle();

  expect(scene.issues()).toHaveLength(length);
});

it('reads the configuration under its other name, and refuses both at once', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.push({ [CONFIG]: undefined, '.github/agent-waves.yaml': 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
  expect(scene.running()).toEqual(['A']);

  await scene.push({ [CONFIG]: 'landing: push\n' });
  await scene.settle();

  expect(scene.issue('plan').body).toMatch(/agent-waves\.yaml:1:1: .*is there as well; keep one of the two/);
});
