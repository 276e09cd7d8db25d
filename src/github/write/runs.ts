import * as z from 'zod';
import { TASK_WORKFLOW } from '../../state/names.ts';
import { applied, type EffectOf, failed, type RequestExecutor, skipped, WRITE } from './executor.ts';

/** Runs of the task workflow: only REST can start and stop them. */

/** GitHub Enterprise Server answers 204 without a body; the types of rest 22 know nothing else. */
const dispatched = z.object({ workflow_run_id: z.number() });

/** Sent once. An answer that says nothing certain leaves the record as it is: the next pass looks for the run. */
export const dispatch: RequestExecutor<EffectOf<'dispatch'>> = {
  phase: 'runs',
  request: async ({ inputs }, { client, locator, snapshot }) => {
    const { data } = await client.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
      ...locator,
      workflow_id: TASK_WORKFLOW,
      ref: snapshot.repository.defaultBranch,
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
      return_run_details: true,
      ...WRITE,
    });
    const started = dispatched.safeParse(data);
    if (!started.success) return applied();
    const run = started.data.workflow_run_id;
    const { issue, dispatch: number } = inputs;
    return {
      outcome: { kind: 'applied', run },
      learned: [{ kind: 'dispatched', issue, dispatch: number, run }],
    };
  },
  onFailure: ({ kind, message }, { effect }) => {
    const { issue, dispatch: number } = effect.inputs;
    const why = `${kind}: ${message}`;
    return kind === 'refused'
      ? failed(why, { kind: 'dispatch-refused', issue, dispatch: number, what: message })
      : failed(why);
  },
};

export const cancelRun: RequestExecutor<EffectOf<'cancel-run'>> = {
  phase: 'cancellations',
  request: async ({ run }, { client, locator }) => {
    await client.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', {
      ...locator,
      run_id: run,
      ...WRITE,
    });
    return applied();
  },
  onFailure: (failure) => {
    // It ended in the meantime.
    if (failure.kind === 'refused' && failure.status === 409) return skipped(failure.message);
    return undefined;
  },
};
