import { afterEach, expect, it } from 'vitest';
import { MAX_SLICES } from '../../../src/state/attempts.ts';
import { readTaskRecord, type TaskRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** Work that its agent has finished, and that does not get its turn to land: runs give it back. */

let scene: GitHubScene;
afterEach(() => scene.close());

const BUSY = { kind: 'base-busy' } as const;

async function begin(config = 'landing: push\nattempts: 1\n'): Promise<void> {
  scene = await githubScene({ plan: { name: 'Busy', tasks: [{ id: 'A', title: 'Ground' }] }, config });
  await scene.start();
}

/** Its newest run gives the work back, as the action does. */
async function givesBack(costUsd?: number): Promise<void> {
  const run = scene.run('A');
  await run.claim();
  const agent = { type: 'general-purpose', model: 'sonnet', seconds: 1, ...(costUsd ? { cost_usd: costUsd } : {}) };
  await run.report('continued', { agent, cause: BUSY, failure: { what: 'the base moved', output: '' } });
  await run.end('success');
}

async function runEnds(outcome: 'continued' | 'infrastructure'): Promise<void> {
  const run = scene.run('A');
  await run.claim();
  if (outcome === 'continued') await run.report(outcome);
  await run.end(outcome === 'continued' ? 'success' : 'failure');
}

function record(): TaskRecord | undefined {
  return readTaskRecord(scene.issue('A').body ?? '');
}

const settleLater = async () => {
  await scene.settle();
  scene.later(3_600_000);
  await scene.settle();
};

it('goes on at once in the next slice of the same attempt, and tells the agent of no failure', async () => {
  await begin();
  await givesBack();
  await scene.settle();

  expect(scene.state('A')).toBe('running');
  expect(scene.run('A').dispatch).toMatchObject({ attempt: 1, slice: 2, dispatch: 2 });
  expect(record()?.failure).toBeUndefined();
});

it('asks a person after the third run in a row, once, and lands after a /retry in the same attempt', async () => {
  await begin();
  for (let run = 1; run <= 3; run++) {
    await givesBack();
    await settleLater();
  }

  expect([scene.state('A'), scene.dispatches('A')]).toEqual(['needs-human', 3]);
  expect(scene.reason('A')).toBe(
    'finished work had no turn to land in 3 runs in a row, since the base moved all the time; push to it less often or set `landing: review`, then comment `/retry`: the work is kept, and its agent is not run again',
  );
  const asked = scene.comments('A').filter(({ body }) => body.includes('needs a person'));
  expect(asked.map(({ body }) => body.split('\n\n').at(-1))).toEqual([
    'No attempt is used up. The checks of this work take longer than the base stays as it is: let it rest for a while, or make them faster. `/skip` lets dependents go on without this task. Tasks that do not depend on it run on.',
  ]);
  expect(asked[0]?.body).not.toContain('The last one ended with');

  await scene.comment('A', '/retry');
  await scene.settle();
  expect(scene.run('A').dispatch).toMatchObject({ attempt: 1, slice: 4, dispatch: 4 });
  await scene.run('A').complete();
  await scene.settle();
  expect(scene.state('A')).toBe('completed');
});

it('takes runs that say nothing of the work for no end of the row, and a slice of the agent for one', async () => {
  await begin();
  await givesBack();
  await settleLater();
  await givesBack();
  await settleLater();
  await runEnds('infrastructure');
  await settleLater();
  expect(scene.state('A')).toBe('running');
  await runEnds('continued');
  await settleLater();
  await givesBack();
  await settleLater();
  expect(scene.state('A')).toBe('running');
  await givesBack();
  await settleLater();
  await runEnds('infrastructure');
  await settleLater();
  expect(scene.state('A')).toBe('running');

  await givesBack();
  await settleLater();

  expect(scene.state('A')).toBe('needs-human');
});

it('uses up none of the slices that an attempt may have', async () => {
  await begin();
  await givesBack();
  await scene.settle();
  for (let slice = 1; slice < MAX_SLICES; slice++) {
    await runEnds('continued');
    await scene.settle();
  }

  await givesBack();
  await scene.settle();

  expect([scene.state('A'), record()?.attempt, record()?.history.at(-1)?.outcome]).toEqual(['running', 1, 'continued']);
  await runEnds('continued');
  await scene.settle();
  expect(scene.reason('A')).toContain(`${MAX_SLICES} runs and not done`);
});

it('counts what the agent cost once, in the run that paid for it, where another run lands the work', async () => {
  await begin();
  await givesBack(1.25);
  await scene.settle();

  await scene.run('A').complete();
  await scene.settle();

  expect(record()?.done?.cost_usd).toBe(1.25);
});
