import type { DispatchInputs } from '../../../src/state/names.ts';
import type { JobContext } from '../../../src/task/protocol/job.ts';
import { type HandedRun, LOCATOR, type Town } from '../world/town.ts';

/** What GitHub tells a run of itself. */

export function dispatchOf({ request: { inputs } }: HandedRun): { readonly dispatch: DispatchInputs } {
  const { task = '', issue, attempt, slice, dispatch } = inputs;
  const numbers = { issue: Number(issue), attempt: Number(attempt), slice: Number(slice), dispatch: Number(dispatch) };
  return { dispatch: { task: task as DispatchInputs['task'], ...numbers } };
}

export function jobOf({ request }: HandedRun, town: Town): JobContext {
  return {
    owner: LOCATOR.owner,
    repository: LOCATOR.repo,
    run: request.runId,
    runAttempt: request.runAttempt,
    actor: request.actor.login,
    remote: '',
    apiUrl: town.github.apiUrl,
    runUrl: '',
    token: '',
    workspace: '',
    folder: '',
    summaryFile: undefined,
  };
}
