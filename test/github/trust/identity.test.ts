import { afterEach, describe, expect, it } from 'vitest';
import { readTaskRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { PLAN_PATH, planText } from '../../support/scene/files.ts';
import { showForReview } from '../../support/scene/show-for-review.ts';

/** Whose an issue is, and how it is found again, by what people do on GitHub. */

let scene: GitHubScene;
afterEach(() => scene.close());

type Given = Readonly<Record<string, unknown>>;

const planOf = (tasks: readonly Given[], more: Given = {}) => ({
  id: 'daw',
  name: 'DAW',
  tasks: tasks.map((task) => ({ title: `Task ${String(task.id)}`, ...task })),
  ...more,
});

const TWO = planOf([{ id: 'A' }, { id: 'B', dependencies: ['A'] }]);

async function begun(plan = TWO): Promise<void> {
  scene = await githubScene({ plan, config: 'landing: push\nmax_parallel: 2\n' });
  await scene.start();
}

const edit = (plan: object) =>
  scene.push({ [PLAN_PATH]: planText(plan as typeof TWO) }, { message: 'Change the plan' });

async function finish(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await scene.run(id).complete();
    await scene.settle();
  }
}

describe('another plan with the ids of one that is finished', () => {
  it.each([
    ['another name', { id: undefined, name: 'Next' }],
    ['the same name and another id', { id: 'next' }],
  ])('under %s is worked whole, on issues of its own', async (_, change) => {
    await begun();
    await finish('A', 'B');
    const former = scene.issues().map(({ number, body }) => [number, body] as const);
    expect(scene.issue('plan').state).toBe('closed');

    await edit({ ...TWO, ...change });
    await scene.settle();
    const plan = scene.decision()?.planIssue ?? 0;
    await scene.label(plan, 'agent:start');
    await scene.settle();

    expect(plan).toBeGreaterThan(former.length);
    expect(scene.state('A')).toBe('running');
    expect(scene.dispatches('A')).toBe(2);
    await finish('A', 'B');
    expect([scene.state('A'), scene.state('B')]).toEqual(['completed', 'completed']);
    for (const [number, body] of former) expect(scene.issue(number).body).toBe(body);
  });
});

it('a command on an issue of the plan before is answered once with where commands count, and moves nothing', async () => {
  await begun();
  const [plan, wave, a] = [scene.number('plan'), scene.number('wave 1'), scene.number('A')];
  await finish('A', 'B');
  await edit({ ...TWO, id: 'next' });
  await scene.settle();
  const next = scene.decision()?.planIssue;
  const spoken = [plan, wave, a].map((issue) => [issue, scene.comments(issue).length] as const);

  for (const [issue] of spoken) await scene.comment(issue, '/retry');
  await scene.comment(plan, 'Well done.');
  await scene.comment(plan, '/status', scene.triager);
  await scene.settle();
  scene.restart();
  await scene.settle();

  for (const [issue, before] of spoken) {
    const answers = scene
      .comments(issue)
      .slice(before)
      .filter(({ author }) => author === 'waves[bot]');
    expect(answers.map(({ body }) => body)).toEqual([
      `Nothing came of this: the issue belongs to the plan \`daw\`, and the plan \`next\` has taken its place. Labels and commands count on #${next} and the issues below it.`,
    ]);
  }
  expect([scene.issue(a).state, scene.running()]).toEqual(['closed', []]);
});

