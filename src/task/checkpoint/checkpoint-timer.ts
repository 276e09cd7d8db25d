import { say } from '../protocol/workflow-commands.ts';

/** Saves unfinished work while an agent works. */
export interface CheckpointTimer {
  /** Saves what there is now, after whatever is being saved. Says so where it cannot, and never throws. */
  readonly save: () => Promise<void>;
  /** Ends the timer and waits for what is being saved. */
  readonly stop: () => Promise<void>;
}

/** How one checkpoint came out: kept, nothing new since the last one, or no longer this run's to keep. */
export type SaveOutcome = 'kept' | 'unchanged' | 'superseded';

/**
 * Saves on a timer, one at a time. A checkpoint that fails costs nothing but a warning, once for each kind of failure:
 * the agent works on.
 */
export function startCheckpointTimer({
  save,
  everyMs,
}: {
  readonly save: () => Promise<SaveOutcome>;
  readonly everyMs: number;
}): CheckpointTimer {
  const reported = new Set<string>();
  let superseded = false;
  let last: Promise<void> = Promise.resolve();

  async function once(): Promise<void> {
    if (superseded) return;
    try {
      superseded = (await save()) === 'superseded';
      if (superseded) say('checkpoint: a later dispatch has its own; this run saves no more');
    } catch (problem) {
      const what = problem instanceof Error ? problem.message : String(problem);
      if (!reported.has(what)) say(`checkpoint: ${what}; not saved now, tried again later`);
      reported.add(what);
    }
  }

  const next = () => {
    last = last.then(once);
    return last;
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void next().finally(() => {
      busy = false;
    });
  }, everyMs);
  return {
    save: next,
    stop: async () => {
      clearInterval(timer);
      await last;
    },
  };
}
