/** What this package offers; the files behind it may move. */

export { type EmbeddedGitHub, type RunRecord, startGitHub } from './embedded-github.ts';
export type { Fault, FaultPlan, RequestView } from './faults/faults.ts';
export type { RequestEntry } from './http/requests.ts';
export type { Runner } from './model/runner.ts';
export { createRunner, type RunnerOptions } from './runner/runner.ts';
