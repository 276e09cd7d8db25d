import { afterEach, expect, it } from 'vitest';
import { createRunner } from '../../src/index.ts';
import { octokitFor, startTown, type Town } from '../support/town.ts';

let town: Town;
afterEach(() => town?.close());

const workflow = (concurrency: object) =>
  `# ${JSON.stringify({ name: 'One', events: ['workflow_dispatch'], concurrency })}\non: workflow_dispatch\n`;

async function begin(concurrency: object) {
  const file = workflow(concurrency);
  town = await startTown({ files: { '.github/workflows/one.yml': file, '.github/workflows/other.yml': file } });
  const lead = octokitFor(town.github, town.lead.token);
  return async (workflow_id = 'one.yml') => {
    await lead.rest.actions.createWorkflowDispatch({ owner: 'acme', repo: 'daw', workflow_id, ref: 'main' });
    await new Promise((resolve) => setImmediate(resolve));
  };
}

const states = () => town.github.runs().map(({ status, conclusion }) => conclusion ?? status);
const begun = () => town.actions.held.length;

it('one run waits for the one at work, of whatever workflow, and a newer one takes its place', async () => {
  const dispatch = await begin({ group: 'all', cancelInProgress: false });

  await dispatch();
  await dispatch('other.yml');
  await dispatch();

  expect(states()).toEqual(['queued', 'cancelled', 'pending']);
  expect(begun()).toBe(1);
  const began = town.actions.next();
  town.actions.held[0]?.finish();
  await began;
  expect(states()).toEqual(['success', 'cancelled', 'queued']);
});

it('the one at work is cancelled for the newer one where the group says so', async () => {
  const dispatch = await begin({ group: 'all', cancelInProgress: true });

  await dispatch();
  await dispatch();
  await new Promise((resolve) => setImmediate(resolve));

  expect(states()[0]).toBe('cancelled');
  expect(begun()).toBe(2);
});

it.each([
  ['concurrency: deploy', { group: 'deploy', cancelInProgress: false }],
  [
    `concurrency: { group: "pass-\${{ github.event_name }}", cancel-in-progress: true }`,
    { group: 'pass-push', cancelInProgress: true },
  ],
])('the runner reads %s', (text, expected) => {
  const source = `on: push\n${text}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "true"\n`;

  const prepared = createRunner({ actions: {}, tools: [] }).prepare({
    ...{ workflow: { path: 'one.yml', source }, inputs: {}, vars: {} },
    ...{ event: {}, eventName: 'push' },
  });

  expect(prepared.problems).toEqual([]);
  expect(prepared.concurrency).toEqual(expected);
});
