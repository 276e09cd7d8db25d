import type { Decision } from '../../decide/effects/effect.ts';
import { toFailure, unlessMissing } from '../../github/errors.ts';
import type { Locator } from '../../github/locator.ts';
import { API_VERSION, type Client } from '../../github/octokit.ts';
import { WRITE } from '../../github/write/executor.ts';
import { CLOCK_WORKFLOW, PASS_WORKFLOW } from '../../state/names.ts';

/** The workflows of the repository that make passes, in templates/. */

interface Source {
  readonly client: Client;
  readonly locator: Locator;
}

/** Why a workflow could not be switched or started, for people. */
export type Refused = string;

/**
 * Lets the clock run, or stops it: a schedule costs minutes, and GitHub switches one off that has seen nothing for 60 days.
 * @returns Why it could not; undefined where it could.
 */
export function switchClock({ client, locator }: Source, isOn: boolean): Promise<Refused | undefined> {
  const workflow = { ...locator, workflow_id: CLOCK_WORKFLOW, ...WRITE };
  return refusedOr(CLOCK_WORKFLOW, () =>
    isOn
      ? client.request('PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable', workflow)
      : client.request('PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable', workflow),
  );
}

/** Whether passes are made without a server here: who has one leaves the workflow out, or disables it. */
export async function isPassWorkflowOn({ client, locator }: Source): Promise<boolean> {
  const workflow = { ...locator, workflow_id: PASS_WORKFLOW, headers: API_VERSION };
  const found = await unlessMissing(
    client.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}', workflow),
  );
  return found?.data.state === 'active';
}

/** Has another job go on: GITHUB_TOKEN may start workflows by dispatch, and in no other way. */
export function startPasses({ client, locator }: Source, ref: string): Promise<Refused | undefined> {
  const started = { ...locator, workflow_id: PASS_WORKFLOW, ref, ...WRITE };
  return refusedOr(PASS_WORKFLOW, () =>
    client.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', started),
  );
}

async function refusedOr(file: string, ask: () => Promise<unknown>): Promise<Refused | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind !== 'refused') throw error;
    if (failure.status === 404) return `.github/workflows/${file} is not on the default branch: copy templates/${file}`;
    return `.github/workflows/${file}: ${failure.message}; does the job have \`actions: write\`?`;
  }
}

/** Whether something of the plan is live, due or waiting: then passes have to come by themselves. */
export function wantsClock({
  tasks,
  wakeAt,
  planIssue,
  leftAlone,
}: Pick<Decision, 'tasks' | 'wakeAt' | 'planIssue' | 'leftAlone'>): boolean {
  // Another host works on the plan, and looks after its runs. Of one whose records do not count the issue is none of ours.
  const isLeft = planIssue === undefined ? leftAlone.length > 0 : leftAlone.includes(planIssue);
  if (isLeft) return wakeAt !== undefined;
  const states: readonly string[] = ['running', 'retrying', 'in-review', 'ready'];
  return wakeAt !== undefined || tasks.some(({ state }) => states.includes(state));
}
