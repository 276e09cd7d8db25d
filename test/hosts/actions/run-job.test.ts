import { afterEach, describe, expect, it } from 'vitest';
import { jobLog } from '../../../src/hosts/actions/log.ts';
import { runJob } from '../../../src/hosts/actions/run-job.ts';
import type { PassSettings } from '../../../src/hosts/actions/settings.ts';
import { LABEL } from '../../../src/state/names.ts';
import { jobScene } from './support/job-scene.ts';

const PLAN = { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] };

let scene: Awaited<ReturnType<typeof jobScene>>;
const log: string[] = [];
afterEach(async () => {
  log.length = 0;
  await scene.close();
});

/** One job of a workflow, as its environment says. */
async function job(given: Partial<PassSettings>) {
  const { run, token } = await scene.passJob();
  scene.requests.splice(0);
  const settings = {
    ...{ locator: { owner: 'acme', repo: 'daw' }, apiUrl: scene.github.apiUrl, token, run, attempt: 1 },
    ...{ event: 'workflow_dispatch', payload: {}, results: '', timeScale: 1 },
  };
  return runJob(
    { ...settings, ...given },
    jobLog((line) => log.push(line)),
  );
}

const comment = (login: string) => ({
  event: 'issue_comment',
  payload: { sender: { login, type: 'User' }, comment: { body: '/start', author_association: 'OWNER' } },
});
const writes = () => scene.requests.filter(({ method, route }) => method !== 'GET' && !route.startsWith('graphql'));

describe('a job', () => {
  it('that a stranger’s comment started asks GitHub who that is, and does nothing else', async () => {
    scene = await jobScene({ plan: PLAN });

    expect(await job(comment('stranger'))).toBe('not due');

    expect(scene.requests.map(({ route }) => route)).toEqual([
      '/repos/{owner}/{repo}/collaborators/{username}/permission',
    ]);
    expect(log.join()).toContain('stranger may not write to this repository');
  });

  it('that a person’s comment started makes the plan’s issue', async () => {
    scene = await jobScene({ plan: PLAN });

    expect(await job(comment('lead'))).toBe('done');

    expect(JSON.stringify(scene.github.issuesReport('acme/daw'))).toContain(LABEL.plan);
  });

  it.each([
    ['the last one of a task run', { results: '["success"]' }],
    ['of the clock', { event: 'schedule' }],
  ])('%s leaves passes to a server where the workflow of passes is disabled', async (_, given) => {
    scene = await jobScene({ plan: PLAN });
    await scene.lead.rest.actions.disableWorkflow({ owner: 'acme', repo: 'daw', workflow_id: 'agent-waves.yml' });

    expect(await job(given)).toBe('not due');

    expect(writes()).toEqual([]);
    expect(log.join()).toContain('a server makes the passes');
  });

  it('fails where GitHub answers nothing but errors, leaves its turn, and has the clock go on', async () => {
    scene = await jobScene({ plan: PLAN });
    const { run, token } = await scene.passJob();
    scene.faults.push({
      on: 'request',
      route: 'graphql Observe',
      answer: { status: 422 },
      moment: 'before',
      count: Number.POSITIVE_INFINITY,
    });

    const made = runJob(
      {
        ...{ locator: { owner: 'acme', repo: 'daw' }, apiUrl: scene.github.apiUrl, token, run, attempt: 1 },
        ...{ event: 'push', payload: {}, results: '', timeScale: 1_000 },
      },
      jobLog((line) => log.push(line)),
    );

    await expect(made).rejects.toThrow();
    expect(await scene.clockState()).toBe('active');
    scene.faults.clear();
    expect(await job({ event: 'schedule' })).toBe('done');
  });
});
