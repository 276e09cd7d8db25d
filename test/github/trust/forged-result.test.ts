import type { Octokit } from '@octokit/rest';
import { afterEach, expect, it } from 'vitest';
import type { Outcome, Result } from '../../../src/state/result.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import type { ScriptedRun } from '../../support/scene/scripted-run.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

/** So long a result waits for what bears it out. */
const GRACE = 91_000;

let scene: GitHubScene;
afterEach(() => scene.close());

/** A runs, and another workflow of the repository may write to issues under the same name. */
async function begun(config = 'landing: push\n'): Promise<{ run: ScriptedRun; forger: Octokit }> {
  scene = await githubScene({ plan: PLAN, config });
  await scene.start();
  const run = scene.run('A');
  await run.claim();
  return { run, forger: await scene.otherWorkflow() };
}

function resultOf({ id, dispatch }: ScriptedRun, outcome: Outcome, extra: Partial<Result> = {}): string {
  const result: Result = {
    ...dispatch,
    run: id,
    outcome,
    checks: [{ name: 'test', status: 'passed' }],
    summary: 'Trust me.',
    agent: { type: 'general-purpose', model: 'sonnet' },
    ...extra,
  };
  return `Done\n\n${writeResult(result)}\n`;
}

it('completes nothing for a comment under the name of task runs that names no commit', async () => {
  const { run, forger } = await begun();

  await scene.comment('A', resultOf(run, 'completed'), forger);
  await scene.settle();
  scene.later(GRACE);
  await scene.settle();

  expect([scene.state('A'), scene.state('B'), scene.running()]).toEqual(['running', 'blocked', ['A']]);
});

it("completes nothing for one that names a commit which is somebody else's, nor for the issue that it closes", async () => {
  const { run, forger } = await begun();

  await scene.comment('A', resultOf(run, 'completed', { commit: await scene.head() }), forger);
  await forger.rest.issues.update({
    ...scene.repository,
    issue_number: scene.number('A'),
    state: 'closed',
    state_reason: 'completed',
  });
  await scene.settle();

  expect([scene.state('A'), scene.state('B')]).toEqual(['running', 'blocked']);
});

it('goes by the genuine failure where a forged result said that it was completed', async () => {
  const { run, forger } = await begun();
  await scene.comment('A', resultOf(run, 'completed'), forger);

  await run.fail('verification');
  await scene.settle();

  expect(scene.view('A').record.history.map(({ outcome }) => outcome)).toEqual(['verification']);
});

it('goes by what landed where a forged result said that it failed', async () => {
  const { run, forger } = await begun();
  await scene.comment('A', resultOf(run, 'verification', { failure: { what: 'no', output: '' } }), forger);
  await scene.settle();
  expect(scene.state('A')).toBe('running');

  await run.land();
  await run.report('completed');
  await run.closeIssue();
  await run.end();
  await scene.settle();

  expect([scene.state('A'), scene.running()]).toEqual(['completed', ['B']]);
});

it('does not believe a failure while the run is at work, and no more than a failure once it has failed', async () => {
  const { run, forger } = await begun();
  const forged = resultOf(run, 'quota', { until: '2999-01-01T00:00:00Z', failure: { what: 'no', output: '' } });
  await scene.comment('A', forged, forger);
  await scene.settle();
  expect(scene.state('A')).toBe('running');

  await run.end('failure');
  await scene.settle();
  expect(scene.state('A')).toBe('retrying');
  scene.later(24 * 3_600_000);
  await scene.settle();

  expect(scene.running()).toEqual(['A']);
});

it('takes a run that ended well and landed nothing for one without a result, whatever was said', async () => {
  const { run, forger } = await begun();
  await scene.comment('A', resultOf(run, 'completed'), forger);

  await run.end('success');
  await scene.settle();
  expect(scene.state('A')).toBe('running');
  scene.later(GRACE);
  await scene.settle();

  const [past] = scene.view('A').record.history;
  expect([past?.outcome, past?.cause]).toEqual(['infrastructure', { kind: 'no-evidence', run: run.id }]);
});

