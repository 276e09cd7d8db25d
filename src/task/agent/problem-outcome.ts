import type { Outcome } from '../../state/result.ts';
import type { AgentProblemKind } from './adapter.ts';

/** Failures of the work itself, whatever the agent did: it was lost in the task, or its model will not do it. */
const OWN: ReadonlySet<AgentProblemKind> = new Set(['budget', 'turns', 'refused']);

/**
 * What a problem of an agent means for its attempt. It costs one where it is of the closed list of the work's own
 * failures, and where an agent that had a model, or changed a file, says that it failed. Nothing else does: another run
 * goes on from what this one left.
 */
export function problemOutcome(kind: AgentProblemKind, worked: boolean): Outcome {
  if (kind === 'slice' || kind === 'cap') return 'continued';
  if (kind === 'quota') return 'quota';
  return OWN.has(kind) || (kind === 'failed' && worked) ? 'agent' : 'infrastructure';
}
