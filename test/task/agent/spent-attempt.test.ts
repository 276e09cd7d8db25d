import { afterEach, expect, it } from 'vitest';
import type { PastDispatch, TaskRecord } from '../../../src/state/record.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

/** An agent that hangs: it is ended at the end of its slice, a second after it started. */
const SLICE = 'slice: 0.02\n';
const HANGS = 'sleep 300\n';

let site: Site;
afterEach(() => site.close());

async function open(files: Readonly<Record<string, string>>): Promise<void> {
  site = await startSite({ files: { '.github/agent-waves.yml': `${CONFIG}${SLICE}`, 'agent.sh': HANGS, ...files } });
}

/** The run of one dispatch, up to the end of its agent, as its claim, agent and report say. */
async function slice(dispatch: number, history: TaskRecord['history']): Promise<{ machine: Machine; issue: number }> {
  const record = liveRecord({
    dispatch,
    slice: dispatch,
    history,
    live: { agent: 'A1', sent: '2026-11-23T10:00:00Z', sends: 1, run: dispatch },
  });
  const issue = await site.createIssue(record);
  const machine = await startMachine(site, { inputs: inputsFor(issue, { dispatch, slice: dispatch }), run: dispatch });
  await machine.steps('claim', 'agent', 'report');
  return { machine, issue };
}

const stalled: PastDispatch = {
  dispatch: 1,
  attempt: 1,
  slice: 1,
  agent: 'A1',
  sent: '2026-11-23T08:00:00Z',
  ended: '2026-11-23T09:00:00Z',
  outcome: 'continued',
  seconds: 3_600,
  stalled: true,
};

const resultOn = (issue: number) => site.issue(issue).results.at(-1);

it('tells of a slice that ended at its limit with no file changed, and lets another go on', async () => {
  await open({});

  const { issue } = await slice(1, []);

  expect(resultOn(issue)).toMatchObject({ outcome: 'continued', agent: { stalled: true } });
});

it('fails the attempt after the second such slice in a row', async () => {
  await open({});

  const { issue } = await slice(2, [stalled]);

  expect(resultOn(issue)).toMatchObject({
    outcome: 'agent',
    cause: { kind: 'stalled', slices: 2 },
    failure: {
      what: '2 runs in a row came to the end of their time and had changed no file: make the task smaller or say more in it; `/retry` with a hint tries again, and `stalled_slices` in the configuration allows more such runs',
    },
  });
});

it('lets a slow agent that has changed a file go on', async () => {
  await open({ 'agent.sh': `echo half > half.txt\n${HANGS}` });

  const { issue } = await slice(2, [stalled]);

  expect(resultOn(issue)?.outcome).toBe('continued');
  expect(resultOn(issue)?.agent.stalled).toBeUndefined();
});

it('fails an attempt whose slices have worked for as long as one may, whatever they changed', async () => {
  const limit = 'attempt_limit: 60.02\n';
  await open({
    '.github/agent-waves.yml': `${CONFIG}${limit}`,
    'agent.sh': `echo half > half.txt\n${HANGS}`,
  });

  const { issue } = await slice(2, [{ ...stalled, stalled: false }]);

  expect(resultOn(issue)).toMatchObject({ outcome: 'agent', cause: { kind: 'attempt-limit', minutes: 60.02 } });
});
