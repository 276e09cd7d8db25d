import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRunner } from '../../src/index.ts';
import { octokitFor, startTown, type Town } from '../support/town.ts';

const WORKFLOW = `on: workflow_dispatch
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: agent-waves
    steps:
      - run: "true"
`;
const at = { owner: 'acme', repo: 'daw' };

let town: Town;
beforeEach(async () => {
  const files = { '.github/workflows/deploy.yml': WORKFLOW };
  town = await startTown({ runner: createRunner({ actions: {}, tools: [] }), files });
});
afterEach(() => town.close());

const lead = () => octokitFor(town.github, town.lead.token);

async function dispatched() {
  await lead().rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'deploy.yml', ref: 'main' });
  const [run] = town.github.runs();
  if (!run) throw new Error('there is no run');
  return run;
}

/** However long the runner takes until the job stands before its environment. */
async function waiting() {
  const run = await dispatched();
  while (run.status !== 'waiting') await new Promise((resolve) => setTimeout(resolve, 5));
  return run;
}

it('a job goes into an environment that nobody reviews', async () => {
  const run = await dispatched();

  await town.github.idle();

  expect(run.conclusion).toBe('success');
});

it('a run is waiting until a reviewer approves', async () => {
  town.github.setEnvironment('acme/daw', { name: 'agent-waves', reviewers: ['lead'] });
  const run = await waiting();
  expect((await lead().rest.actions.getWorkflowRun({ ...at, run_id: run.id })).data.status).toBe('waiting');

  town.github.approve(run);
  await town.github.idle();

  expect(run.conclusion).toBe('success');
});

it('a run that is cancelled waits for no reviewer', async () => {
  town.github.setEnvironment('acme/daw', { name: 'agent-waves', reviewers: ['lead'] });
  const run = await waiting();

  await lead().rest.actions.cancelWorkflowRun({ ...at, run_id: run.id });
  await town.github.idle();

  expect(run.conclusion).toBe('cancelled');
});
