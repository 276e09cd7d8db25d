import { afterEach, expect, it } from 'vitest';
import { attemptLeft } from '../../../src/state/attempts.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { configOf, taskOf } from '../../support/course.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

let scene: GitHubScene;
afterEach(() => scene.close());

const AGENT = { type: 'general-purpose', model: 'sonnet', seconds: 3_600, stalled: true };

it('an agent that hangs has what its slices took counted, and the run after the last of them fails the attempt', async () => {
  scene = await githubScene({ plan: { name: 'Hung', tasks: [{ id: 'A', title: 'Ground' }] } });
  await scene.start();
  const first = scene.run('A');
  await first.claim();
  await first.report('continued', { agent: AGENT });
  await first.end();
  await scene.settle();

  const second = scene.run('A');
  const record = readTaskRecord(scene.issue('A').body ?? '');
  const left = record && attemptLeft(record, { task: taskOf({ id: 'A', minutes: 60 }), config: configOf() });

  expect(second.dispatch).toMatchObject({ attempt: 1, slice: 2 });
  expect(left).toEqual({ minutes: 180, stalledSlices: 1 });

  await second.claim();
  await second.report('agent', { agent: AGENT, cause: { kind: 'stalled', slices: 2 } });
  await second.end('failure');
  await scene.settle();

  expect(scene.state('A')).toBe('retrying');
  expect(scene.reason('A')).toContain('2 runs in a row came to the end of their time and had changed no file');
});
