import type { AgentResult } from '../agent/adapter.ts';
import { type AgentWork, runAgent } from '../agent/run-agent.ts';
import { startCheckpointTimer } from './checkpoint-timer.ts';
import { CheckpointSaver } from './save-checkpoint.ts';

export interface CheckpointedRun {
  readonly end: AgentResult;
  /** A checkpoint of this run is kept. */
  readonly saved: boolean;
}

/**
 * Lets the agent work and saves what it does: on a timer, when the run is cancelled, and when its time is up. Where
 * another run goes on, it loses one interval of work at most.
 * @throws when the step is cancelled.
 */
export async function runAgentWithCheckpoints(work: AgentWork): Promise<CheckpointedRun> {
  const { context, assignment } = work;
  const saver = new CheckpointSaver(context, assignment);
  let session = assignment.session;
  const keeper = startCheckpointTimer({
    save: () => saver.save({ session }),
    everyMs: assignment.rules.checkpointEveryMs,
  });
  const cancelled = () => void keeper.save();
  context.signal.addEventListener('abort', cancelled);
  try {
    const end = await runAgent({
      ...work,
      onSession: (named) => {
        session = named;
      },
    });
    if (end.kind === 'slice' || end.kind === 'cap') await keeper.save();
    return { end, saved: saver.kept };
  } finally {
    context.signal.removeEventListener('abort', cancelled);
    // What reads as the agent's user is stopped with the agent: now it is not.
    if (context.signal.aborted) await keeper.save();
    await keeper.stop();
    await saver.close();
  }
}
