import { taskBranch } from '../../state/names.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import type { RefusedDispatch } from '../fold/refuse-dispatch.ts';
import type { Effect } from './effect.ts';

/**
 * What a person's no does outside of issues. It comes first: a process that dies after it finds the no unwritten, and does
 * it again.
 */
export function refuseRuns({ folded }: { readonly folded: FoldedState }): readonly Effect[] {
  const closed = [...folded.withdrawn].map((task): Effect => {
    const branch = taskBranch(task);
    return { kind: 'close-pull', key: `close-pull:${branch}`, branch, reason: 'a person said no to the task' };
  });
  return [...folded.refused.flatMap(endRuns), ...closed];
}

/** Its claim goes first: a run that notices nothing of its cancelling finds it gone. */
export function endRuns({ issue, dispatch, runs, byPerson }: RefusedDispatch): readonly Effect[] {
  const reason = byPerson ? 'a person said no: nothing of it may land' : 'nothing can come of it any more';
  return [
    { kind: 'bury-claim', key: `claim:${issue}`, issue, dispatch, reason },
    ...runs.map((run): Effect => ({ kind: 'cancel-run', key: `cancel:${run}`, run, reason })),
  ];
}