describe('another plan in the place of one that is not finished', () => {
  it('waits for a person, writes over nothing, and begins when the plan issue of the former is closed', async () => {
    await begun();
    const [issues, first] = [scene.issues().length, scene.run('A')];
    const next = { ...TWO, id: 'next' };

    await edit(next);
    await scene.settle();

    expect(scene.issues()).toHaveLength(issues);
    expect(scene.comments('plan').at(-1)?.body).toContain(
      `Nothing new starts before somebody decides: this is the plan \`next\`, and \`daw\` (#${scene.number('plan')}) is`,
    );
    await first.complete();
    await scene.settle();
    expect(scene.dispatches('B')).toBe(0);

    await scene.edit('plan', { state: 'closed', state_reason: 'not_planned' });
    await scene.settle();

    expect(scene.decision()?.planIssue).toBeGreaterThan(issues);
  });

  it('leaves the record of the former as it is where a newer version wrote it', async () => {
    await begun();
    const former = scene.number('plan');
    await scene.run('A').complete();
    await scene.settle();
    await scene.run('B').fail();
    await scene.settle();
    const body = scene.issue(former).body?.replace(/"v": ?\d+/, '"v": 99') ?? '';
    await scene.edit(former, { body, state: 'closed', state_reason: 'not_planned' });
    await edit({ ...TWO, id: 'next' });

    await scene.settle();

    expect([body.includes('"v": 99'), scene.issue(former).body === body]).toEqual([true, true]);
    expect(scene.decision()?.planIssue).toBeGreaterThan(former);
  });

  it('says on the issue of the former what became of it, and asks anew where somebody opens that again', async () => {
    await begun();
    const former = scene.number('plan');
    await scene.edit('plan', { body: `Ours, by hand.\n\n${scene.issue('plan').body}` });
    await edit({ ...TWO, id: 'next' });
    await scene.settle();
    expect(scene.issue(former).body).toContain('Nothing new is dispatched until this is fixed');
    await scene.run('A').complete();
    await scene.settle();

    await scene.edit(former, { state: 'closed', state_reason: 'not_planned' });
    await scene.settle();

    const next = scene.decision()?.planIssue;
    const told = scene.issue(former).body ?? '';
    expect(told).toContain(
      '**The plan `daw` is over**: this issue was closed, and 1 of 2 tasks with an issue are completed.',
    );
    expect(told).toContain(`The plan \`next\` (#${next}) took its place`);
    expect([told.startsWith('Ours, by hand.'), told.includes('Nothing new is dispatched')]).toEqual([true, false]);

    await edit({ ...TWO, id: 'third' });
    await scene.edit(next ?? 0, { state: 'closed', state_reason: 'not_planned' });
    await scene.settle();
    expect(scene.issue(former).body).toBe(told);
    expect(scene.issue(next ?? 0).body).toContain('none of its tasks had begun');

    const asked = scene.comments(former).length;
    const third = scene.decision()?.planIssue ?? 0;
    await scene.edit(third, { state: 'closed', state_reason: 'not_planned' });
    await scene.edit(former, { state: 'open' });
    await scene.settle();
    expect(scene.comments(former).length).toBe(asked + 1);
    await edit(TWO);
    await scene.settle();
    expect(scene.issue(former).body).toContain('**1 of 2 tasks completed.**');
  });

  it('by mistake changes nothing: with the old id back, what landed meanwhile counts', async () => {
    await begun();
    const first = scene.run('A');
    await edit({ ...TWO, id: 'next' });
    await scene.settle();
    await first.complete();
    await scene.settle();

    await edit(TWO);
    await scene.settle();

    expect([scene.state('A'), scene.state('B')]).toEqual(['completed', 'running']);
    expect(scene.dispatches('A')).toBe(1);
  });
});

describe('an issue whose title and body were edited while its run works', () => {
  it('stays the issue of its task: no second one, no second run, and the work lands once', async () => {
    await begun();
    const [run, issues] = [scene.run('A'), scene.issues().length];
    await scene.edit('A', { title: 'Something else', body: 'My own words.' });

    await scene.settle();
    scene.restart();
    await scene.settle();

    expect(scene.issues()).toHaveLength(issues);
    expect(scene.dispatches('A')).toBe(1);
    expect(scene.issue('A').body).toMatch(/^My own words\.\n\n<!-- agent-waves:begin -->/);
    await run.complete();
    await scene.settle();
    expect(scene.state('A')).toBe('completed');
    expect(scene.state('B')).toBe('running');
  });

  it('is looked up by its number where its label is gone, too, and gets it back', async () => {
    await begun();
    const issues = scene.issues().length;
    await scene.edit('A', { title: 'Something else', body: 'My own words.' });
    await scene.lead.rest.issues.removeLabel({
      ...scene.repository,
      issue_number: scene.number('A'),
      name: 'agent-waves:task',
    });

    scene.restart();
    await scene.settle();

    expect(scene.issues()).toHaveLength(issues);
    expect(scene.labels('A')).toContain('agent-waves:task');
    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['running', 1]);
  });

  it('is found by the title that it was made with where the record of its wave was lost, too, and a no to it stays one', async () => {
    await begun();
    const [issues, number] = [scene.issues().length, scene.number('B')];
    await scene.edit('B', { title: 'Something else', body: '', state: 'closed', state_reason: 'not_planned' });
    await scene.edit('wave 2', { body: '' });

    scene.restart();
    await finish('A');

    expect(scene.issues()).toHaveLength(issues);
    expect([scene.number('B'), scene.state('B'), scene.dispatches('B')]).toEqual([number, 'skipped', 0]);
  });
});

