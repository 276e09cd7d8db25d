import { afterEach, describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { jobScene } from './support/job-scene.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: Awaited<ReturnType<typeof jobScene>>;
afterEach(() => scene.close());

const begin = async () => {
  scene = await jobScene({ plan: PLAN });
};
const planIssue = () =>
  scene.github.issuesReport('acme/daw').find(({ labels }) => JSON.stringify(labels).includes(LABEL.plan));
const start = async () => {
  await scene.work();
  await scene.label(planIssue()?.number ?? 0, LABEL.start);
  await scene.work();
};
const titles = () => scene.liveRuns().map(({ dispatch }) => dispatch.task);
const routes = () => scene.requests.map(({ method, route }) => `${method} ${route.replace(/.*[/]([^/]+)$/, '$1')}`);

describe('a plan whose passes are made by jobs', () => {
  it('goes its way by the last job of each run, which knows that the run is over', async () => {
    await begin();
    await start();
    expect(titles()).toEqual(['A']);

    for (const id of ['A', 'B']) {
      const run = scene.run(id);
      await run.claim();
      await run.land();
      await run.report('completed');
      await run.closeIssue();
      // The run itself is at work still: its last job is what makes the pass.
      expect(await scene.work({ run: run.id, conclusion: 'success' })).toBe('done');
    }

    expect(planIssue()?.state).toBe('closed');
  });

  it('takes a run without a result for dead within its own last job, and waits out the grace there', async () => {
    await begin();
    await start();
    const run = scene.run('A');
    await run.claim();

    await scene.work({ run: run.id, conclusion: 'failure' });

    expect(scene.liveRuns().map(({ dispatch }) => `${dispatch.task} d${dispatch.dispatch}`)).toEqual(['A d1', 'A d2']);
  });

  it('still finishes when its last run died on a Friday: the clock finds that on Monday', async () => {
    await begin();
    await start();
    await scene.run('A').claim();
    const dead = scene.github.runs().find(({ id }) => id === scene.run('A').id);
    if (dead) scene.github.loseMachine(dead);
    expect(await scene.clockState()).toBe('active');
    scene.later(60 * 3_600_000);

    await scene.work();

    for (const id of ['A', 'B']) {
      await scene.run(id).complete();
      await scene.work();
    }
    expect(planIssue()?.state).toBe('closed');
    expect(await scene.clockState()).toBe('disabled_manually');
  });

  it('has its clock enabled before the first dispatch, and disabled when nothing is live, due or waiting', async () => {
    await begin();
    await scene.work();
    expect(await scene.clockState()).toBe('disabled_manually');

    await scene.label(planIssue()?.number ?? 0, LABEL.start);
    await scene.work();
    expect(await scene.clockState()).toBe('active');

    await scene.comment(planIssue()?.number ?? 0, '/cancel');
    await scene.run('A').end('cancelled');
    await scene.work();
    expect(await scene.clockState()).toBe('disabled_manually');

    await scene.comment(planIssue()?.number ?? 0, '/start');
    scene.requests.splice(0);
    await scene.work();
    expect(titles()).toEqual(['A']);
    const enabled = routes().indexOf('PUT enable');
    expect(enabled).toBeGreaterThan(0);
    expect(enabled).toBeLessThan(routes().lastIndexOf('POST dispatches'));
  });

  it('goes on in a job without that clock, and says what is missing', async () => {
    await begin();
    await scene.github.commitFiles({
      repository: 'acme/daw',
      by: 'lead',
      message: 'No clock',
      files: { '.github/workflows/agent-waves-clock.yml': null },
    });

    await start();

    expect(titles()).toEqual(['A']);
    expect(scene.log.join()).toContain('copy templates/agent-waves-clock.yml');
  });

  it('asks each person’s permission once for several jobs: what the one before remembered rides on the ref', async () => {
    await begin();
    await start();
    scene.requests.splice(0);

    await scene.work();

    expect(routes()).not.toContain('GET permission');
  });

  it('dispatches nothing while few requests are left, says so where people look, and goes on after the reset', async () => {
    await begin();
    await scene.work();
    await scene.label(planIssue()?.number ?? 0, LABEL.start);
    const { token } = await scene.passJob();
    const ask = () =>
      scene.github.fetch(`${scene.github.apiUrl}/repos/acme/daw`, { headers: { authorization: `token ${token}` } });
    await Promise.all(Array.from({ length: 800 }, ask));

    await scene.work();

    expect(titles()).toEqual([]);
    expect(planIssue()?.body).toContain('few are left: this goes on by itself at');
    expect(await scene.clockState()).toBe('active');
    scene.later(3_600_000);
    await scene.work();
    expect(titles()).toEqual(['A']);
    expect(planIssue()?.body).not.toContain('few are left');
  });
});

describe('one turn after the other', () => {
  it('a job that finds another at work asks for one more pass, and the other makes it', async () => {
    await begin();
    const { taken } = await scene.take();

    expect(await scene.work({ run: 5, conclusion: 'success' })).toBe('left');

    const released = taken.kind === 'taken' ? await taken.hold.release({ isOutOfTime: false }) : undefined;
    expect(released).toMatchObject({ kind: 'again', told: [{ run: 5, conclusion: 'success' }] });
  });

  it.each(['before', 'after'] as const)(
    'goes on where GitHub’s answer to a change of the lock was lost %s it',
    async (moment) => {
      await begin();
      const route = '/repos/{owner}/{repo}/git/refs/{ref}';
      await scene.work();
      scene.faults.push({ on: 'request', method: 'PATCH', route, answer: { status: 502 }, moment });

      if (moment === 'after') expect(await scene.work()).toBe('done');
      else await expect(scene.work()).rejects.toThrow();

      expect(await scene.work()).toBe('done');
    },
  );

  it('takes over from one whose run has ended, however lately it said that it lives', async () => {
    await begin();
    const { job } = await scene.take();
    const run = scene.github.runs().find(({ id }) => id === job.run);
    if (run) scene.github.loseMachine(run);

    expect(await scene.work()).toBe('done');

    expect(planIssue()).toBeDefined();
  });

  it('takes over from one that has been silent for three minutes, which starts no run then', async () => {
    await begin();
    const { taken } = await scene.take();
    scene.later(181_000);

    expect(await scene.work()).toBe('done');

    expect(planIssue()).toBeDefined();
    if (taken.kind !== 'taken') throw new Error('the first job has no turn');
    expect(await taken.hold.announce(['A #1'])).toBe(false);
    expect(await taken.hold.release({ isOutOfTime: false })).toEqual({ kind: 'lost' });
  });
});

describe('a plan that another host keeps', () => {
  it('of a server: jobs leave it alone and say whose it is', async () => {
    await begin();
    await scene.start();
    const before = scene.github.issuesReport('acme/daw').length;

    expect(await scene.work()).toBe('done');

    expect(scene.github.issuesReport('acme/daw')).toHaveLength(before);
    expect(scene.log.join()).toContain('`waves[bot]` keeps this plan in #');
    expect(scene.running()).toEqual(['A']);
  });

  it('of jobs: a server leaves it alone', async () => {
    await begin();
    await start();
    const before = scene.github.issuesReport('acme/daw').length;

    const made = await scene.pass();

    expect(scene.github.issuesReport('acme/daw')).toHaveLength(before);
    expect(made).toMatchObject({ kind: 'done', progress: 'unchanged', decision: { effects: [] } });
    expect(made.kind === 'done' && made.decision.notice).toContain('`github-actions[bot]` keeps this plan in #');
  });

  it('begins anew where a person closed the other one’s issue', async () => {
    await begin();
    await scene.settle();
    const theirs = planIssue()?.number ?? 0;

    await scene.edit(theirs, { state: 'closed', state_reason: 'not_planned' });
    await scene.work();

    const plans = scene.github
      .issuesReport('acme/daw')
      .filter(({ labels }) => JSON.stringify(labels).includes(LABEL.plan));
    expect(plans.map(({ user, state }) => `${user?.login} ${state}`)).toEqual([
      'waves[bot] closed',
      'github-actions[bot] open',
    ]);
  });
});
