import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/state/result.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { openPullOf } from '../../support/scene/show-for-review.ts';

/** A command speaks to what was there when it was written, whatever has ended or begun when a pass reads it. */

const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

const HOUR = 3_600_000;

let scene: GitHubScene;
afterEach(() => scene.close());

async function begun(config = 'landing: push\n'): Promise<void> {
  scene = await githubScene({ plan: PLAN, config });
  await scene.start();
  await scene.run('A').claim();
}

/** Its run says how it ended, and no pass has seen that. */
async function ends(outcome: Outcome, extra: Parameters<ReturnType<typeof scene.run>['report']>[1] = {}) {
  const run = scene.run('A');
  await run.report(outcome, extra);
  await run.end(outcome === 'continued' || outcome === 'in-review' ? 'success' : 'failure');
}

async function fails(): Promise<void> {
  await ends('verification', { failure: { what: 'test failed', output: '' } });
}

async function goesIntoReview(): Promise<number> {
  const { number, head } = await openPullOf(scene, 'A');
  await ends('in-review', { pull: { number, head } });
  return number;
}

async function lands(): Promise<void> {
  const run = scene.run('A');
  await run.land();
  await run.report('completed');
  await run.closeIssue();
  await run.end('success');
}

async function pullState(number: number): Promise<string> {
  const { data } = await scene.lead.rest.pulls.get({ ...scene.repository, pull_number: number });
  return data.state;
}

const settleLater = async () => {
  await scene.settle();
  scene.later(HOUR);
  await scene.settle();
};

const answers = (name: string) =>
  scene.comments(name).flatMap(({ author, body }) => (author === 'waves[bot]' ? [body] : []));

const WHERE = [
  ['the plan', 'plan'],
  ['the wave', 'wave 1'],
  ['the task', 'A'],
] as const;

describe.each(WHERE)('/cancel on %s while a task runs', (_, where) => {
  it.each([
    ['failed', fails],
    ['ended its slice', () => ends('continued')],
    ['met a limit', () => ends('quota', { until: '2026-01-01T00:00:00Z', failure: { what: 'quota', output: '' } })],
  ])('keeps it from going on by itself where the run has %s since', async (_how, end) => {
    await begun();

    await scene.comment(where, '/cancel');
    await end();
    await settleLater();

    expect([scene.state('A'), scene.reason('A'), scene.dispatches('A')]).toEqual([
      'held',
      'cancelled by lead; comment `/start` or `/retry`',
      1,
    ]);
    await scene.comment(where, '/start');
    await scene.settle();
    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['running', 2]);
  });

  it('takes its work out of review where it got there since', async () => {
    await begun('landing: review\n');

    await scene.comment(where, '/cancel');
    const pull = await goesIntoReview();
    await settleLater();

    expect([scene.state('A'), await pullState(pull), scene.dispatches('A')]).toEqual(['held', 'closed', 1]);
  });

  it('undoes nothing that has landed since, and lets dependents start', async () => {
    await begun();

    await scene.comment(where, '/cancel');
    await lands();
    await scene.settle();

    expect([scene.state('A'), scene.running()]).toEqual(['completed', ['B']]);
    expect(answers(where)[0]).toContain(where === 'A' ? 'Too late: it is completed' : 'No task here is running');
  });

  it('counts where a pass reads it only after it has sent the next run', async () => {
    await begun();
    await fails();
    await scene.settle();
    scene.later(HOUR / 2);
    scene.faults.push({ on: 'stale-read', within: 5_000, route: /graphql/ });
    await scene.comment(where, '/cancel');
    await scene.pass();
    expect([scene.running(), scene.dispatches('A')]).toEqual([['A'], 2]);

    scene.faults.clear();
    await settleLater();

    expect([scene.state('A'), scene.running(), scene.dispatches('A')]).toEqual(['held', [], 2]);
  });
});

describe('/cancel on a plan', () => {
  it('holds what waits for its next try, too, until a person starts it', async () => {
    await begun();
    await fails();
    await scene.settle();
    expect(scene.state('A')).toBe('retrying');

    await scene.comment('plan', '/cancel');
    await settleLater();

    expect([scene.state('A'), scene.dispatches('A'), answers('plan')]).toEqual(['held', 1, []]);
    await scene.comment('A', '/start');
    await scene.settle();
    scene.restart();
    await settleLater();
    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['running', 2]);
  });

  it('leaves alone what is in review, and what needs a person', async () => {
    await begun('landing: review\nattempts: 1\n');
    const pull = await goesIntoReview();
    await scene.settle();

    await scene.comment('plan', '/cancel');
    await settleLater();

    expect([scene.state('A'), await pullState(pull)]).toEqual(['in-review', 'open']);
    expect(answers('plan')).toEqual([expect.stringContaining('No task here is running')]);
  });

  it('holds nothing that a person has had opened again since it was done', async () => {
    await begun();
    await lands();
    await scene.settle();
    await scene.run('B').fail();
    await scene.settle();
    await scene.comment('plan', '/cancel');
    await scene.settle();
    await scene.edit('A', { state: 'open' });

    await scene.settle();

    expect([scene.state('A'), scene.state('B')]).toEqual(['running', 'held']);
  });
});

describe('on a task whose run has ended since', () => {
  it('/skip leaves it out where it failed', async () => {
    await begun();

    await scene.comment('A', '/skip');
    await fails();
    await settleLater();

    expect([scene.state('A'), scene.dispatches('A'), scene.running()]).toEqual(['skipped', 1, ['B']]);
  });

  it('/skip comes too late where it landed', async () => {
    await begun();

    await scene.comment('A', '/skip');
    await lands();
    await scene.settle();

    expect([scene.state('A'), answers('A')]).toEqual([
      'completed',
      [expect.stringContaining('Too late: it is completed')],
    ]);
  });

  it('/pause holds the next try', async () => {
    await begun();

    await scene.comment('A', '/pause');
    await fails();
    await settleLater();

    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['held', 1]);
  });

  it('/retry fresh is kept for the next attempt, and leaves the work in review that got there since', async () => {
    await begun('landing: review\n');

    await scene.comment('A', '/retry fresh');
    const pull = await goesIntoReview();
    await settleLater();

    expect([scene.state('A'), await pullState(pull), scene.dispatches('A')]).toEqual(['in-review', 'open', 1]);
    expect(answers('A')).toEqual([expect.stringContaining('this counts for its next attempt')]);
  });

  it.each(['/retry', '/start'])(
    '%s does not take back that its run was cancelled on GitHub afterwards',
    async (word) => {
      await begun();

      await scene.comment('A', word);
      scene.later(5_000);
      await scene.lead.rest.actions.cancelWorkflowRun({ ...scene.repository, run_id: scene.run('A').id });
      scene.later(HOUR);
      await settleLater();

      expect([scene.state('A'), scene.dispatches('A')]).toEqual(['held', 1]);
    },
  );
});

describe('/retry on a plan', () => {
  it('does not speak to a task that ran then, and failed for the last time since', async () => {
    await begun('landing: push\nattempts: 1\n');

    await scene.comment('plan', '/retry');
    await fails();
    await settleLater();

    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['needs-human', 1]);
    expect(answers('plan')).toEqual([expect.stringContaining('there is nothing to retry here')]);
  });
});
