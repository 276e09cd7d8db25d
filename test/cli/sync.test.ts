import { afterEach, describe, expect, it } from 'vitest';
import { statusCommand } from '../../src/cli/status.ts';
import { syncCommand } from '../../src/cli/sync.ts';
import { createClient } from '../../src/github/octokit.ts';
import { HOLD_TIMINGS, takeHold } from '../../src/hosts/actions/pass-hold.ts';
import { passRef } from '../../src/hosts/actions/pass-ref.ts';
import { LABEL } from '../../src/state/names.ts';
import type { GitHubScene, SceneInput } from '../support/github-scene.ts';
import { onGitHub, planScene, writes } from './support/plan-scene.ts';

let scene: GitHubScene;
afterEach(() => scene.close());

const begin = async (input: Partial<SceneInput> = {}) => {
  scene = await planScene(input);
  const secrets = { ANTHROPIC_API_KEY: 'one' };
  scene.github.setEnvironment('acme/daw', { name: 'agent-waves', branches: ['main'], secrets });
};
const sync = () => {
  scene.later(1_000);
  return onGitHub(scene, syncCommand());
};
const planIssue = () => scene.issues().find(({ labels }) => JSON.stringify(labels).includes(LABEL.plan));
const PASSES = '.github/workflows/agent-waves.yml';
const workflow = `# ${JSON.stringify({ name: 'Passes', events: ['workflow_dispatch'], dispatchInputs: [] })}\non: workflow_dispatch\n`;
const passJobs = () => scene.github.runs().filter(({ workflow: { path } }) => path === PASSES);

describe('agent-waves sync where nobody else makes passes', () => {
  it('makes one under the name of the person, says what it did, and carries a plan to its end', async () => {
    await begin();

    const first = await sync();
    await scene.label(1, LABEL.start);
    const started = await sync();

    expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/create-label.*\n.*1 create-issue.*\n/)]);
    expect(planIssue()?.user?.login).toBe('lead');
    expect(started.stdout).toMatch(/2 dispatch/);
    expect(scene.running()).toEqual(['A', 'C']);
    for (const id of ['A', 'C', 'B', 'D']) {
      await scene.run(id).complete();
      expect((await sync()).code).toBe(0);
    }
    expect(planIssue()?.state).toBe('closed');
    expect([...scene.github.runs()].filter(({ workflow: { path } }) => path.endsWith('agent-task.yml'))).toHaveLength(
      4,
    );
    expect((await onGitHub(scene, statusCommand())).stdout).toContain('4 of 4 tasks completed');
  });

  it('says why nothing starts', async () => {
    await begin();
    scene.github.setSettings('acme/daw', { actionsEnabled: false });
    await sync();
    await scene.label(1, LABEL.start);

    const told = await sync();

    expect(told.stdout).toMatch(/\nnothing new starts: as the repository is set up no work could land: .*Actions/);
    expect(scene.running()).toEqual([]);
  });

  it('does nothing the second time, and says so', async () => {
    await begin();
    await sync();
    await scene.label(1, LABEL.start);
    await sync();
    const runs = scene.github.runs().length;

    const again = await sync();

    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^nothing to do: GitHub is as the plan says\nthere is more to do in/),
    });
    expect(scene.github.runs()).toHaveLength(runs);
  });

  it('obeys the commands of that same person, each once, and none of its own words', async () => {
    await begin();
    await sync();
    await scene.label(1, LABEL.start);
    await sync();
    await scene.comment('D', '/skip');
    await scene.comment('A', '/why');

    await sync();
    await sync();

    expect(scene.issue('D').state_reason).toBe('not_planned');
    const answers = scene.comments('A').filter(({ author, occasion }) => author === 'lead' && occasion !== undefined);
    expect(answers.map(({ body }) => body)).toEqual([expect.stringContaining('**A** is running on A1')]);
  });

  it('hands a plan over to jobs in the middle, once it is paused and its runs are told of', async () => {
    await begin({ withoutServer: true });
    await sync();
    await scene.label(1, LABEL.start);
    await sync();
    await scene.label(1, LABEL.pause);
    for (const id of ['A', 'C']) await scene.run(id).complete();
    await sync();
    const issues = scene.issues().length;

    await scene.settle();
    await scene.lead.rest.issues.removeLabel({ ...scene.repository, issue_number: 1, name: LABEL.pause });
    await scene.settle();

    expect(scene.issues()).toHaveLength(issues);
    expect(scene.running()).toEqual(['B']);
    for (const id of ['B', 'D']) {
      await scene.run(id).complete();
      await scene.settle();
    }
    expect(planIssue()?.state).toBe('closed');
    expect(scene.dispatches('A')).toBe(1);
  });

  it('holds the pass ref, and leaves where somebody else holds it, who is asked for one more', async () => {
    await begin();
    const client = createClient({
      token: (await scene.passJob()).token,
      baseUrl: scene.github.apiUrl,
      isQuiet: true,
    });
    const store = passRef({ client, locator: scene.repository });
    const clock = { now: scene.now, sleep: async () => undefined };
    const job = await scene.passJob();
    const other = { store, holder: { run: job.run, attempt: 1, id: 'other' }, ended: [], timings: HOLD_TIMINGS, clock };
    const taken = await takeHold(other);

    const left = await sync();

    expect(taken.kind).toBe('taken');
    expect(left.stdout).toBe('another job makes passes at the moment, and was asked for one more\n');
    expect(scene.issues()).toEqual([]);
    expect((await store.read()).lock?.again?.times).toBe(1);
  });

  it('leaves the ref free for the next one', async () => {
    await begin();
    await sync();

    const store = passRef({
      client: createClient({ token: scene.town.lead.token, baseUrl: scene.github.apiUrl }),
      locator: scene.repository,
    });

    expect((await store.read()).lock).toMatchObject({ sends: [] });
    expect((await store.read()).lock?.holder).toBeUndefined();
  });
});

describe('agent-waves sync where another host keeps the plan', () => {
  it('does nothing beside a server, and says what to do', async () => {
    await begin();
    await scene.start();
    scene.requests.splice(0);

    const told = await sync();

    expect(told.code).toBe(1);
    expect(told.stderr).toBe(
      'waves[bot] keeps this plan in #1, and one host alone works on a plan: nothing was done.\n' +
        'To go on: its server makes a pass at each event, and every minute; or finish the plan, or close #1, to begin anew here.\n',
    );
    expect(writes(scene)).toEqual([]);
  });

  it('asks the jobs of the repository for a pass', async () => {
    await begin({ withoutServer: true, files: { [PASSES]: workflow } });
    await scene.start();
    scene.requests.splice(0);

    const told = await sync();

    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('one was asked for')]);
    expect(passJobs()).toHaveLength(1);
    expect(writes(scene)).toEqual(['POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches']);
  });

  it('says what is missing where jobs kept the plan and their workflow is gone', async () => {
    await begin({ withoutServer: true });
    await scene.start();
    scene.requests.splice(0);

    const told = await sync();

    expect([told.code, told.stderr]).toEqual([
      1,
      expect.stringContaining(`enable ${PASSES} of acme/daw under Actions`),
    ]);
    expect(writes(scene)).toEqual([]);
  });

  it('leaves the plan of another person alone', async () => {
    await begin();
    await sync();
    const { token } = scene.github.createUser({ login: 'third' });
    scene.github.addCollaborator({ repository: 'acme/daw', login: 'third', permission: 'write' });
    scene.requests.splice(0);

    const told = await onGitHub(scene, syncCommand(), { token });

    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining('To go on: sync with a token of lead')]);
    expect(writes(scene)).toEqual([]);
  });
});
