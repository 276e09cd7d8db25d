import { afterEach, expect, it } from 'vitest';
import { heldRunner, octokitFor, startTown, type Town } from '../support/town.ts';

let town: Town;
afterEach(() => town.close());

it('a cancelled run whose jobs go on is ended when its time is over', async () => {
  const held = heldRunner();
  const stubborn: typeof held.runner = {
    ...held.runner,
    start: (request, listener) => ({ ...held.runner.start(request, listener), cancel: () => undefined }),
  };
  town = await startTown({ runner: stubborn, cancelLimit: 30 });
  const lead = octokitFor(town.github, town.lead.token);
  const at = { owner: 'acme', repo: 'daw' };
  const began = held.next();
  await lead.rest.actions.createWorkflowDispatch({
    ...{ ...at, workflow_id: 'agent-task.yml', ref: 'main' },
    inputs: { task: 'A' },
  });
  const { request } = await began;

  await lead.rest.actions.cancelWorkflowRun({ ...at, run_id: request.runId });
  const live = town.github.runs()[0]?.status;
  const ended = await town.github.waitForRun(({ status }) => status === 'completed');

  expect([live, ended.conclusion]).toEqual(['queued', 'cancelled']);
});
