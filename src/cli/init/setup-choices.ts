import type { Config } from '../../plan/config.ts';
import type { ModelRun } from '../rehearse/agent.ts';
import type { PlanSource } from './plan-sources.ts';

export type WorkflowKind = 'normal' | 'hardened';
export type HostKind = 'server' | 'actions';

/** Where the plan comes from; `existing`: the one that is there stays. */
export type PlanChoice =
  | { readonly kind: 'existing' }
  | { readonly kind: 'import'; readonly source: PlanSource }
  | { readonly kind: 'example' };

/** What is written depends on these and on what was found. */
export interface Answers {
  readonly landing: Config['landing'];
  readonly agent: ModelRun;
  /** Undefined: the agent's own choice. */
  readonly model: string | undefined;
  readonly maxParallel: number;
  readonly workflow: WorkflowKind;
  readonly host: HostKind;
  readonly plan: PlanChoice;
}
