import type { TaskId } from '../plan/plan.ts';

/** The names by which the parts of the system find each other on GitHub. */

export const LABEL = {
  plan: 'agent-waves:plan',
  wave: 'agent-waves:wave',
  task: 'agent-waves:task',
  start: 'agent:start',
  pause: 'agent:pause',
  running: 'agent:running',
  failed: 'agent:failed',
  needsHuman: 'agent:needs-human',
} as const;

/** Where the configuration is written, and named in messages. */
export const CONFIG_PATH = '.github/agent-waves.yml';

/** Where it is looked for: under one of these, since people write both. */
export const CONFIG_PATHS = [CONFIG_PATH, '.github/agent-waves.yaml'] as const;

export const TASK_WORKFLOW = 'agent-task.yml';

/** Without a server: what makes passes, and what does so on a schedule. */
export const PASS_WORKFLOW = 'agent-waves.yml';
export const CLOCK_WORKFLOW = 'agent-waves-clock.yml';

export const TASK_WORKFLOW_PATH = `.github/workflows/${TASK_WORKFLOW}`;

/** Where progress goes while a rule keeps the app from committing to the base. */
export const PROGRESS_BRANCH = 'agent-waves-progress';

/** The hidden block of a comment that holds the result of a run. */
export const RESULT_BLOCK = 'agent-waves:result';

/** The login of GITHUB_TOKEN, the same for every workflow of a repository. */
export const ACTIONS_LOGIN = 'github-actions[bot]';

/** Whom GitHub names where an account was deleted. */
export const GHOST = 'ghost';

export function waveLabel(wave: number): string {
  return `wave:${wave}`;
}

/** What one `workflow_dispatch` carries. */
export interface DispatchInputs {
  readonly task: TaskId;
  readonly issue: number;
  readonly attempt: number;
  readonly slice: number;
  /** Numbered per issue, only ever upwards. */
  readonly dispatch: number;
}

/** The `run-name` of the task workflow: by it a run is recognised whose id is not known. */
export function dispatchTitle({ task, issue, attempt, slice, dispatch }: DispatchInputs): string {
  return `${task} #${issue} · attempt ${attempt} · slice ${slice} · d${dispatch}`;
}

const DISPATCH_TITLE =
  /^(?<task>\S+) #(?<issue>\d+) · attempt (?<attempt>\d+) · slice (?<slice>\d+) · d(?<dispatch>\d+)$/;

/** The inverse of `dispatchTitle`; undefined for any other title. */
export function parseDispatchTitle(title: string): DispatchInputs | undefined {
  const groups = DISPATCH_TITLE.exec(title)?.groups;
  if (!groups) return undefined;
  return {
    task: groups.task as TaskId,
    issue: Number(groups.issue),
    attempt: Number(groups.attempt),
    slice: Number(groups.slice),
    dispatch: Number(groups.dispatch),
  };
}

/** The slot of a dispatch whose record somebody broke: nobody knows it, and none has this name. */
export const UNKNOWN_SLOT = 'A0';

/** Below it are the claims of all issues. */
export const CLAIMS = 'refs/agent-waves/claims/';

/** The git ref by which exactly one dispatch owns a task. */
export function claimRef(issue: number): string {
  return `${CLAIMS}${issue}`;
}

/** The run that the tombstone of a claim names: none has this id. */
export const NO_RUN = 0;

/** The message of the commit by which a claim says who holds the task; a tombstone says so of nobody. */
export function claimMessage(holder: { readonly dispatch: number; readonly run: number }): string {
  return JSON.stringify(holder);
}

const TASK_BRANCHES = 'agent-waves/task/';

/** The branch by which a task's work comes to the base as a pull request. */
export function taskBranch(task: TaskId): string {
  return `${TASK_BRANCHES}${task}`;
}

/** Whether a branch is called as `taskBranch` calls it, whatever the task, and whoever made it. */
export function isTaskBranch(branch: string): boolean {
  return branch.startsWith(TASK_BRANCHES);
}

/** The git ref that keeps unfinished work of a task between its runs. */
export function checkpointRef(issue: number): string {
  return `refs/agent-waves/checkpoints/${issue}`;
}