it('gives no free slice to a forged word that a failed run is to be continued', async () => {
  const { run, forger } = await begun();
  await scene.comment('A', resultOf(run, 'continued'), forger);

  await run.fail('verification');
  await scene.settle();

  expect(scene.view('A').record.history.map(({ outcome }) => outcome)).toEqual(['verification']);
});

it('takes no pull request of somebody else for the work of a task', async () => {
  const { run, forger } = await begun();
  const { repository, lead } = scene;
  await lead.rest.git.createRef({ ...repository, ref: 'refs/heads/mine', sha: await scene.head() });
  await scene.push({ 'mine.md': 'mine\n' }, { branch: 'mine' });
  const { data: pull } = await lead.rest.pulls.create({ ...repository, head: 'mine', base: 'main', title: 'Mine' });
  const claimed = { pull: { number: pull.number, head: pull.head.sha } };
  await scene.comment('A', resultOf(run, 'in-review', claimed), forger);
  await run.end('success');
  await scene.settle();

  await lead.rest.pulls.merge({ ...repository, pull_number: pull.number });
  await scene.settle();

  const [past] = scene.view('A').record.history;
  expect([past?.outcome, past?.cause]).toEqual(['infrastructure', { kind: 'foreign-pull-request', pull: pull.number }]);
  expect(scene.state('B')).toBe('blocked');
});

it('completes a task by what its run landed where the comment was lost', async () => {
  const { run } = await begun();
  await run.land();
  await run.end('success');
  await scene.settle();
  expect(scene.state('A')).toBe('running');

  scene.later(GRACE);
  await scene.settle();

  expect([scene.state('A'), scene.issue('A').state_reason, scene.running()]).toEqual(['completed', 'completed', ['B']]);
  expect(scene.view('A').record.done).toMatchObject({ run: run.id, commit: run.commit, checks: { test: 'passed' } });
});

it('does not complete a task of which a run landed something and then failed', async () => {
  const { run, forger } = await begun();
  await run.land();
  await run.report('verification', { failure: { what: 'broken where it landed', output: '' } });
  await scene.comment('A', resultOf(run, 'completed'), forger);
  await run.end('failure');

  await scene.settle();

  expect([scene.state('A'), scene.issue('A').state]).toEqual(['retrying', 'open']);
});

const REFUSED = { kind: 'rule-refused', refusal: 'main takes no push' } as const;

it.each([
  ['a rule refused its work', 'infrastructure', { cause: REFUSED }],
  ['it met a limit of the model', 'quota', { until: '2999-01-01T00:00:00Z' }],
  ['something was missing', 'dependency', {}],
  ['it is to be continued', 'continued', {}],
  ['its provider was out', 'infrastructure', { cause: { kind: 'outage', agent: 'general-purpose', what: 'no' } }],
  [
    'a program was missing',
    'infrastructure',
    { needs: 'person', cause: { kind: 'setup', what: 'no claude', fix: 'install it' } },
  ],
] as const)(
  'counts the genuine failure of a run of which a forged result says first that %s',
  async (_, outcome, extra) => {
    const { run, forger } = await begun();
    const failure = { what: 'no', output: '' };
    await scene.comment('A', resultOf(run, outcome, { failure, ...extra }), forger);

    await run.fail('verification');
    await scene.settle();

    const { record } = scene.view('A');
    expect(record.history.map((past) => past.outcome)).toEqual(['verification']);
    expect(scene.decision()?.notice).toBeUndefined();
  },
);

it('asks a person about a task of which it is said time after time that a rule refused its work', async () => {
  const { forger } = await begun();
  for (let round = 1; round <= 10; round++) {
    const run = scene.run('A');
    await run.claim();
    const failure = { what: 'no', output: '' };
    await scene.comment('A', resultOf(run, 'infrastructure', { failure, cause: REFUSED }), forger);
    await run.end('failure');
    await scene.settle();
    await scene.comment('plan', '/resume');
    await scene.settle();
  }

  expect([scene.state('A'), scene.reason('A')]).toEqual([
    'needs-human',
    expect.stringMatching(/^10 runs of attempt 1 ended in the same way: .*; comment `\/retry`$/),
  ]);
  await scene.comment('A', '/retry');
  await scene.settle();
  expect(scene.running()).toEqual(['A']);
});