it('leaves two running tasks what they are where the issue of one got title and body of the other', async () => {
  await begun(planOf([{ id: 'A' }, { id: 'B' }]));
  const [a, b] = [scene.number('A'), scene.number('B')];
  const run = scene.run('A');
  await run.claim();

  await scene.edit(a, { title: 'B: Task B', body: scene.issue(b).body ?? '' });
  await scene.settle();

  expect(scene.issues().filter(({ number }) => number >= a)).toHaveLength(2);
  expect(['A', 'B'].map((id) => [scene.view(id).issue, scene.state(id), scene.dispatches(id)])).toEqual([
    [a, 'running', 1],
    [b, 'running', 1],
  ]);
  expect(scene.comments(a)).toEqual([]);
  await run.land();
  await run.report('completed');
  await run.closeIssue();
  await run.end();
  await scene.settle();
  expect([scene.state('A'), scene.state('B'), scene.dispatches('A')]).toEqual(['completed', 'running', 1]);
});

describe('a task that got another id while somebody works on it', () => {
  const RENAMED = [{ id: 'NEW', was: 'A' }, { id: 'B' }];

  it('keeps its run where a new task takes its former id, once `was` is gone', async () => {
    await begun(planOf([{ id: 'A' }, { id: 'B' }]));
    const former = scene.number('A');
    const run = scene.run('A');
    await run.claim();
    await edit(planOf(RENAMED));
    await scene.settle();

    const taken = { id: 'A', title: 'Something else' };
    await edit(planOf([...RENAMED, taken]));
    await scene.settle();
    expect(scene.issue('plan').body).toContain('`NEW` was `A`, and a task on line');
    expect([scene.view('NEW').issue, scene.state('NEW')]).toEqual([former, 'running']);
    await edit(planOf([{ id: 'NEW' }, { id: 'B' }, taken]));
    await scene.settle();
    expect([scene.view('NEW').issue, scene.state('NEW'), scene.dispatches('NEW')]).toEqual([former, 'running', 0]);
    expect(scene.view('A').issue).not.toBe(former);
    await run.land();
    await run.report('completed');
    await run.closeIssue();
    await run.end();
    await scene.settle();

    expect([scene.state('NEW'), scene.state('A')]).toEqual(['completed', 'running']);
  });

  it('keeps its pull request, whose branch has the former id', async () => {
    scene = await githubScene({ plan: planOf([{ id: 'A' }, { id: 'B' }]), config: 'landing: review\n' });
    await scene.start();
    const pull_number = await showForReview(scene, 'A');

    await edit(planOf(RENAMED));
    await scene.settle();
    scene.later(10 * 60_000);
    await scene.settle();
    expect([scene.state('NEW'), scene.dispatches('NEW')]).toEqual(['in-review', 0]);
    await scene.lead.rest.pulls.merge({ ...scene.repository, pull_number });
    await scene.settle();

    expect([scene.state('NEW'), scene.dispatches('NEW')]).toEqual(['completed', 0]);
  });
});

