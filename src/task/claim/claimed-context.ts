import type { DispatchInputs } from '../../state/names.ts';
import type { Repository } from '../git/git.ts';
import type { StepContext } from '../protocol/step.ts';

/** A step that holds the claim. */
export interface ClaimedContext extends StepContext {
  readonly dispatch: DispatchInputs;
  readonly repository: Repository;
  /** The commit of the claim. */
  readonly commit: string;
}
