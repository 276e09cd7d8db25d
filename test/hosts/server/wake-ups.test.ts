import { setTimeout as wait } from 'node:timers/promises';
import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appOctokit, branch, octokitFor } from '../../../packages/embedded-github/test/support/town.ts';
import { LABEL } from '../../../src/state/names.ts';
import { readTaskRecord, type TaskRecord } from '../../../src/state/record.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { type ServedApp, serveApp } from './support/served-app.ts';

/** Which webhooks lead to a pass, and to a listing of runs, where neither is due for long. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** The end of a run is looked at a tenth of it later (ms). */
const PERIOD = 30_000;
const HOUR = 3_600_000;

let scene: GitHubScene;
let app: ServedApp;

beforeEach(async () => {
  scene = await githubScene({ plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] } });
  const timings = { ...TIMINGS, resultGrace: 0, runsEvery: HOUR };
  app = await serveApp(scene.town, { timings, period: PERIOD, gather: 5, listEvery: HOUR });
  const issues = () => scene.github.issuesReport('acme/daw');
  await eventually(() => issues().length > 0);
  await scene.label(issues()[0]?.number ?? 0, LABEL.start);
  // The last thing that the pass does which dispatches.
  await eventually(async () => (await scene.plan()).tasks[0].status === 'in_progress');
});
afterEach(async () => {
  await app.close();
  await scene.close();
});

const asked = (route: string) => scene.requests.filter((request) => request.route.startsWith(route)).length;
const looks = () => asked('graphql Observe');
const listings = () => asked('/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs');

function record(): TaskRecord {
  const issue = scene.github.issuesReport('acme/daw').find(({ title }) => title.startsWith('A:'));
  const found = readTaskRecord(issue?.body ?? '');
  if (!found) throw new Error('the issue holds no record');
  return found;
}

const eventually = (isSo: () => boolean | Promise<boolean>) => vi.waitUntil(isSo, { timeout: 60_000, interval: 20 });

/** Passes that begin while the app could hear of what is done now, and before the next one that is due anyway. */
async function passesAfter(cause: () => Promise<unknown>): Promise<number> {
  await wait(PERIOD * 0.1);
  const before = looks();
  await cause();
  await wait(PERIOD * 0.2);
  return looks() - before;
}

describe('the end of a run', () => {
  it('that said nothing is seen at once, by one listing more', async () => {
    const run = scene.run('A');
    await run.claim();
    // The first pass after a dispatch lists runs; then they are not due for an hour.
    await scene.comment('A', 'How is it going?');
    await eventually(() => listings() === 1);

    await run.end('failure');
    await eventually(() => record().live === undefined);

    expect(record().history).toMatchObject([{ dispatch: 1, outcome: 'infrastructure' }]);
    expect(listings()).toBe(2);
  });

  it('that has said and done everything leads to no pass', async () => {
    const run = scene.run('A');
    await run.claim();
    await run.land();
    await run.report('completed');
    await run.closeIssue();
    await eventually(() => record().done !== undefined && record().live === undefined);

    expect(await passesAfter(() => run.end('success'))).toBe(0);
  });

  it('begins with its last word, which is heard with what comes after it', async () => {
    const run = scene.run('A');
    await run.claim();
    await run.land();
    await run.report('completed');
    await eventually(() => record().done !== undefined);
    await wait(PERIOD * 0.1);
    const before = looks();

    await run.closeIssue();
    await wait(PERIOD * 0.05);
    expect(looks()).toBe(before);
    await eventually(() => looks() === before + 1);
  });

  it('that could not close its issue lets the app do it', async () => {
    const run = scene.run('A');
    await run.claim();
    await run.land();
    await run.report('completed');
    await eventually(() => record().done !== undefined);

    await run.end('failure');

    await eventually(() => !scene.github.issuesReport('acme/daw').some(({ state }) => state === 'open'));
  });
});

describe('a check', () => {
  /** By an app of its own, as continuous integration is. */
  let ci: Octokit;
  beforeEach(async () => {
    const { github } = scene;
    const made = github.createApp({ slug: 'ci', permissions: { checks: 'write' }, events: [] });
    const { installationId: installation_id } = github.install('ci', 'acme/daw');
    const { data } = await appOctokit({ github, app: made }).rest.apps.createInstallationAccessToken({
      installation_id,
    });
    ci = octokitFor(github, data.token);
  });

  const check = (head_sha: string) =>
    ci.rest.checks.create({ ...scene.repository, name: 'ci', head_sha, conclusion: 'failure' });

  it('of the base, or of no branch, leads to no pass', async () => {
    const older = await scene.head();
    await scene.push({ 'README.md': '# Daw\n' });
    const head = await scene.head();

    const passes = await passesAfter(async () => {
      await check(older);
      await check(head);
    });

    expect(passes).toBe(0);
  });

  it('of the branch of a task leads to one', async () => {
    const head = await branch(scene.town, 'agent-waves/task/A', { 'a.txt': '1' });

    expect(await passesAfter(() => check(head))).toBe(1);
  });
});
