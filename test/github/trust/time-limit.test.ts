import { afterEach, describe, expect, it } from 'vitest';
import { instant } from '../../../src/state/snapshot.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** GitHub tells a run that met its time limit as cancelled, just as one that a person cancelled. */

const PLAN = { id: 'daw', name: 'DAW', tasks: [{ id: 'A', title: 'First' }] };
const inputs = ['task', 'issue', 'attempt', 'slice', 'dispatch'].map((name) => ({ name, required: true }));
const described = { name: 'Agent task', events: ['workflow_dispatch'], dispatchInputs: inputs };
const WORKFLOW = `# ${JSON.stringify(described)}
run-name: "\${{ inputs.task }} #\${{ inputs.issue }} · attempt \${{ inputs.attempt }} · slice \${{ inputs.slice }} · d\${{ inputs.dispatch }}"
on:
  workflow_dispatch:
    inputs: { task: {}, issue: {}, attempt: {}, slice: {}, dispatch: {} }
jobs:
  task:
    name: \${{ inputs.task }}
    timeout-minutes: 350
`;
const MINUTE = 60_000;

let scene: GitHubScene;
afterEach(() => scene.close());

async function begun(): Promise<void> {
  scene = await githubScene({ plan: PLAN, files: { '.github/workflows/agent-task.yml': WORKFLOW } });
  await scene.start();
}

/** Its job is ended after so many minutes, and GitHub says cancelled. */
async function endAfter(minutes: number): Promise<void> {
  const run = scene.run('A');
  await run.claim();
  const from = scene.now();
  scene.later(minutes * MINUTE);
  const [started_at, completed_at] = [instant(from), instant(scene.now())];
  const step = { name: 'agent', number: 1, conclusion: 'cancelled', started_at, completed_at } as const;
  await run.jobEnded({ name: 'A', conclusion: 'cancelled', started_at, completed_at, steps: [step] });
  await run.end('cancelled');
}

async function wait(minutes: number): Promise<void> {
  await scene.settle();
  scene.later(minutes * MINUTE);
  await scene.settle();
}

describe('a run that met the time limit of its job', () => {
  it('holds nothing: the next one goes on with the same attempt', async () => {
    await begun();

    await endAfter(350);
    await wait(5);

    expect(scene.run('A').dispatch).toMatchObject({ dispatch: 2, attempt: 1 });
    expect(scene.view('A').record.history).toMatchObject([
      { outcome: 'infrastructure', cause: { kind: 'time-limit', minutes: 350 } },
    ]);
  });

  it('asks a person once it happened three times in a row, and says what to change', async () => {
    await begun();
    for (let left = 3; left > 0; left--) {
      await endAfter(350);
      await wait(60);
    }

    expect(scene.state('A')).toBe('needs-human');
    expect(scene.comments('A').at(-1)?.body).toContain('met the time limit of its job, 350 minutes');
  });

  it('is asked about once, by two requests', async () => {
    await begun();
    await endAfter(350);
    await scene.settle();
    await scene.settle();

    const jobs = scene.requests.filter(({ route }) => route.endsWith('/runs/{run_id}/jobs'));
    expect(jobs).toHaveLength(1);
  });
});

describe('a run that a person cancelled on GitHub', () => {
  it('holds its task until a person says otherwise', async () => {
    await begun();

    await endAfter(100);
    await wait(60);

    expect([scene.state('A'), scene.running()]).toEqual(['held', []]);
    expect(scene.reason('A')).toContain('its run was cancelled on GitHub');
    await scene.comment('A', '/start');
    await scene.settle();
    expect(scene.run('A').dispatch.dispatch).toBe(2);
  });
});

it('takes no run that the app itself cancelled for a person’s no', async () => {
  await begun();
  const run = scene.run('A');
  await run.claim();
  await scene.edit('wave 1', { state: 'closed', state_reason: 'not_planned' });
  await scene.settle();

  await scene.edit('wave 1', { state: 'open' });
  await wait(5);

  expect(scene.run('A').dispatch.dispatch).toBe(2);
  expect(scene.view('A').record.hold).toBeUndefined();
});
