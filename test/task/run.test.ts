import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dispatchTitle } from '../../src/state/names.ts';
import { inputsFor, liveRecord, ROOT, type Site, startSite } from './support/site.ts';

let site: Site;
afterEach(() => site.close());

/** Dispatches the workflow that users copy, and waits for its end. */
async function dispatch(issue: number) {
  const inputs = inputsFor(issue);
  const text = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
  await site.octokit.rest.actions.createWorkflowDispatch({
    owner: 'acme',
    repo: 'small',
    workflow_id: 'agent-task.yml',
    ref: 'main',
    inputs: text,
  });
  return site.github.waitForRun((run) => run.displayTitle === dispatchTitle(inputs) && run.status === 'completed');
}

test('a task of the plan goes from dispatch to landed work and a closed issue, under the workflow that users copy', async () => {
  const workflow = await readFile(join(ROOT, 'templates/agent-task.yml'), 'utf8');
  site = await startSite({ files: { '.github/workflows/agent-task.yml': workflow } });
  const issue = await site.createIssue(liveRecord());
  const before = site.requests.length;
  const commented = site.answered(({ actor, route }) => actor === 'github-actions[bot]' && route.endsWith('/comments'));

  const running = dispatch(issue);
  await commented;
  await site.commitProgress('A-001');
  const run = await running;

  expect(run.conclusion).toBe('success');
  expect(site.issue(issue)).toMatchObject({
    state: 'closed',
    reason: 'completed',
    results: [{ outcome: 'completed', run: run.id, summary: 'Wrote src/a.txt.' }],
  });
  await site.clone.run('pull', '--quiet', 'origin', 'main');
  expect(await readFile(join(site.clone.folder, 'src/a.txt'), 'utf8')).toBe('by A-001\n');
  const message = await site.clone.run('log', '-1', '--format=%B', site.issue(issue).results[0]?.commit ?? '');
  expect(message).toBe(
    `A-001: Walls\n\nWrote src/a.txt.\n\nTask: A-001\nIssue: #${issue}\nAttempt: 1\nDispatch: 1\nRun: ${run.id}\nChecks: compile=passed test=passed lint=absent integration=absent outputs=passed\n`,
  );
  expect(await site.ref(`refs/agent-waves/claims/${issue}`)).toBeUndefined();
  const calls = site.requests
    .slice(before)
    .filter(({ actor, route }) => actor === 'github-actions[bot]' && !route.startsWith('git '));
  expect(calls.map(({ route }) => route)).toEqual([
    'graphql ClaimTask',
    '/repos/{owner}/{repo}/issues/{issue_number}/comments',
    '/repos/{owner}/{repo}/issues/{issue_number}',
  ]);
});
