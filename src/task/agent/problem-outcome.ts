import type { Outcome } from '../../state/result.ts';
import type { AgentProblemKind } from './adapter.ts';

/**
 * What a problem of an agent means for its attempt. Limits of a provider, a missing program and a wrong key are no
 * fault of the attempt and use none up, and a slice that is over is followed by another. All else uses one up, and the
 * next attempt goes on from what this one left.
 */
export function problemOutcome(kind: AgentProblemKind): Outcome {
  switch (kind) {
    case 'slice':
      return 'continued';
    case 'quota':
      return 'quota';
    case 'missing':
    case 'login':
      return 'infrastructure';
    case 'budget':
    case 'turns':
    case 'refused':
    case 'crashed':
    case 'failed':
      return 'agent';
  }
}
