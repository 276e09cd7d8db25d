import type { CancelRun, DeleteClaim, Dispatch, Effect } from '../../decide/effects/effect.ts';
import { claimRef, TASK_WORKFLOW } from '../../state/names.ts';
import { toFailure } from '../errors.ts';
import { API_VERSION, ONCE } from '../octokit.ts';
import type { ApplyInput, Outcome } from './apply.ts';
import { applyToBranch } from './branches.ts';

/** What only REST can do. Dispatches go out together: nothing that one of them waits for is another. */
export async function applyActions(
  effects: readonly Effect[],
  input: ApplyInput,
  outcomes: Map<string, Outcome>,
): Promise<void> {
  for (const effect of effects) {
    const skipped = unmet(effect, outcomes);
    if (skipped) {
      outcomes.set(effect.key, skipped);
      continue;
    }
    // The claim is taken first: a run that notices nothing of its cancelling finds it gone.
    if (effect.kind === 'delete-claim') outcomes.set(effect.key, await deleteClaim(effect, input));
    // In order: a pull request needs its branch.
    const branch = await applyToBranch(effect, input);
    if (branch) outcomes.set(effect.key, branch);
  }
  await Promise.all(
    effects.map(async (effect) => {
      if (effect.kind === 'cancel-run') outcomes.set(effect.key, await cancelRun(effect, input));
      if (effect.kind !== 'dispatch') return;
      outcomes.set(effect.key, unmet(effect, outcomes) ?? (await dispatch(effect, input)));
    }),
  );
}

/** Whatever an effect requires was applied in this pass: else the next one decides again. */
function unmet({ requires }: Effect, outcomes: ReadonlyMap<string, Outcome>): Outcome | undefined {
  if (requires === undefined || outcomes.get(requires)?.kind === 'applied') return undefined;
  return { kind: 'skipped', why: `what it requires was not written: ${requires}` };
}

/** Sent once. An answer that says nothing certain leaves the record as it is: the next pass looks for the run. */
async function dispatch({ inputs }: Dispatch, { client, locator, memory, snapshot }: ApplyInput): Promise<Outcome> {
  try {
    const response = await client.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
      ...locator,
      workflow_id: TASK_WORKFLOW,
      ref: snapshot.repository.defaultBranch,
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
      return_run_details: true,
      headers: API_VERSION,
      request: ONCE,
    });
    // Types of rest 22 know 204 only; GitHub Enterprise Server answers it.
    const told = response.data as unknown as { workflow_run_id?: number } | undefined;
    if (told?.workflow_run_id === undefined) return { kind: 'applied' };
    memory.dispatched.set(inputs.issue, { dispatch: inputs.dispatch, run: told.workflow_run_id });
    return { kind: 'applied', run: told.workflow_run_id };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'refused')
      memory.refused.set(inputs.issue, { dispatch: inputs.dispatch, what: failure.message });
    return { kind: 'failed', why: `${failure.kind}: ${failure.message}` };
  }
}

async function cancelRun({ run }: CancelRun, { client, locator }: ApplyInput): Promise<Outcome> {
  try {
    await client.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', {
      ...locator,
      run_id: run,
      headers: API_VERSION,
      request: ONCE,
    });
    return { kind: 'applied' };
  } catch (error) {
    const failure = toFailure(error);
    // It ended in the meantime.
    if (failure.kind === 'refused' && failure.status === 409) return { kind: 'skipped', why: failure.message };
    return { kind: 'failed', why: failure.message };
  }
}

async function deleteClaim({ issue }: DeleteClaim, { client, locator }: ApplyInput): Promise<Outcome> {
  try {
    await client.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', {
      ...locator,
      ref: claimRef(issue).replace(/^refs\//, ''),
      headers: API_VERSION,
      request: ONCE,
    });
    return { kind: 'applied' };
  } catch (error) {
    const failure = toFailure(error);
    // It was never taken, or is gone already.
    if (failure.kind === 'refused' && (failure.status === 404 || failure.status === 422))
      return { kind: 'skipped', why: failure.message };
    return { kind: 'failed', why: failure.message };
  }
}