describe('an issue that a person opened', () => {
  it('becomes its task by one label, keeps their words, and gets what the others have', async () => {
    scene = await githubScene({ plan: TWO, config: 'landing: push\n' });
    await scene.settle();
    const { number } = (
      await scene.stranger.rest.issues.create({
        ...scene.repository,
        title: 'A - do it like this',
        body: 'Mind the gap.',
      })
    ).data;
    await scene.label(number, 'agent-waves:task');
    await scene.settle();
    await scene.label('plan', 'agent:start');
    await scene.settle();

    expect(scene.view('A').issue).toBe(number);
    expect(scene.issue(number)).toMatchObject({
      title: 'A - do it like this',
      body: expect.stringMatching(/^Mind the gap\./),
    });
    expect(scene.labels(number)).toEqual(expect.arrayContaining(['agent-waves:task', 'wave:1']));
    await finish('A');
    expect(scene.issue(number).state).toBe('closed');
    expect(scene.issue(number).body).toMatch(/^Mind the gap\./);
  });

  it('is told once that the task has an issue already, and is never closed for it', async () => {
    await begun();
    const { number } = (
      await scene.second.rest.issues.create({
        ...scene.repository,
        title: 'A: mine',
        body: 'Mine.',
        labels: ['agent-waves:task'],
      })
    ).data;

    await scene.settle();
    scene.restart();
    await scene.settle();

    expect(scene.comments(number).map(({ body }) => body)).toEqual([
      expect.stringContaining('A has an issue already: #'),
    ]);
    expect(scene.issue(number)).toMatchObject({ state: 'open', body: 'Mine.' });
  });
});

describe('a block pasted into a body', () => {
  it('below ours changes nothing, and stays where it is', async () => {
    await begun();
    const body = scene.issue('B').body ?? '';
    const planted = body
      .replace('"task": "B"', '"task": "B",\n "skipped": true')
      .replace(/<!-- agent-waves:(?:begin|end) -->\n?/g, '');
    await scene.edit('B', { body: `${body}\n\n${planted}` });

    await scene.settle();

    expect(scene.state('B')).toBe('blocked');
    expect(scene.issue('B').body).toContain('"skipped": true');
  });
});

describe('issues follow the plan', () => {
  it('in title, wave, label and parent, and not over a title that a person gave', async () => {
    await begun(
      planOf([
        { id: 'A', wave: 1 },
        { id: 'B', wave: 1, dependencies: ['A'] },
        { id: 'C', wave: 1, dependencies: ['A'] },
      ]),
    );
    const [b, c] = [scene.number('B'), scene.number('C')];
    await scene.edit(c, { title: 'C: as I say' });

    await edit(
      planOf([
        { id: 'A', wave: 1 },
        { id: 'B', wave: 2, dependencies: ['A'], title: 'Anew' },
        { id: 'C', wave: 1, dependencies: ['A'], title: 'Anew' },
      ]),
    );
    await scene.settle();

    expect(scene.issue(b).title).toBe('B: Anew');
    expect(scene.issue(c).title).toBe('C: as I say');
    expect(scene.labels(b)).toContain('wave:2');
    expect(scene.labels(b)).not.toContain('wave:1');
    const parent = await scene.lead.request('GET /repos/{owner}/{repo}/issues/{issue_number}/parent', {
      ...scene.repository,
      issue_number: b,
    });
    expect(parent.data.number).toBe(scene.number('wave 2'));
  });

  it('and say of a task that is done what changed since', async () => {
    await begun(planOf([{ id: 'A' }, { id: 'B' }, { id: 'C' }]));
    await finish('A', 'B');

    await edit(planOf([{ id: 'A', acceptance: ['It is fast.'] }, { id: 'B' }, { id: 'C' }]));
    await scene.settle();

    expect(scene.state('A')).toBe('completed');
    expect(scene.reason('A')).toContain('changed since it was done');
    expect(scene.dispatches('A')).toBe(1);
  });
});

