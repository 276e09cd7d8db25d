import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACT, type ActMachine, actMachine } from './support/act/act-machine.ts';
import { onOneStage } from './support/stage.ts';

/**
 * act (https://github.com/nektos/act) knows nothing of the embedded runner, and reads the templates and the actions by
 * itself: what both make of them is not one reading of GitHub's documentation, but two.
 */
if (ACT === '') console.warn('SKIPPED: jobs that act executes; set ACT_PROGRAM to the path of act');

describe.skipIf(ACT === '')('jobs that act executes', () => {
  let machine: ActMachine;
  beforeAll(async () => {
    machine = await actMachine();
  });
  afterAll(() => machine.remove());

  describe.each([
    ['agent-task.yml', false, ['B']],
    ['agent-task-hardened.yml', true, ['B · claim', 'B · agent', 'B · verify', 'B · report']],
  ])('of %s, and passes without a server', (_, hardened, jobs) => {
    const play = onOneStage(
      {
        hardened,
        withoutServer: true,
        tasks: [{ id: 'A' }, { id: 'B', needs: ['A'] }],
        makeRunner: (options) => machine.makeRunner(options),
      },
      async ({ session, spoil }) => {
        await spoil('B', 1);
        await session.start();
      },
    );

    it(
      'complete a plan: each task lands once, and its issue is closed',
      play(async ({ finished, landings, issue }) => {
        await finished();

        expect((await landings()).map(({ task, attempt }) => `${task} ${attempt}`)).toEqual(['A 1', 'B 2']);
        expect(['A', 'B'].map((id) => issue(id).state)).toEqual(['closed', 'closed']);
      }),
    );

    it(
      'go on after work that failed its checks: the last job of that run has the next attempt started',
      play(async ({ session, runsOf, eventually }) => {
        await eventually('every run is over', () =>
          session.github.runs().every(({ status }) => status === 'completed'),
        );

        const [failed, landed] = runsOf('B');
        expect([failed?.conclusion, landed?.conclusion]).toEqual(['failure', 'success']);
        expect(failed?.jobs.map(({ name }) => name)).toEqual([...jobs, 'B · next']);
        expect(failed?.jobs.at(-1)?.conclusion).toBe('success');
        expect([failed?.actor.login, landed?.actor.login]).toEqual(['github-actions[bot]', 'github-actions[bot]']);
      }),
    );

    it(
      'ask GitHub by GITHUB_TOKEN and nothing else',
      play(async ({ session }) => {
        const actors = new Set(session.requests.map(({ actor }) => actor));

        expect([...actors].sort()).toEqual(['github-actions[bot]', 'lead']);
      }),
    );
  });
});
