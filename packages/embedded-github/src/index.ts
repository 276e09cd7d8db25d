/** What this package offers; the files behind it may move. */

export type {
  CreatedApp,
  CreatedRepository,
  CreatedUser,
  EmbeddedGitHub,
  GitHubOptions,
  IssueReport,
  NewApp,
  NewEnvironment,
  NewRepository,
  PullReport,
  WebhookTarget,
} from './embedded-github.ts';
export {
  type DispatchFault,
  type Fault,
  type FaultPlan,
  type InjectedAnswer,
  primaryRateLimit,
  type RequestFault,
  type RequestView,
  type RunFault,
  type ScheduleFault,
  type StaleReadFault,
  secondaryRateLimit,
  type Wait,
  type WebhookFault,
  type WebhookView,
} from './faults/faults.ts';
export type { RequestEntry } from './http/requests.ts';
export type { Role } from './model/accounts.ts';
export type { PullRequest, RunRecord } from './model/records.ts';
export type { MergeSettings, Protection } from './model/rules.ts';
export type {
  JobRecord,
  PreparedWorkflow,
  RunConclusion,
  RunHandle,
  RunListener,
  Runner,
  WorkflowRunRequest,
} from './model/runner.ts';
export { createRunner, type RunnerOptions } from './runner/runner.ts';
export { startGitHub } from './start.ts';