describe('a task under another id', () => {
  it('keeps its issue and what landed, in whatever case `was` names the old one', async () => {
    await begun();
    await finish('A');
    const issue = scene.number('A');

    await edit(
      planOf([
        { id: 'A2', was: 'a', title: 'Task A' },
        { id: 'B', dependencies: ['A2'] },
      ]),
    );
    await scene.settle();

    expect([scene.view('A2').issue, scene.state('A2'), scene.running()]).toEqual([issue, 'completed', ['B']]);
    expect(scene.issue(issue).title).toBe('A2: Task A');
  });

  it.each([
    [
      'of another task of the plan',
      [{ id: 'A2', was: 'B' }, { id: 'B' }],
      '`A2` was `B`, and a task on line 12 has that id',
    ],
    [
      'that two tasks share',
      [
        { id: 'A2', was: 'A' },
        { id: 'A3', was: 'A' },
      ],
      '`A3` was `A`, and so was `A2` on line 8',
    ],
  ])('is refused with an id %s, said where and what to do, and nothing is moved', async (_, tasks, why) => {
    await begun();

    await edit(planOf(tasks));
    await scene.settle();

    expect(scene.issue('plan').body).toContain(why);
    expect([scene.running(), scene.issue('A').state]).toEqual([['A'], 'open']);
  });
});

describe('a completed task that the plan asks for in other words since', () => {
  const CHANGED = { id: 'A', acceptance: ['It is fast.'] };
  const recordOf = (id: string) => readTaskRecord(scene.issue(id).body ?? '');
  const told = (id: string) => scene.comments(id).filter(({ body }) => /^A \(#\d+\), which/.test(body)).length;

  it('runs again by `/retry`, with fresh attempts, lands, and tells its dependents once', async () => {
    await begun(planOf([{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C' }, { id: 'D', dependencies: ['A'] }]));
    await finish('A', 'B', 'C');
    await edit(planOf([CHANGED, { id: 'B', dependencies: ['A'] }, { id: 'C' }, { id: 'D', dependencies: ['A'] }]));
    await scene.settle();
    expect(scene.reason('A')).toContain('changed since it was done: `/retry` runs it again');
    const dispatched = scene.dispatches('A');
    const before = recordOf('A');
    const landed = (await scene.log()).filter((message) => message.startsWith('A: ')).length;

    await scene.comment('A', '/retry Make it fast.');
    await scene.settle();

    expect([scene.issue('A').state, scene.state('A')]).toEqual(['open', 'running']);
    expect(scene.reason('A')).toContain('attempt 2');
    expect(scene.dispatches('A')).toBe(dispatched + 1);
    expect([told('B'), told('C')]).toEqual([1, 0]);
    const after = recordOf('A');
    // What it landed before is behind the base that its run starts from, and not this dispatch's work.
    expect([before?.done?.commit === undefined, before?.base === after?.base]).toEqual([false, false]);
    expect([after?.done, after?.obsolete]).toEqual([undefined, before?.dispatch]);
    await scene.run('A').complete({ 'work/A.md': 'fast\n' });
    await scene.settle();
    expect([scene.issue('A').state, scene.state('A'), told('B')]).toEqual(['closed', 'completed', 1]);
    expect(scene.reason('A')).not.toContain('changed since');
    expect((await scene.log()).filter((message) => message.startsWith('A: '))).toHaveLength(landed + 1);
    await scene.settle();
    expect(scene.dispatches('A')).toBe(dispatched + 1);
  });

  it('runs by `/retry` where a person had closed it before it ever ran', async () => {
    await begun(planOf([{ id: 'B' }, { id: 'C' }, { id: 'A' }]));
    await scene.edit('A', { state: 'closed', state_reason: 'completed' });
    await scene.settle();
    await edit(planOf([{ id: 'B' }, { id: 'C' }, CHANGED]));
    await scene.settle();
    expect(scene.reason('A')).toContain('`/retry` runs it again');

    await scene.comment('A', '/retry');
    await finish('B');

    expect([scene.issue('A').state, scene.state('A')]).toEqual(['open', 'running']);
  });

  it('stays as it is by `/retry` where the plan asks for the same as when it was done', async () => {
    await begun();
    await finish('A');

    await scene.comment('A', '/retry');
    await scene.settle();

    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['completed', 1]);
    expect(scene.comments('A').at(-1)?.body).toContain('It is completed.');
  });
});
