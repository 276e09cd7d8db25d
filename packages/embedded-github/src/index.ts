/** What this package offers; the files behind it may move. */

export type { Runner } from './actions.ts';
export type { Fault, FaultPlan, RequestView } from './faults.ts';
export { type EmbeddedGitHub, type RunRecord, startGitHub } from './github.ts';
export type { RequestEntry } from './requests.ts';
export { createRunner, type RunnerOptions } from './runner/runner.ts';
